//! Our own comparison of templates, for people.

mod assemblies;
mod template;
mod values;

pub use assemblies::{Compared, StackComparison, compare};
pub use template::{template, templates};
