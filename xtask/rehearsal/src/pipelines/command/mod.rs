//! The command line of `rehearse`.

mod arguments;
mod error;
mod passes;
mod rehearse;
mod sources;
mod work_folder;

pub use rehearse::run;
