//! The inventory of physical resources.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use service_rules::Row;

use super::attribute::AttributeSource;
use super::names::unique_names;
use super::parameter_store::PARAMETER;
use super::physical_id::Naming;
use crate::api::{Caller, Time};
use crate::event_queue::StackNumber;
use crate::properties::Properties;
use crate::random::Random;

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
    /// The primary identifier, as the inventory determines it.
    pub(crate) identifier: String,
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
            identifier: physical_id.to_owned(),
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
    /// By type and primary identifier.
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

fn key(kind: &str, identifier: &str) -> String {
    format!("{kind} {identifier}")
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

    /// A resource by its primary identifier.
    pub(crate) fn get(&self, kind: &str, identifier: &str) -> Option<&PhysicalResource> {
        self.resources.get(&key(kind, identifier))
    }

    pub(crate) fn get_mut(
        &mut self,
        kind: &str,
        identifier: &str,
    ) -> Option<&mut PhysicalResource> {
        self.resources.get_mut(&key(kind, identifier))
    }

    /// The resource that has the primary identifier that another one would have.
    pub(crate) fn twin(
        &self,
        kind: &str,
        physical_id: &str,
        properties: &Properties,
    ) -> Option<&PhysicalResource> {
        let source = self.source(kind, physical_id, properties);
        self.get(kind, &source.identifier())
    }

    /// A part of the primary identifier of a resource.
    pub(crate) fn identifier_part(&self, resource: &PhysicalResource, property: &str) -> String {
        self.source(&resource.kind, &resource.physical_id, &resource.properties)
            .identifier_part(property)
    }

    pub(super) fn source<'a>(
        &'a self,
        kind: &'a str,
        physical_id: &'a str,
        properties: &'a Properties,
    ) -> AttributeSource<'a> {
        AttributeSource {
            naming: Naming {
                account: &self.caller.account,
                region: &self.caller.region,
                random: Random::new(0),
            },
            kind,
            physical_id,
            properties,
            version: 0,
        }
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

    /// Adds a resource. Returns its primary identifier.
    pub(crate) fn insert(&mut self, mut resource: PhysicalResource) -> String {
        resource.identifier = self
            .source(&resource.kind, &resource.physical_id, &resource.properties)
            .identifier();
        let (kind, identifier) = (resource.kind.clone(), resource.identifier.clone());
        let key = key(&kind, &identifier);
        for (name, _) in unique_names(&kind, &resource.properties) {
            self.names.insert(name, key.clone());
        }
        for id in self.identities(&resource) {
            self.deleted.remove(&self::key(&kind, &id));
        }
        if kind == PARAMETER {
            self.record_parameter(&resource.physical_id, &resource.properties);
        }
        self.resources.insert(key, resource);
        self.after_create_or_update(&kind, &identifier);
        identifier
    }

    /// Changes the properties of a resource. Returns its primary identifier, which may be another one then: a record
    /// of type A that becomes one of type AAAA.
    pub(crate) fn change(
        &mut self,
        kind: &str,
        identifier: &str,
        properties: &Properties,
    ) -> Option<String> {
        let old_key = key(kind, identifier);
        let mut resource = self.resources.remove(&old_key)?;
        let old = std::mem::replace(&mut resource.properties, properties.clone());
        self.forget_names(kind, &old, &old_key);
        Some(self.insert(resource))
    }

    fn forget_names(&mut self, kind: &str, properties: &Properties, key: &str) {
        for (name, _) in unique_names(kind, properties) {
            if self.names.get(&name).map(String::as_str) == Some(key) {
                self.names.remove(&name);
            }
        }
    }

    pub(crate) fn remove(&mut self, kind: &str, identifier: &str) -> Option<PhysicalResource> {
        let key = key(kind, identifier);
        let resource = self.resources.remove(&key)?;
        self.forget_names(kind, &resource.properties, &key);
        for id in self.identities(&resource) {
            self.deleted.insert(self::key(kind, &id));
        }
        if kind == PARAMETER {
            self.parameter_versions.remove(&resource.physical_id);
        }
        self.after_delete(&resource);
        Some(resource)
    }

    pub(crate) fn set_owner(&mut self, kind: &str, identifier: &str, owner: Option<Owner>) {
        if let Some(resource) = self.get_mut(kind, identifier) {
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
