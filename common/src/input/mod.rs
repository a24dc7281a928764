//! From text files to environments and applications.

mod definition;
mod invalid;

pub use definition::Definition;
pub use invalid::Invalid;
pub(crate) use invalid::{nearest, quoted};
