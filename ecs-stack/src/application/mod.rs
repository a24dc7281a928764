//! The stack `application-<name>`: what an application keeps, whether it runs or not. Its images,
//! its secrets, which are created empty, its log, and its roles.

mod repository;
mod roles;
mod secrets;
mod stack;

pub use stack::{Exports, Outputs, builder, exports, secret_export, stack};
