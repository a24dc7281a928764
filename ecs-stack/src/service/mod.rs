//! The stack `service-<name>`: what runs of an application.
//!
//! Created by the application's first release, and changed by later ones through its one
//! parameter, the image's digest. CloudFormation stays the only owner of the task definition, so
//! a deployment of the infrastructure, which gives the previous digest again, resets no image.

mod alarms;
mod ingress;
mod scaling;
mod stack;
mod task;

pub use stack::{IMAGE_DIGEST, builder, stack};
