//! What is known of the template around a resource.

use std::collections::BTreeMap;

use cloudformation::template::{entry, exports, resource, resource_type};
use serde_json::Value;

/// The template that properties are a part of, for what `Ref` and `Fn::GetAtt` give. Without one, all that a function
/// gives is unknown.
#[derive(Clone, Copy, Debug, Default)]
pub struct Context<'t> {
    template: Option<&'t Value>,
    exports: Option<&'t Exports<'t>>,
}

/// What stacks that are deployed together export, for what `Fn::ImportValue` gives.
#[derive(Clone, Debug, Default)]
pub struct Exports<'t>(BTreeMap<&'t str, (&'t Value, &'t Value)>);

impl<'t> Exports<'t> {
    /// The exports of templates whose names are literal.
    pub fn of(templates: impl IntoIterator<Item = &'t Value>) -> Self {
        Self(
            templates
                .into_iter()
                .flat_map(|template| {
                    exports(template).filter_map(move |(name, _, output)| {
                        Some((name, (template, output.get("Value")?)))
                    })
                })
                .collect(),
        )
    }
}

impl<'t> Context<'t> {
    #[must_use]
    pub const fn of(template: &'t Value) -> Self {
        Self {
            template: Some(template),
            exports: None,
        }
    }

    /// The same context, in which imports are known.
    #[must_use]
    pub const fn importing(self, exports: &'t Exports<'t>) -> Self {
        Self {
            exports: Some(exports),
            ..self
        }
    }

    /// The value that is exported under a name, and the context that it stands in.
    pub(crate) fn export(self, name: &str) -> Option<(&'t Value, Self)> {
        let (template, value) = self.exports?.0.get(name)?;
        Some((value, Self::of(template)))
    }

    pub(crate) fn parameter(self, name: &str) -> Option<&'t Value> {
        let (_, parameter) = entry(self.template?, "Parameters", name)?;
        Some(parameter)
    }

    pub(crate) fn resource_type(self, logical_id: &str) -> Option<&'t str> {
        Some(resource_type(resource(self.template?, logical_id)?))
    }
}
