//! The stack `cicd`, whose pipeline deploys this definition.
//!
//! Source → Build → Check → Self-update → Deploy → Verify. Nothing in it changes from commit to commit,
//! so that only a change of the pipeline changes the pipeline. The commands of the stages are
//! files of the repository (`buildspecs/`) and come with the commit: a change of them never waits for an update of
//! the pipeline.

mod projects;
mod self_update_check;
mod stack;

pub use self_update_check::{SelfUpdateFault, check};
pub use stack::stack;

pub(crate) use projects::DEPLOY_PROJECTS;
