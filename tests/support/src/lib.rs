//! What the tests of several crates share: folders that are gone after the test, repositories in them, small
//! assemblies, and generated parts of documents.
//!
//! Only development dependencies name this crate. What takes the real stacks is in `tests`.

pub mod assembly;
pub mod generated;
pub mod git;
mod scratch;

pub use scratch::Scratch;
