//! Reads applications.

mod consistency;
mod inner;
mod read;

pub(crate) use read::read;
