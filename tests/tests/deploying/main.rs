//! The engine deploys to the local CloudFormation, in virtual time.

mod crash;
mod create;
mod exports;
mod faults;
mod mixes;
mod pace;
mod support;
mod ways;
