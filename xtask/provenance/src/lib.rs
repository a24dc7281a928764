//! The provenance of an assembly: its commit, and whether it was made of that commit alone.
//!
//! `cargo xtask` inspects the sources when it synthesizes, and writes the result into the folder of the
//! assembly ([`Record`]). What deploys reads it there: the files that the assembly was made from are
//! judged, never those around the current folder. Light, since every synthesis compiles it.
//!
//! Git is asked for the commit and what it holds. Which files are there, and what is in them, is read from
//! the disk: git's index, its ignore rules and its filters can hide a change, and nothing here asks them.

mod checkout;
mod error;
mod files;
pub mod git;
mod record;
mod repository;

pub use checkout::{Checkout, Inputs, Source, Sources, inspect};
pub use record::{FILE_NAME, Record, RecordError, VERSION, assembly_digest};
