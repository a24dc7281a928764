//! The local CloudFormation, with its doors guarded.
//!
//! Every call is decided about by the policies of whoever makes it, as they are deployed at that
//! moment; and what CloudFormation will do with the role that a stack has is asked before it begins:
//! where that role lacks a permission, the resource fails, as it would on AWS.

mod authorizer;
mod backend;
mod deployed;
mod other_services;
mod permission_faults;
mod requests;

pub use authorizer::OPERATOR_KEY;
pub use backend::LocalBackend;
pub use requests::requests;
