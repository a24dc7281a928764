//! Carries pipelines out on this machine.
//!
//! [`Line`] says, as CodePipeline does, which run enters which stage next. A stage's actions are
//! done with the real commands, in clean copies of the source, as the role that they have: what the
//! services do for them and what they do themselves is asked of [`crate::pipelines::policy`] first, and a
//! missing permission fails the action. What a laptop doesn't have is stood in for, and named.
//!
//! The edge of the crate: files, processes and time are here and nowhere else.

mod action;
mod artifact;
mod build;
mod clouds;
mod duties;
mod error;
mod event;
mod forge;
mod line;
pub mod local;
mod person;
mod play;
mod rehearsal;
mod render;
mod scene;
mod shell;
pub mod stand_in;
mod world;

pub use artifact::Artifact;
pub use clouds::{Clouds, Synthesized};
pub use error::RunError;
pub use event::{Event, Outcome};
pub use forge::Forge;
pub use line::{Execution, Line, Place, Status};
pub use local::PERSON;
pub use play::{Play, Report, Why};
pub use rehearsal::{Rehearsal, Setting};
pub use render::render;
pub use scene::{Code, Props, Scene};
pub use world::{Ended, Image, Session, World};
