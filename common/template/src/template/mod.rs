//! The template and its sections.

mod condition;
mod indent;
mod model;
mod parameter;
mod sections;
mod write;

pub use condition::{Condition, ConditionHandle};
pub use indent::indented;
pub(crate) use model::Place;
pub use model::{Template, TemplateResource};
pub use parameter::Parameter;
pub use sections::{Mapping, Output, Rule};
pub(crate) use write::{outputs, without_outputs};
