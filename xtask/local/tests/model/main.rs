//! The model, as callers see it.

mod create;
mod support;
