//! From text files to environments and applications.
//!
//! Reading is a pure function over the files' content ([`Definition::parse`]); [`Definition::load`]
//! only fetches that content. Everything wrong is reported at once, each with its place.

mod application;
mod checks;
mod definition;
mod dots;
mod environment;
mod error;
mod findings;
mod fit;
mod invalid;
mod loader;
mod node;
mod overrides;
mod reader;
mod source;
mod value;

pub use definition::{APPLICATIONS, Definition, ENVIRONMENTS};
pub use error::{InputError, InputErrors};
pub use invalid::Invalid;
pub(crate) use invalid::{nearest, quoted};
pub use source::SourceFile;
