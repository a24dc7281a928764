//! The input files, read into environments and applications.
//!
//! Reading is a pure function over the files' content ([`Definition::parse`]); [`Definition::load`]
//! only fetches that content. Everything wrong is reported at once, each with its place.

mod application;
mod cross_checks;
mod definition;
mod dots;
mod environment;
mod error;
mod findings;
mod invalid;
mod loader;
mod node;
mod overrides;
mod reader;
mod source;
mod value;

pub use definition::Definition;
pub use error::{InputError, InputErrors};
pub(crate) use invalid::quoted;
pub use invalid::{Invalid, nearest};
pub use loader::{APPLICATIONS, ENVIRONMENTS};
pub use source::SourceFile;
