//! The other services of [`deploy::inspect::services::Services`], over signed requests.
//!
//! One file per service, with pure functions that build a call and read its answer; [`AwsServices`]
//! sends the calls. The only meaning known here is which error codes say that something does not exist.

mod acm;
mod codeconnections;
mod codepipeline;
pub mod ec2;
mod ecr;
mod ecs;
mod elbv2;
mod error;
mod iam;
mod logs;
mod port;
mod route53;
mod secretsmanager;
mod servicequotas;
mod sns;
mod ssm;
mod sts;
mod time;

pub use port::AwsServices;
