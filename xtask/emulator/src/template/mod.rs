//! Templates: parsing, checks, and evaluation of their functions, which `cloudformation::template` reads.
//!
//! Nothing here depends on stacks: values from outside of the template come through [`Lookup`].

mod attributes;
mod calls;
mod check;
mod conditions;
mod dynamic;
mod encode;
mod error;
mod evaluate;
mod functions;
mod instance;
mod model;
mod parameter_shape;
mod parameters;
mod parse;
mod pattern;
mod rules;
mod scalar;
mod structure;
mod summary;

pub(crate) use check::check;
pub(crate) use dynamic::check_secure_references;
pub(crate) use error::TemplateError;
pub(crate) use evaluate::{KNOWN_AFTER_APPLY, Lookup, Scope, partition};
pub(crate) use functions::is_known_after_apply;
pub(crate) use instance::{Instance, check_instance};
pub(crate) use model::{RemovalPolicy, ResourceDefinition, Template};
pub(crate) use parameters::{ParameterValues, resolve as resolve_parameters, resolve_stored};
pub(crate) use rules::{AccountResource, AccountResources, Rules};
pub(crate) use scalar::plain;
pub(crate) use summary::{capabilities_needed, summarize};
