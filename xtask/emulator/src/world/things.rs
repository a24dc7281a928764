//! What exists.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use service_rules::Row;

use super::names::unique_names;
use crate::api::{Caller, Time};
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
    /// What is in it or on it that no template knows of: objects, reports, a lifecycle hook.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub(crate) contents: BTreeSet<String>,
    /// Until when something that is gone still uses it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) in_use_until: Option<Time>,
}

impl Thing {
    /// A thing of a stack.
    pub(crate) fn owned(
        kind: &str,
        physical_id: &str,
        properties: Properties,
        owner: Owner,
    ) -> Self {
        Self {
            kind: kind.to_owned(),
            physical_id: physical_id.to_owned(),
            properties,
            owner: Some(owner),
            contents: BTreeSet::new(),
            in_use_until: None,
        }
    }

    /// A log group that a service makes by itself.
    pub(super) fn of_a_service(kind: &str, name: String) -> Self {
        let named = [("LogGroupName".to_owned(), name.clone().into())];
        Self {
            kind: kind.to_owned(),
            physical_id: name,
            properties: Properties::new(named.into_iter().collect()),
            owner: None,
            contents: BTreeSet::new(),
            in_use_until: None,
        }
    }
}

/// Everything that exists in an account and region.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct World {
    /// Whose it is.
    pub(super) caller: Caller,
    /// What time it is.
    pub(super) now: Time,
    /// What services make again, and when.
    pub(super) returns: Vec<(Time, Thing)>,
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
    pub(crate) const fn new(caller: Caller) -> Self {
        Self {
            caller,
            now: Time(0),
            returns: Vec::new(),
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

    /// What has a name that these properties would give, and the rule that allows it only once.
    pub(crate) fn namesake(
        &self,
        kind: &str,
        properties: &Properties,
    ) -> Option<(&Thing, &'static Row)> {
        unique_names(kind, properties)
            .find_map(|(name, row)| Some((self.things.get(self.names.get(&name)?)?, row)))
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
        for (name, _) in unique_names(&thing.kind, &thing.properties) {
            self.names.insert(name, key.clone());
        }
        if thing.kind == "AWS::IAM::Role" {
            self.gone_roles.remove(&thing.physical_id);
        }
        let (kind, physical_id) = (thing.kind.clone(), thing.physical_id.clone());
        self.things.insert(key, thing);
        self.has_appeared(&kind, &physical_id);
    }

    /// A thing has other properties from now on.
    pub(crate) fn change(&mut self, kind: &str, physical_id: &str, properties: &Properties) {
        let key = key(kind, physical_id);
        let Some(thing) = self.things.get_mut(&key) else {
            return;
        };
        let old = std::mem::replace(&mut thing.properties, properties.clone());
        self.forget_names(kind, &old, &key);
        for (name, _) in unique_names(kind, properties) {
            self.names.insert(name, key.clone());
        }
        self.has_appeared(kind, physical_id);
    }

    fn forget_names(&mut self, kind: &str, properties: &Properties, key: &str) {
        for (name, _) in unique_names(kind, properties) {
            if self.names.get(&name).map(String::as_str) == Some(key) {
                self.names.remove(&name);
            }
        }
    }

    /// A thing is gone.
    pub(crate) fn remove(&mut self, kind: &str, physical_id: &str) -> Option<Thing> {
        let key = key(kind, physical_id);
        let thing = self.things.remove(&key)?;
        self.forget_names(kind, &thing.properties, &key);
        if kind == "AWS::IAM::Role" {
            self.gone_roles.insert(physical_id.to_owned());
        }
        self.has_gone(&thing);
        Some(thing)
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
