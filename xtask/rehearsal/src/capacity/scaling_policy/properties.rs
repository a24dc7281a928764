//! A resource of the template, and access to its properties that says what is wrong.

use cloudformation::template::{properties, ref_target, resource_type};
use serde_json::{Map, Value};

use super::error::ScalingPolicyError;
use crate::capacity::Minute;

/// A resource with its logical id.
#[derive(Clone, Copy)]
pub(super) struct Resource<'a> {
    pub(super) id: &'a str,
    pub(super) kind: &'a str,
    properties: Option<&'a Map<String, Value>>,
}

impl<'a> Resource<'a> {
    pub(super) fn new(id: &'a str, resource: &'a Value) -> Self {
        Self {
            id,
            kind: resource_type(resource),
            properties: properties(resource).as_object(),
        }
    }

    /// A part of a property, as if it were a resource.
    pub(super) fn nested(&self, value: &'a Value) -> Self {
        Self {
            properties: value.as_object(),
            ..*self
        }
    }

    /// Refuses every property that is not listed.
    pub(super) fn only(&self, known: &[&str]) -> Result<(), ScalingPolicyError> {
        let mut keys = self.properties.into_iter().flat_map(Map::keys);
        match keys.find(|key| !known.contains(&key.as_str())) {
            None => Ok(()),
            Some(property) => Err(ScalingPolicyError::UnknownProperty {
                resource: self.id.to_owned(),
                property: property.clone(),
            }),
        }
    }

    pub(super) fn get(&self, property: &str) -> Option<&'a Value> {
        self.properties?.get(property)
    }

    pub(super) fn required(&self, property: &'static str) -> Result<&'a Value, ScalingPolicyError> {
        self.get(property)
            .ok_or_else(|| ScalingPolicyError::Missing {
                resource: self.id.to_owned(),
                property,
            })
    }

    pub(super) fn not_modelled(
        &self,
        property: &'static str,
        found: &Value,
        known: &'static str,
    ) -> ScalingPolicyError {
        let found = match found {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        ScalingPolicyError::NotModelled {
            resource: self.id.to_owned(),
            property,
            found,
            known,
        }
    }

    /// Refuses every value but one.
    pub(super) fn is(
        &self,
        property: &'static str,
        known: &'static str,
    ) -> Result<(), ScalingPolicyError> {
        let found = self.required(property)?;
        let text = found
            .as_str()
            .map_or_else(|| found.to_string(), str::to_owned);
        if text == known {
            Ok(())
        } else {
            Err(self.not_modelled(property, found, known))
        }
    }

    /// A number, which CloudFormation also takes as a text.
    pub(super) fn number(&self, property: &'static str) -> Result<f64, ScalingPolicyError> {
        let found = self.required(property)?;
        let number = match found {
            Value::String(text) => text.parse().ok(),
            other => other.as_f64(),
        };
        number.ok_or_else(|| self.not_modelled(property, found, "a number"))
    }

    /// A whole number, not negative.
    pub(super) fn count(&self, property: &'static str) -> Result<u32, ScalingPolicyError> {
        let number = self.number(property)?;
        if number.fract() == 0.0 && (0.0..=1e6).contains(&number) {
            return Ok(number as u32);
        }
        Err(self.not_modelled(
            property,
            &Value::from(number),
            "whole numbers, not negative",
        ))
    }

    /// Seconds that make whole minutes.
    pub(super) fn minutes(&self, property: &'static str) -> Result<Minute, ScalingPolicyError> {
        let seconds = self.count(property)?;
        if seconds % 60 == 0 {
            return Ok(seconds / 60);
        }
        Err(self.not_modelled(property, &Value::from(seconds), "whole minutes"))
    }

    /// The logical ids that a list refers to.
    pub(super) fn references(&self, property: &str) -> impl Iterator<Item = &'a str> {
        let list = self.get(property).and_then(Value::as_array);
        list.into_iter().flatten().filter_map(ref_target)
    }
}
