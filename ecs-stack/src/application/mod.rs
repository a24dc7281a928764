//! The stack `application-<name>`: an application's persistent resources. Its image repository, its
//! secrets, which are created empty, its log group, and its roles.

mod repository;
mod roles;
mod secrets;
mod stack;

pub use stack::{Exports, Outputs, builder, exports, secret_export, stack};
