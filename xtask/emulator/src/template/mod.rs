//! Templates: parsing, checks, and evaluation of their functions, which `cloudformation::template` reads.
//!
//! Nothing here depends on stacks: values from outside of the template come through [`Lookup`].

mod check;
mod dynamic;
mod encode;
mod error;
mod evaluate;
mod functions;
mod model;
mod parameters;
mod parse;
mod pattern;
mod rules;
mod scalar;
mod summary;

pub(crate) use check::check;
pub(crate) use dynamic::check_secure_references;
pub(crate) use error::TemplateError;
pub(crate) use evaluate::{KNOWN_AFTER_APPLY, Lookup, Scope, partition};
pub(crate) use functions::is_known_after_apply;
pub(crate) use model::{RemovalPolicy, ResourceDefinition, Template};
pub(crate) use parameters::{ParameterValues, resolve as resolve_parameters, resolve_stored};
pub(crate) use rules::{AccountResources, Rules};
pub(crate) use scalar::plain;
pub(crate) use summary::{capabilities_needed, summarize};
