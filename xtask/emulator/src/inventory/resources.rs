//! The inventory of physical resources.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use service_rules::Row;

use super::names::unique_names;
use super::parameter_store::PARAMETER;
use crate::api::{Caller, Time};
use crate::event_queue::StackNumber;
use crate::properties::Properties;

/// The resource of a stack that a physical resource belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Owner {
    pub(crate) stack: StackNumber,
    pub(crate) stack_id: String,
    pub(crate) logical_id: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PhysicalResource {
    pub(crate) kind: String,
    pub(crate) physical_id: String,
    pub(crate) properties: Properties,
    /// `None`: it belongs to no stack.
    pub(crate) owner: Option<Owner>,
    /// Contents that no template describes: objects, reports, a lifecycle hook.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub(crate) contents: BTreeSet<String>,
    /// The time until which a deleted resource still uses it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) in_use_until: Option<Time>,
}

impl PhysicalResource {
    pub(crate) fn owned(
        kind: &str,
        physical_id: &str,
        properties: Properties,
        owner: Owner,
    ) -> Self {
        Self {
            owner: Some(owner),
            ..Self::unowned(kind, physical_id, properties)
        }
    }

    /// A resource that belongs to no stack.
    pub(super) fn unowned(kind: &str, physical_id: &str, properties: Properties) -> Self {
        Self {
            kind: kind.to_owned(),
            physical_id: physical_id.to_owned(),
            properties,
            owner: None,
            contents: BTreeSet::new(),
            in_use_until: None,
        }
    }

    /// A log group that a service creates.
    pub(super) fn created_by_service(kind: &str, name: &str) -> Self {
        let named = [("LogGroupName".to_owned(), name.into())];
        Self::unowned(kind, name, Properties::new(named.into_iter().collect()))
    }
}

/// The physical resources of an account and region.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Inventory {
    pub(super) caller: Caller,
    pub(super) now: Time,
    /// Resources that services recreate, and when.
    pub(super) returns: Vec<(Time, PhysicalResource)>,
    /// By type and physical id.
    resources: BTreeMap<String, PhysicalResource>,
    /// The keys of resources by unique name.
    names: BTreeMap<String, String>,
    /// The texts by which others referred to deleted resources, by type.
    #[serde(default)]
    deleted: BTreeSet<String>,
    /// Names that a deletion outside of CloudFormation keeps taken, and until when.
    #[serde(default)]
    pub(super) kept_names: BTreeMap<String, Time>,
    /// Counts: revisions of a task definition's family.
    counters: BTreeMap<String, u64>,
    /// The values that each parameter of SSM has had, by its name.
    #[serde(default)]
    pub(super) parameter_versions: BTreeMap<String, Vec<String>>,
}

fn key(kind: &str, physical_id: &str) -> String {
    format!("{kind} {physical_id}")
}

impl Inventory {
    pub(crate) const fn new(caller: Caller) -> Self {
        Self {
            caller,
            now: Time(0),
            returns: Vec::new(),
            resources: BTreeMap::new(),
            names: BTreeMap::new(),
            deleted: BTreeSet::new(),
            kept_names: BTreeMap::new(),
            counters: BTreeMap::new(),
            parameter_versions: BTreeMap::new(),
        }
    }

    pub(crate) fn get(&self, kind: &str, physical_id: &str) -> Option<&PhysicalResource> {
        self.resources.get(&key(kind, physical_id))
    }

    pub(crate) fn get_mut(
        &mut self,
        kind: &str,
        physical_id: &str,
    ) -> Option<&mut PhysicalResource> {
        self.resources.get_mut(&key(kind, physical_id))
    }

    pub(crate) fn resources(&self) -> impl Iterator<Item = &PhysicalResource> {
        self.resources.values()
    }

    /// The resource that has a unique name of these properties, and the rule that requires it to be
    /// unique.
    pub(crate) fn namesake(
        &self,
        kind: &str,
        properties: &Properties,
    ) -> Option<(&PhysicalResource, &'static Row)> {
        unique_names(kind, properties)
            .find_map(|(name, row)| Some((self.resources.get(self.names.get(&name)?)?, row)))
    }

    pub(crate) fn count(&mut self, what: &str) -> u64 {
        let counter = self.counters.entry(what.to_owned()).or_default();
        *counter += 1;
        *counter
    }

    pub(crate) fn insert(&mut self, resource: PhysicalResource) {
        let key = key(&resource.kind, &resource.physical_id);
        for (name, _) in unique_names(&resource.kind, &resource.properties) {
            self.names.insert(name, key.clone());
        }
        for id in self.identities(&resource) {
            self.deleted.remove(&self::key(&resource.kind, &id));
        }
        let (kind, physical_id) = (resource.kind.clone(), resource.physical_id.clone());
        if kind == PARAMETER {
            self.record_parameter(&physical_id, &resource.properties);
        }
        self.resources.insert(key, resource);
        self.after_create_or_update(&kind, &physical_id);
    }

    pub(crate) fn change(&mut self, kind: &str, physical_id: &str, properties: &Properties) {
        let key = key(kind, physical_id);
        let Some(resource) = self.resources.get_mut(&key) else {
            return;
        };
        let old = std::mem::replace(&mut resource.properties, properties.clone());
        self.forget_names(kind, &old, &key);
        for (name, _) in unique_names(kind, properties) {
            self.names.insert(name, key.clone());
        }
        if kind == PARAMETER {
            self.record_parameter(physical_id, properties);
        }
        self.after_create_or_update(kind, physical_id);
    }

    fn forget_names(&mut self, kind: &str, properties: &Properties, key: &str) {
        for (name, _) in unique_names(kind, properties) {
            if self.names.get(&name).map(String::as_str) == Some(key) {
                self.names.remove(&name);
            }
        }
    }

    pub(crate) fn remove(&mut self, kind: &str, physical_id: &str) -> Option<PhysicalResource> {
        let key = key(kind, physical_id);
        let resource = self.resources.remove(&key)?;
        self.forget_names(kind, &resource.properties, &key);
        for id in self.identities(&resource) {
            self.deleted.insert(self::key(kind, &id));
        }
        if kind == PARAMETER {
            self.parameter_versions.remove(physical_id);
        }
        self.after_delete(&resource);
        Some(resource)
    }

    pub(crate) fn set_owner(&mut self, kind: &str, physical_id: &str, owner: Option<Owner>) {
        if let Some(resource) = self.get_mut(kind, physical_id) {
            resource.owner = owner;
        }
    }

    pub(crate) fn is_deleted_role(&self, role_arn: &str) -> bool {
        let name = role_arn.rsplit('/').next().unwrap_or(role_arn);
        self.is_deleted("AWS::IAM::Role", name)
    }

    /// Whether a resource of this type was there under this name, and was deleted.
    pub(super) fn is_deleted(&self, kind: &str, name: &str) -> bool {
        self.deleted.contains(&key(kind, name))
    }
}
