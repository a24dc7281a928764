//! Templates as YAML: the writer of what people read, and the reader of what CloudFormation takes.

#[cfg(feature = "yaml")]
mod read;
#[cfg(feature = "yaml")]
mod scalar;
mod write;

#[cfg(feature = "yaml")]
pub use read::{MAX_DEPTH, YamlError, read, read_written};
pub use write::{JSON_TAG, write};
