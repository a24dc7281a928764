//! The local CloudFormation, with every call authorized.
//!
//! Each call is authorized by the caller's policies as they are deployed at that moment. Before
//! CloudFormation uses a stack's role, the permissions of that role are checked: where one is
//! missing, the resource fails, as it would on AWS.

mod authorizer;
mod backend;
mod deployed;
mod other_services;
mod permission_faults;
mod requests;

pub use authorizer::OPERATOR_KEY;
pub use backend::LocalBackend;
pub use requests::requests;
