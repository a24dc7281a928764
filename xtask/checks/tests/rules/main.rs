//! The rules: each with its sample, and all of them on their page.

#[cfg(test)]
mod page;
#[cfg(test)]
mod samples;
