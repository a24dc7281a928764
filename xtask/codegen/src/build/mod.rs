//! From schemas to the model.

mod attributes;
mod constraints;
mod context;
mod enums;
mod facts;
mod identities;
mod order;
mod places;
mod shapes;
mod source;
mod types;

pub(crate) use places::Restricted;
pub(crate) use source::Source;
pub(crate) use types::model;

#[cfg(test)]
mod tests;
