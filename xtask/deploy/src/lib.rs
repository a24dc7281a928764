//! Everything that deploys, against any CloudFormation client.
//!
//! Planning is pure: [`plan`] takes an assembly and what was observed, and gives a plan, which is
//! data. [`execute`] walks a plan and makes no choices of its own. [`report`] shows both; [`doctor`],
//! [`health`] and [`diagnose`] judge what other services answer. CloudFormation is known only through
//! the `cloudformation` crate's client trait, other services through [`services`]: the AWS SDK, HTTP
//! and signatures stay outside.

pub mod atlas;
mod calls;
mod clock;
pub mod deadline;
pub mod diagnose;
pub mod difference;
pub mod doctor;
pub mod drift;
pub mod drive;
pub mod execute;
pub mod finding;
pub mod health;
pub mod images;
pub mod inspect;
pub mod moment;
pub mod observe;
pub mod orphans;
pub mod plan;
pub mod promotion;
pub mod report;
pub mod services;
pub mod template;

pub use clock::Clock;
