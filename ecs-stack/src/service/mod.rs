//! The stack `service-<name>`: an application's ECS service.
//!
//! Created by the application's first release, and changed by later ones through its one
//! parameter, the image's digest. CloudFormation stays the only owner of the task definition, so
//! a deployment of the infrastructure, which passes the previous digest, resets no image.

mod alarms;
mod ingress;
mod scaling;
mod stack;
mod task;

pub use stack::{IMAGE_DIGEST, builder, stack};
