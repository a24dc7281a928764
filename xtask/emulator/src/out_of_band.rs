//! Changes to physical resources outside of CloudFormation.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::inventory::{Inventory, PhysicalResource, can_hold};

/// A change to a resource outside of CloudFormation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum OutOfBandChange {
    Change {
        /// A property at the first level.
        property: String,
        /// `None` removes the property.
        value: Option<Value>,
    },
    Delete,
    /// Adds contents that no template describes: reports, images, objects.
    Put {
        /// The kind of contents, as in the service rules.
        what: String,
    },
}

/// A parameter of SSM that no stack has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SsmParameter {
    pub name: String,
    /// `None` deletes it.
    pub value: Option<String>,
    /// Whether it is a `SecureString`.
    #[serde(default)]
    pub secure: bool,
}

impl SsmParameter {
    pub(crate) fn apply(&self, inventory: &mut Inventory) {
        match &self.value {
            Some(value) => inventory.put_parameter(&self.name, value, self.secure),
            None => inventory.delete_parameter(&self.name),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OutOfBandError {
    #[error("no such stack: `{0}`")]
    NoStack(String),
    #[error("no such resource: `{logical_id}` of stack `{stack}`")]
    NoResource { stack: String, logical_id: String },
    #[error("resources of type {resource_type} do not hold `{what}`")]
    HoldsNothing { what: String, resource_type: String },
}

/// A physical resource, as tests see it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PhysicalResourceView {
    pub resource_type: String,
    pub physical_id: String,
    /// The id of the stack that it belongs to; `None` if it was retained.
    pub stack_id: Option<String>,
    pub logical_id: Option<String>,
}

impl OutOfBandChange {
    /// Applies it. `None`: there is no such resource.
    pub(crate) fn apply(
        &self,
        inventory: &mut Inventory,
        kind: &str,
        identifier: &str,
    ) -> Result<Option<()>, OutOfBandError> {
        match self {
            Self::Put { what } => {
                if !can_hold(kind, what) {
                    return Err(OutOfBandError::HoldsNothing {
                        what: what.clone(),
                        resource_type: kind.to_owned(),
                    });
                }
                if let Some(resource) = inventory.get_mut(kind, identifier) {
                    resource.contents.insert(what.clone());
                }
                Ok(Some(()))
            }
            Self::Delete => Ok(inventory.remove_out_of_band(kind, identifier)),
            Self::Change { property, value } => {
                let Some(resource) = inventory.get(kind, identifier) else {
                    return Ok(None);
                };
                let mut properties = resource.properties.clone();
                match value {
                    Some(value) => properties.map_mut().insert(property.clone(), value.clone()),
                    None => properties.map_mut().remove(property),
                };
                inventory.change(kind, identifier, &properties);
                Ok(Some(()))
            }
        }
    }
}

impl From<&PhysicalResource> for PhysicalResourceView {
    fn from(resource: &PhysicalResource) -> Self {
        let owner = resource.owner.as_ref();
        Self {
            resource_type: resource.kind.clone(),
            physical_id: resource.physical_id.clone(),
            stack_id: owner.map(|owner| owner.stack_id.clone()),
            logical_id: owner.map(|owner| owner.logical_id.clone()),
        }
    }
}
