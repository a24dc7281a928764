//! Looks after an environment beside its deployments.
//!
//! What CloudFormation does not say is asked of other services, through [`services`]: their answers
//! are values of our own. What they mean is decided by pure functions: [`doctor`] before the first
//! deployment and when something is wrong, [`health`] at any time, [`explain`] when a service of ECS
//! does not become steady. One thing is changed from here: [`atlas`] accepts the peering with the
//! database, for which CloudFormation has no resource.
//!
//! HTTP, signatures and the AWS SDK never come in. Neither does a clock: the time is given.

pub mod atlas;
pub mod doctor;
pub mod explain;
pub mod finding;
pub mod health;
pub mod images;
pub mod inspect;
pub mod moment;
pub mod promotion;
pub mod report;
pub mod services;
