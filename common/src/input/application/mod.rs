//! Reads applications.

mod consistency;
mod fields;
mod read;

pub(crate) use read::read;
