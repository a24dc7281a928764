//! What `operate` asks of other services, over signed requests.
//!
//! One file per service, with functions that make a call and read its answer; they are pure, and all
//! that this port adds is to send the one and hand over the other. What an answer means is not known
//! here, but for one thing: which errors say that something does not exist.

mod acm;
mod codeconnections;
mod codepipeline;
mod ec2;
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
