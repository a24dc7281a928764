//! The engine deploys to the local CloudFormation, in virtual time.

mod crash;
mod create;
mod drift;
mod exports;
mod pace;
mod rollback;
mod support;
