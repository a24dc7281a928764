//! The stack `cicd`: the pipeline by which this definition deploys itself.
//!
//! Source → Build → Check → Self-update → Deploy → Verify. Nothing in it changes from commit to commit,
//! so that only a change of the pipeline changes the pipeline. What the stages do is said by
//! files of the repository (`buildspecs/`), which come with the commit that they are for: a
//! change of them never waits for the pipeline to be updated first.

mod projects;
mod self_update_check;
mod stack;

pub use self_update_check::{SelfUpdateFault, check};
pub use stack::stack;

pub(crate) use projects::DEPLOYING_PROJECTS;
