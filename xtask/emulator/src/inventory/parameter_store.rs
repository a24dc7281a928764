//! The parameters of SSM: those of resources, those that options give to every account and region,
//! and AWS's public ones.

use std::collections::BTreeMap;

use super::resources::{Inventory, PhysicalResource};
use crate::properties::Properties;
use crate::random::Random;
use crate::template::plain;

pub(super) const PARAMETER: &str = "AWS::SSM::Parameter";

/// The value of a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StoredParameter {
    pub(crate) value: String,
    /// Whether it is a `SecureString`.
    pub(crate) secure: bool,
}

/// The parameters that an account and region can read.
#[derive(Clone, Copy)]
pub(crate) struct ParameterStore<'a> {
    pub(crate) inventory: &'a Inventory,
    /// By name.
    pub(crate) given: &'a BTreeMap<String, String>,
}

impl ParameterStore<'_> {
    /// A parameter in a version, or in the latest.
    pub(crate) fn get(&self, name: &str, version: Option<u64>) -> Option<StoredParameter> {
        if let Some(versions) = self.inventory.parameter_versions.get(name) {
            let index = match version {
                Some(version) => usize::try_from(version).ok()?.checked_sub(1)?,
                None => versions.len().checked_sub(1)?,
            };
            let parameter = self.inventory.get(PARAMETER, name)?;
            return Some(StoredParameter {
                value: versions.get(index)?.clone(),
                secure: parameter.properties.text("Type") == Some("SecureString"),
            });
        }
        let value = match self.given.get(name) {
            Some(value) => value.clone(),
            None => public(name)?,
        };
        version
            .is_none_or(|version| version == 1)
            .then_some(StoredParameter {
                value,
                secure: false,
            })
    }
}

/// A public parameter: the id of an image. Always the same.
///
/// <https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-public-parameters.html>
fn public(name: &str) -> Option<String> {
    name.starts_with("/aws/service/")
        .then(|| format!("ami-0{}", Random::new(0).derive(name).hex(16)))
}

impl Inventory {
    /// Sets the value of a parameter outside of CloudFormation.
    pub(crate) fn put_parameter(&mut self, name: &str, value: &str, secure: bool) {
        let mut properties = self
            .get(PARAMETER, name)
            .map(|parameter| parameter.properties.clone())
            .unwrap_or_default();
        let kind = if secure { "SecureString" } else { "String" };
        for (property, text) in [("Name", name), ("Type", kind), ("Value", value)] {
            properties
                .map_mut()
                .insert(property.to_owned(), text.to_owned().into());
        }
        if self.get(PARAMETER, name).is_some() {
            self.change(PARAMETER, name, &properties);
        } else {
            self.insert(PhysicalResource::unowned(PARAMETER, name, properties));
        }
    }

    pub(crate) fn delete_parameter(&mut self, name: &str) {
        self.remove(PARAMETER, name);
    }

    /// Records the value that a parameter has now, if it is another one.
    pub(super) fn record_parameter(&mut self, name: &str, properties: &Properties) {
        let value = properties.get("Value").map(plain).unwrap_or_default();
        let versions = self.parameter_versions.entry(name.to_owned()).or_default();
        if versions.last() != Some(&value) {
            versions.push(value);
        }
    }
}
