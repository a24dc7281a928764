//! Diagnosis of an ECS service that does not become steady.
//!
//! CloudFormation says only that the service did not stabilize. ECS knows more, but not for long: a
//! rollback replaces the deployment, the removal of a first service takes its events along, and
//! stopped tasks are forgotten after an hour. So [`collect`] polls *while* the stack is deployed, and
//! [`explain`], which is pure, derives the causes.
//!
//! ECS reports in sentences. `messages.rs` matches them against texts that AWS
//! documents or people have published; nothing else reads a sentence.

mod cause;
mod collect;
mod evidence;
mod explanation;
mod messages;

pub use cause::{Cause, Shortage};
pub use collect::{CollectOptions, collect, collect_while};
pub use evidence::{Evidence, Target};
pub use explanation::{Explanation, explain};
