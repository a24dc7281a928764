//! What exists.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::names::unique_name;
use crate::properties::Properties;
use crate::queue::StackNumber;

/// Which resource of which stack a thing is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Owner {
    pub(crate) stack: StackNumber,
    pub(crate) stack_id: String,
    pub(crate) logical_id: String,
}

/// Something that exists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Thing {
    pub(crate) kind: String,
    pub(crate) physical_id: String,
    pub(crate) properties: Properties,
    /// Nothing: no stack knows of it any more.
    pub(crate) owner: Option<Owner>,
}

/// Everything that exists in an account and region.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct World {
    /// By type and physical id.
    things: BTreeMap<String, Thing>,
    /// What has a name that nothing else of its type may have.
    names: BTreeMap<String, String>,
    /// Roles that were here and are gone.
    gone_roles: BTreeSet<String>,
    /// How many of something were made: revisions of a task definition's family.
    counters: BTreeMap<String, u64>,
}

fn key(kind: &str, physical_id: &str) -> String {
    format!("{kind} {physical_id}")
}

impl World {
    pub(crate) const fn new() -> Self {
        Self {
            things: BTreeMap::new(),
            names: BTreeMap::new(),
            gone_roles: BTreeSet::new(),
            counters: BTreeMap::new(),
        }
    }

    pub(crate) fn get(&self, kind: &str, physical_id: &str) -> Option<&Thing> {
        self.things.get(&key(kind, physical_id))
    }

    pub(crate) fn get_mut(&mut self, kind: &str, physical_id: &str) -> Option<&mut Thing> {
        self.things.get_mut(&key(kind, physical_id))
    }

    pub(crate) fn things(&self) -> impl Iterator<Item = &Thing> {
        self.things.values()
    }

    /// What has the name that these properties would give.
    pub(crate) fn namesake(&self, kind: &str, properties: &Properties) -> Option<&Thing> {
        let name = unique_name(kind, properties)?;
        self.things.get(self.names.get(&name)?)
    }

    /// The next number of something that is counted.
    pub(crate) fn count(&mut self, what: &str) -> u64 {
        let counter = self.counters.entry(what.to_owned()).or_default();
        *counter += 1;
        *counter
    }

    /// A thing exists from now on.
    pub(crate) fn insert(&mut self, thing: Thing) {
        let key = key(&thing.kind, &thing.physical_id);
        if let Some(name) = unique_name(&thing.kind, &thing.properties) {
            self.names.insert(name, key.clone());
        }
        if thing.kind == "AWS::IAM::Role" {
            self.gone_roles.remove(&thing.physical_id);
        }
        self.things.insert(key, thing);
    }

    /// A thing has other properties from now on.
    pub(crate) fn change(&mut self, kind: &str, physical_id: &str, properties: &Properties) {
        let key = key(kind, physical_id);
        let Some(thing) = self.things.get_mut(&key) else {
            return;
        };
        let old = unique_name(kind, &thing.properties);
        let new = unique_name(kind, properties);
        thing.properties = properties.clone();
        if old != new {
            if let Some(old) = old
                && self.names.get(&old) == Some(&key)
            {
                self.names.remove(&old);
            }
            if let Some(new) = new {
                self.names.insert(new, key);
            }
        }
    }

    /// A thing is gone.
    pub(crate) fn remove(&mut self, kind: &str, physical_id: &str) -> Option<Thing> {
        let key = key(kind, physical_id);
        let thing = self.things.remove(&key)?;
        if let Some(name) = unique_name(kind, &thing.properties)
            && self.names.get(&name) == Some(&key)
        {
            self.names.remove(&name);
        }
        if kind == "AWS::IAM::Role" {
            self.gone_roles.insert(physical_id.to_owned());
        }
        Some(thing)
    }

    /// Why a thing can't be deleted: a policy that is some role's boundary.
    ///
    /// Source: <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicy.html>, and
    /// cloud-nuke#972 for boundaries.
    pub(crate) fn in_use(&self, kind: &str, physical_id: &str) -> Option<String> {
        if kind != "AWS::IAM::ManagedPolicy" {
            return None;
        }
        let bounded = |thing: &&Thing| {
            thing.kind == "AWS::IAM::Role"
                && thing
                    .properties
                    .get("PermissionsBoundary")
                    .and_then(Value::as_str)
                    == Some(physical_id)
        };
        self.things().find(bounded)?;
        Some(
            "Resource handler returned message: \"Cannot delete a policy attached to entities. \
             (Service: Iam, Status Code: 409)\" (HandlerErrorCode: ResourceConflict)"
                .to_owned(),
        )
    }

    /// Whose a thing is from now on.
    pub(crate) fn give(&mut self, kind: &str, physical_id: &str, owner: Option<Owner>) {
        if let Some(thing) = self.get_mut(kind, physical_id) {
            thing.owner = owner;
        }
    }

    /// Whether a role was here and is gone.
    pub(crate) fn is_gone(&self, role_arn: &str) -> bool {
        let name = role_arn.rsplit('/').next().unwrap_or(role_arn);
        self.gone_roles.contains(name)
    }
}
