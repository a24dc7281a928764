//! Our own comparison of two templates, in the words of the definition.
//!
//! What lives here: which resources, properties, outputs and parameters differ, and which
//! resources CloudFormation will replace, as far as the templates and the facts about types tell.
//! What never comes in: what is deployed, and whether a difference is dangerous; that is the
//! plan's. A change set shows the same from CloudFormation's side; the two are shown side by side.

mod compare;
mod model;
mod outputs;
mod render;
mod replacement;
mod value_changes;

pub use compare::compare;
pub use model::{
    Change, Difference, EntryDifference, OutputDifference, PropertyDifference, ResourceDifference,
};
pub use render::render;
pub(crate) use replacement::rolls;
pub(crate) use value_changes::{ValueChange, value_changes};
