//! Templates: parsing, checks, and evaluation of their functions, which `cloudformation::template` reads.
//!
//! Nothing here depends on stacks: values from outside of the template come through [`Lookup`].

mod check;
mod encode;
mod error;
mod evaluate;
mod functions;
mod model;
mod parameters;
mod parse;
mod summary;

pub(crate) use check::check;
pub(crate) use error::TemplateError;
pub(crate) use evaluate::{KNOWN_AFTER_APPLY, Lookup, Scope, partition};
pub(crate) use functions::is_known_after_apply;
pub(crate) use model::{RemovalPolicy, ResourceDefinition, Template};
pub(crate) use parameters::resolve as resolve_parameters;
pub(crate) use summary::{capabilities_needed, summarize};
