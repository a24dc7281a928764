//! Changes of an existing resource, property by property, and their causes.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceChangeDetail.html>

use std::collections::BTreeSet;

use cloudformation::template::References;
use common_template::TagShape;
use serde_json::Value;

use super::preview::{Preview, ResourceOutcome};
use crate::api::PropertyChange;
use crate::resource_type::ResourceType;
use crate::stack::{Definition, Difference, Recreation, Resource, Stack};
use crate::template::{KNOWN_AFTER_APPLY, ResourceDefinition, is_known_after_apply};

pub(super) struct Details<'a> {
    pub(super) stack: &'a Stack,
    pub(super) after: &'a Definition,
    pub(super) name: &'a str,
    pub(super) definition: &'a ResourceDefinition,
    pub(super) resource: &'a Resource,
    pub(super) preview: &'a Preview<'a>,
}

impl Details<'_> {
    /// Every property and attribute that changes or may change.
    pub(super) fn all(&self, found: Vec<Difference>, retagged: bool) -> Vec<PropertyChange> {
        let mut details = Vec::new();
        let listed: BTreeSet<String> = found
            .iter()
            .map(|difference| difference.property.clone())
            .collect();
        let tags = self.tags_property();
        let own_tags = tags.is_some_and(|tags| listed.contains(tags));
        for difference in found {
            let mut detail = self.property(difference);
            if detail.name.as_deref() == tags {
                "Tags".clone_into(&mut detail.attribute);
                detail.name = None;
            }
            details.push(detail);
        }
        for (name, value) in &self.definition.properties {
            if !listed.contains(name)
                && let Some(detail) = self.by_attribute(name, value)
            {
                details.push(detail);
            }
        }
        if retagged && tags.is_some() && !own_tags {
            details.push(attribute("Tags", None, None));
        }
        self.attributes(&mut details);
        details
    }

    /// The property with the tags, whose change is one of the attribute `Tags`.
    fn tags_property(&self) -> Option<&'static str> {
        match ResourceType::named(&self.resource.kind)?.facts.tags? {
            TagShape::List(name) | TagShape::Map(name) | TagShape::Propagated(name) => Some(name),
        }
    }

    fn property(&self, difference: Difference) -> PropertyChange {
        let dynamic = difference.after.as_ref().is_some_and(is_known_after_apply);
        let (source, cause) = if dynamic {
            self.cause(&difference.property)
        } else {
            self.parameter(&difference.property)
        };
        PropertyChange {
            attribute: "Properties".to_owned(),
            name: Some(difference.property),
            requires_recreation: difference.recreation.as_str().to_owned(),
            evaluation: if dynamic { "Dynamic" } else { "Static" }.to_owned(),
            change_source: source.to_owned(),
            causing_entity: cause,
            before: difference.before.map(|value| text(&value)),
            after: difference.after.map(|value| text(&value)),
        }
    }

    /// The resource whose creation or replacement makes a value unknown.
    fn cause(&self, property: &str) -> (&'static str, Option<String>) {
        let Some(value) = self.definition.properties.get(property) else {
            return ("DirectModification", None);
        };
        let references = References::of(value);
        let another = |name: &str| {
            self.after.template.resources.contains_key(name)
                && self.preview.becomes(name) == ResourceOutcome::Unknown
        };
        if let Some((name, attribute)) = references.attributes().find(|(name, _)| another(name)) {
            return ("ResourceAttribute", Some(entity(name, attribute)));
        }
        let mut identifiers = references.identifiers();
        match identifiers.find(|name| another(name)) {
            Some(name) => ("ResourceReference", Some(name.to_owned())),
            None => ("DirectModification", None),
        }
    }

    /// The parameter whose value causes the difference, where the template is the same.
    fn parameter(&self, property: &str) -> (&'static str, Option<String>) {
        let direct = ("DirectModification", None);
        let before = self
            .stack
            .definition
            .as_ref()
            .and_then(|before| before.template.resources.get(self.name))
            .and_then(|definition| definition.properties.get(property));
        let Some(value) = self.definition.properties.get(property) else {
            return direct;
        };
        if before != Some(value) {
            return direct;
        }
        References::of(value)
            .identifiers()
            .find(|name| self.after.template.parameters.contains_key(*name))
            .map_or(direct, |name| ("ParameterReference", Some(name.to_owned())))
    }

    /// The change of a property that uses an attribute of an updated resource: it may change with
    /// it.
    fn by_attribute(&self, property: &str, value: &Value) -> Option<PropertyChange> {
        let references = References::of(value);
        let (name, taken) = references
            .attributes()
            .find(|(name, _)| self.preview.becomes(name) == ResourceOutcome::Modified)?;
        let kind = ResourceType::named(&self.resource.kind)?;
        let replaces = kind
            .facts
            .create_only
            .iter()
            .any(|path| path.split('.').next() == Some(property));
        let recreation = if replaces {
            Recreation::Always
        } else {
            Recreation::Never
        };
        Some(PropertyChange {
            attribute: "Properties".to_owned(),
            name: Some(property.to_owned()),
            requires_recreation: recreation.as_str().to_owned(),
            evaluation: "Dynamic".to_owned(),
            change_source: "ResourceAttribute".to_owned(),
            causing_entity: Some(entity(name, taken)),
            before: self.resource.properties.get(property).map(text),
            after: Some(KNOWN_AFTER_APPLY.to_owned()),
        })
    }

    /// Changes of `Metadata`, `DeletionPolicy` and other attributes.
    fn attributes(&self, details: &mut Vec<PropertyChange>) {
        let before = &self.resource.attributes;
        let after = &self.definition.attributes;
        let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        for name in names {
            if before.get(name) != after.get(name) {
                details.push(attribute(
                    name,
                    before.get(name).map(text),
                    after.get(name).map(text),
                ));
            }
        }
        for (name, before, after) in [
            (
                "DeletionPolicy",
                self.resource.deletion,
                self.definition.deletion,
            ),
            (
                "UpdateReplacePolicy",
                self.resource.replacement,
                self.definition.replacement,
            ),
        ] {
            if before != after {
                details.push(attribute(
                    name,
                    Some(before.as_str().to_owned()),
                    Some(after.as_str().to_owned()),
                ));
            }
        }
    }
}

/// The causing entity of a value that is an attribute of another resource.
fn entity(name: &str, attribute: Option<&str>) -> String {
    attribute.map_or_else(
        || name.to_owned(),
        |attribute| format!("{name}.{attribute}"),
    )
}

fn attribute(name: &str, before: Option<String>, after: Option<String>) -> PropertyChange {
    PropertyChange {
        attribute: name.to_owned(),
        name: None,
        requires_recreation: Recreation::Never.as_str().to_owned(),
        evaluation: "Static".to_owned(),
        change_source: "DirectModification".to_owned(),
        causing_entity: None,
        before,
        after,
    }
}

pub(super) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
