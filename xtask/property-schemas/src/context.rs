//! What is known of the template around a resource.

use cloudformation::template::{entry, resource, resource_type};
use serde_json::Value;

/// The template that properties are a part of, for what `Ref` and `Fn::GetAtt` give. Without one, all that a function
/// gives is unknown.
#[derive(Clone, Copy, Debug, Default)]
pub struct Context<'t> {
    template: Option<&'t Value>,
}

impl<'t> Context<'t> {
    /// The context of every resource of a template.
    #[must_use]
    pub const fn of(template: &'t Value) -> Self {
        Self {
            template: Some(template),
        }
    }

    pub(crate) fn parameter(self, name: &str) -> Option<&'t Value> {
        let (_, parameter) = entry(self.template?, "Parameters", name)?;
        Some(parameter)
    }

    /// The type of the resource with this logical id.
    pub(crate) fn resource_type(self, logical_id: &str) -> Option<&'t str> {
        Some(resource_type(resource(self.template?, logical_id)?))
    }
}
