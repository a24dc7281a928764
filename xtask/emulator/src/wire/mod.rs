//! CloudFormation's wire protocol, AWS Query: forms in, XML out.
//!
//! Pure functions between texts and [`crate::api`]. No sockets, no clock, no state: the server
//! has those. What comes in is checked as far as AWS's front door checks it, before the model is
//! asked; how an answer looks follows the service model that AWS's clients are generated from
//! (<https://github.com/boto/botocore>, `cloudformation/2010-05-15/service-2.json`).

mod answer;
mod credential;
mod error;
mod operation;
mod query;
mod reader;
mod request;
mod rule;
mod xml;

pub use answer::write;
pub use credential::Credential;
pub use error::{
    expired_token, internal_failure, not_kept, service_unavailable, throttling, write_error,
};
pub use operation::{Operation, Service};
pub use request::{Request, read};
