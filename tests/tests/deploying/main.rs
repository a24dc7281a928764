//! The engine deploys to the local CloudFormation, in virtual time.

mod chaos;
mod crash;
mod create;
mod deadlines;
mod drift;
mod exports;
mod exports_guide;
mod faults;
mod first_creation;
mod ingress;
mod orphans;
mod outside;
mod pace;
mod passing;
mod random;
mod rights;
mod rollback;
mod rolling;
mod statuses;
mod support;
mod ways;
