//! Hands behind CloudFormation's back.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Cloud;
use crate::api::Caller;
use crate::world::Thing;

/// What somebody does to a resource without CloudFormation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Tamper {
    /// A property gets another value.
    Change {
        /// The property, at the first level.
        property: String,
        /// The value; nothing takes the property away.
        value: Option<Value>,
    },
    /// The resource is deleted.
    Delete,
    /// Something comes into the resource that no template knows of: reports, images, objects.
    Put {
        /// What, as the table of service rules calls it.
        what: String,
    },
}

/// Why nobody could do that.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TamperError {
    /// There is no such stack.
    #[error("no such stack: `{0}`")]
    NoStack(String),
    /// The stack has no such resource, or it is gone.
    #[error("no such resource: `{logical_id}` of `{stack}`")]
    NoResource {
        /// The stack.
        stack: String,
        /// The resource.
        logical_id: String,
    },
    /// Nothing of the kind is in resources of its type.
    #[error("nothing is known of `{what}` in a {resource_type}")]
    HoldsNothing {
        /// What was to be put there.
        what: String,
        /// The resource's type.
        resource_type: String,
    },
}

/// A thing that exists, as a test looks at it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Existing {
    /// Its type.
    pub resource_type: String,
    /// Its physical id.
    pub physical_id: String,
    /// The stack that it belongs to, by id; nothing: it was retained.
    pub stack_id: Option<String>,
    /// Its logical id there.
    pub logical_id: Option<String>,
}

impl Cloud {
    /// Somebody does something to a resource without CloudFormation.
    ///
    /// # Errors
    ///
    /// There is no such resource.
    pub fn tamper(
        &mut self,
        caller: &Caller,
        stack: &str,
        logical_id: &str,
        tamper: &Tamper,
    ) -> Result<(), TamperError> {
        let missing = || TamperError::NoResource {
            stack: stack.to_owned(),
            logical_id: logical_id.to_owned(),
        };
        let index = self.place(caller);
        let place = self
            .places
            .get_mut(index)
            .ok_or_else(|| TamperError::NoStack(stack.to_owned()))?;
        let found = place
            .living_number(stack)
            .and_then(|number| place.stacks.get(&number))
            .ok_or_else(|| TamperError::NoStack(stack.to_owned()))?;
        let resource = found.resources.get(logical_id).ok_or_else(missing)?;
        let physical_id = resource.physical_id.as_deref().ok_or_else(missing)?;
        match tamper {
            Tamper::Put { what } => {
                if !place.world.put(&resource.kind, physical_id, what) {
                    return Err(TamperError::HoldsNothing {
                        what: what.clone(),
                        resource_type: resource.kind.clone(),
                    });
                }
            }
            Tamper::Delete => {
                place
                    .world
                    .remove(&resource.kind, physical_id)
                    .ok_or_else(missing)?;
            }
            Tamper::Change { property, value } => {
                let thing = place
                    .world
                    .get(&resource.kind, physical_id)
                    .ok_or_else(missing)?;
                let mut properties = thing.properties.clone();
                match value {
                    Some(value) => properties.map_mut().insert(property.clone(), value.clone()),
                    None => properties.map_mut().remove(property),
                };
                place.world.change(&resource.kind, physical_id, &properties);
            }
        }
        Ok(())
    }

    /// Everything that exists in an account and region, whoever knows of it, sorted.
    #[must_use]
    pub fn existing(&self, caller: &Caller) -> Vec<Existing> {
        let mut existing: Vec<Existing> = self
            .places
            .iter()
            .filter(|place| place.caller == *caller)
            .flat_map(|place| place.world.things())
            .map(seen)
            .collect();
        existing.sort();
        existing
    }
}

fn seen(thing: &Thing) -> Existing {
    let owner = thing.owner.as_ref();
    Existing {
        resource_type: thing.kind.clone(),
        physical_id: thing.physical_id.clone(),
        stack_id: owner.map(|owner| owner.stack_id.clone()),
        logical_id: owner.map(|owner| owner.logical_id.clone()),
    }
}
