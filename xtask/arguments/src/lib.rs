//! What can be typed to plan, to deploy and to look.
//!
//! Two programs take these words: `cargo xtask`, which checks them before it builds anything, and
//! `deployer`, which it hands them on to ([`Words`]). So a typing mistake costs no time, and the
//! help is one. Only words are here: no file, no network, no meaning.

mod consent;
pub mod disk;
pub mod exit_code;
mod image;
mod scope;
mod shell;
mod target;
mod verbs;
mod words;

pub use consent::Consent;
pub use image::{Image, ImageError, digest_of};
pub use scope::{Acknowledgements, Acting, Images, Scope};
pub use shell::quoted;
pub use target::{Format, Target};
pub use verbs::{
    ApplicationsRollback, AtlasAccept, Bootstrap, Definition, Deploy, Destroy, Diff, Doctor, Drift,
    Outputs, Plan, Promote, Recover, Rollback, Status, Verb,
};
pub use words::Words;
