//! The stack `cicd`: the pipeline by which this definition deploys itself.
//!
//! Source → Build → Check → Self-update → Deploy → Verify. Nothing in it changes from commit to commit,
//! so that only a change of the pipeline changes the pipeline. What the stages do is said by
//! files of the repository (`buildspecs/`), which come with the commit that they are for: a
//! change of them never waits for the pipeline to be updated first.

mod ladder;
mod projects;
mod stack;

pub use ladder::{LadderFault, faults};
pub use stack::stack;

pub(crate) use projects::DEPLOYING_PROJECTS;
