//! The reading of an application's table.

mod consistency;
mod fields;
mod read;

pub(crate) use read::read;
