//! Comparison of templates in the definition's words.
//!
//! The resources, properties, outputs and parameters that differ, and the resources that
//! CloudFormation will replace, as far as templates and type facts tell. What is deployed, and
//! whether a difference is dangerous, is the plan's. A change set shows the same from
//! CloudFormation's side; both are shown side by side.

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
pub use replacement::rolls;
pub use value_changes::{ValueChange, named_value_changes, value_changes};
