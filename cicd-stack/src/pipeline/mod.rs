//! The stack `pipeline-<name>`, which builds and deploys an application's releases.
//!
//! Source → Build → Deploy → Verify. The application's repository holds a Dockerfile and a
//! command that runs its tests; the commands of the stages are this definition's, written into
//! the template, so that a commit of the application can't change what its pipeline does with the
//! rights that it has. No code of the application ever runs as the role that deploys it.

mod build;
mod deploy;
mod promote;
mod stack;

pub use stack::stack;
