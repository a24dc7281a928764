//! Refusals and side effects of services, by the service rules.
//!
//! Rules that have a form are applied to every type; rules in words are not.

use serde_json::Value;
use service_rules::evaluate::{self, Thing, World, identifies, obstacle};
use service_rules::{Block, Lag, Row, Rule};

use super::names::{at, unique_names};
use super::resources::{Inventory, PhysicalResource};
use crate::api::Time;
use crate::properties::Properties;
use crate::resource_type::ResourceType;
use crate::template::{AccountResource, AccountResources, plain};

const LOAD_BALANCER: &str = "AWS::ElasticLoadBalancingV2::LoadBalancer";
const BUCKET: &str = "AWS::S3::Bucket";
const FUNCTION: &str = "AWS::Lambda::Function";
/// The calls that delete a lifecycle hook, in the languages of inline code.
const DELETES_A_HOOK: [&str; 3] = [
    "delete_lifecycle_hook",
    "DeleteLifecycleHook",
    "deleteLifecycleHook",
];

/// Rules in words that the model applies all the same: the counting of launch template versions.
const MODELLED_IN_WORDS: [&str; 1] = ["launch-template-versions-stay"];

/// Whether the model applies a rule: it has a form, or is listed by name.
#[must_use]
pub fn models(row: &Row) -> bool {
    row.rule.has_form() || MODELLED_IN_WORDS.contains(&row.id)
}

/// Whether resources of a type can hold contents that block their deletion: `objects`.
pub(crate) fn can_hold(kind: &str, what: &str) -> bool {
    service_rules::of(kind).any(
        |row| matches!(row.rule, Rule::BlocksDeletion(Block::Holds { what: held, .. }) if held == what),
    )
}

impl World for Inventory {
    fn of_type(&self, resource_type: &str) -> Vec<Thing<'_>> {
        Self::of_type(self, resource_type)
            .map(|resource| self.thing(resource))
            .collect()
    }

    fn is_gone(&self, resource_type: &str, name: &str) -> bool {
        self.is_deleted(resource_type, name)
    }
}

impl Inventory {
    fn thing<'r>(&self, resource: &'r PhysicalResource) -> Thing<'r> {
        Thing {
            resource_type: &resource.kind,
            key: &resource.identifier,
            properties: resource.properties.map(),
            ids: self.identities(resource),
        }
    }

    /// The refusal to create a resource with these properties, or to change it to them.
    pub(crate) fn creation_refusal(
        &self,
        kind: &str,
        identifier: &str,
        properties: &Properties,
    ) -> Option<String> {
        let thing = Thing {
            resource_type: kind,
            key: identifier,
            properties: properties.map(),
            ids: Vec::new(),
        };
        let (row, subject) = evaluate::creation_refusal(self, &thing)?;
        Some(handler_message(row, &subject, "InvalidRequest"))
    }

    /// The refusal to create a resource under a name that a deletion outside of CloudFormation keeps.
    pub(crate) fn kept_name(&self, kind: &str, properties: &Properties) -> Option<String> {
        let (name, _) = unique_names(kind, properties).find(|(name, _)| {
            let until = self.kept_names.get(name);
            until.is_some_and(|until| self.now < *until)
        })?;
        let keeps = |row: &&Row| matches!(row.rule, Rule::SeenOnlyAfter(Lag::NameStays { .. }));
        let row = service_rules::of(kind).find(keeps)?;
        Some(handler_message(row, &name, "InvalidRequest"))
    }

    /// Removes a resource, as a caller does who deletes it outside of CloudFormation.
    pub(crate) fn remove_out_of_band(&mut self, kind: &str, identifier: &str) -> Option<()> {
        let gone = self.remove(kind, identifier)?;
        for row in service_rules::of(kind) {
            if let Rule::SeenOnlyAfter(Lag::NameStays { minutes }) = row.rule {
                let until = Time(self.now.0 + minutes * 60_000);
                for (name, _) in unique_names(kind, &gone.properties) {
                    self.kept_names.insert(name, until);
                }
            }
        }
        Some(())
    }

    /// The refusal to delete a resource now.
    pub(crate) fn deletion_refusal(&self, kind: &str, identifier: &str) -> Option<String> {
        let resource = self.get(kind, identifier)?;
        service_rules::of(kind).find_map(|row| {
            let Rule::BlocksDeletion(block) = &row.rule else {
                return None;
            };
            self.blocks(block, resource)
                .then(|| handler_message(row, &resource.physical_id, "ResourceConflict"))
        })
    }

    fn blocks(&self, block: &Block, resource: &PhysicalResource) -> bool {
        match *block {
            Block::Holds { what, unless, .. } => {
                let goes = unless.and_then(|property| resource.properties.get(property));
                resource.contents.contains(what) && goes.and_then(Value::as_bool) != Some(true)
            }
            Block::AfterDeletionOf { waits: false, .. } => {
                resource.in_use_until.is_some_and(|until| self.now < until)
            }
            _ => obstacle(self, &self.thing(resource), block).is_some(),
        }
    }

    /// Whether what a resource holds keeps it from being deleted.
    pub(crate) fn is_kept_by_contents(&self, kind: &str, physical_id: &str) -> bool {
        let Some(resource) = self.get(kind, physical_id) else {
            return false;
        };
        service_rules::of(kind).any(|row| match &row.rule {
            Rule::BlocksDeletion(block @ Block::Holds { .. }) => self.blocks(block, resource),
            _ => false,
        })
    }

    /// The delay of a deletion in milliseconds: interfaces of a deleted load balancer stay for a while,
    /// and a lifecycle hook that no capacity provider is left to complete runs into its timeout.
    pub(crate) fn deletion_delay(&self, kind: &str, identifier: &str) -> u64 {
        let Some(resource) = self.get(kind, identifier) else {
            return 0;
        };
        let ids = self.identities(resource);
        service_rules::of(kind)
            .filter_map(|row| match row.rule {
                Rule::BlocksDeletion(Block::AfterDeletionOf { waits: true, .. }) => {
                    let until = resource.in_use_until?;
                    Some(until.0.saturating_sub(self.now.0))
                }
                Rule::BlocksDeletion(Block::WaitsForHook {
                    hook,
                    resource_type,
                    property,
                    minutes,
                    ..
                }) if resource.contents.contains(hook) => {
                    let mut completing = self.of_type(resource_type);
                    let completes = |other: PhysicalResource| {
                        at(&other.properties, property)
                            .is_some_and(|value| names_one_of(value, &ids))
                    };
                    (!completing.any(|other| completes(other.clone()))).then_some(minutes * 60_000)
                }
                _ => None,
            })
            .sum()
    }

    /// Side effects of services after a creation or an update.
    pub(super) fn after_create_or_update(&mut self, kind: &str, identifier: &str) {
        let Some(resource) = self.get(kind, identifier).cloned() else {
            return;
        };
        self.add_hooks(&resource);
        if kind == LOAD_BALANCER
            && setting(&resource.properties, ATTRIBUTES, "access_logs.s3.enabled") == Some("true")
            && let Some(bucket) = setting(&resource.properties, ATTRIBUTES, "access_logs.s3.bucket")
        {
            // The service writes `ELBAccessLogTestFile` at once.
            let bucket = bucket.to_owned();
            if let Some(bucket) = self.get_mut(BUCKET, &bucket) {
                bucket.contents.insert("objects".to_owned());
            }
        }
    }

    /// Adds the hooks that a resource puts on others.
    fn add_hooks(&mut self, resource: &PhysicalResource) {
        let hooks = service_rules::rows().filter_map(|row| match row.rule {
            Rule::BlocksDeletion(Block::WaitsForHook {
                hook,
                resource_type,
                property,
                setting,
                value,
                ..
            }) if resource_type == resource.kind => {
                let set = at(&resource.properties, setting).and_then(Value::as_str);
                let target = at(&resource.properties, property)?;
                (set == Some(value)).then_some((row.resource_type, target, hook))
            }
            _ => None,
        });
        for (kind, target, hook) in hooks {
            for id in self.named_by(kind, target) {
                if let Some(resource) = self.get_mut(kind, &id) {
                    resource.contents.insert(hook.to_owned());
                }
            }
        }
    }

    /// Side effects of services after a deletion.
    pub(super) fn after_delete(&mut self, gone: &PhysicalResource) {
        for row in service_rules::rows() {
            match row.rule {
                Rule::BlocksDeletion(Block::AfterDeletionOf {
                    resource_type,
                    property,
                    minutes,
                    ..
                }) if resource_type == gone.kind => {
                    let Some(used) = gone.properties.get(property) else {
                        continue;
                    };
                    let until = Time(self.now.0 + minutes * 60_000);
                    for id in self.named_by(row.resource_type, used) {
                        if let Some(resource) = self.get_mut(row.resource_type, &id) {
                            resource.in_use_until = Some(until);
                        }
                    }
                }
                Rule::SeenOnlyAfter(Lag::MadeAgain {
                    resource_type,
                    name,
                    minutes,
                }) if resource_type == gone.kind && has_insights(&gone.properties) => {
                    let name = name.replace("{id}", &gone.physical_id);
                    self.returns.push((
                        Time(self.now.0 + minutes * 60_000),
                        PhysicalResource::created_by_service(row.resource_type, &name),
                    ));
                }
                _ => {}
            }
        }
        if ResourceType::named(&gone.kind).is_some_and(|kind| kind.open) {
            self.remove_hooks(gone);
        }
    }

    /// Custom resources do nothing here, with one exception: if the inline code of the function has
    /// the call that deletes a lifecycle hook, the deletion of the custom resource removes the
    /// hooks.
    fn remove_hooks(&mut self, gone: &PhysicalResource) {
        let Some(group) = gone.properties.text("AutoScalingGroupName") else {
            return;
        };
        let function = gone
            .properties
            .get("ServiceToken")
            .map(|token| self.named_by(FUNCTION, token))
            .unwrap_or_default();
        let deletes = function.iter().any(|id| {
            let code = self
                .get(FUNCTION, id)
                .and_then(|function| at(&function.properties, "Code.ZipFile")?.as_str());
            code.is_some_and(|code| DELETES_A_HOOK.iter().any(|call| code.contains(call)))
        });
        if deletes && let Some(group) = self.get_mut("AWS::AutoScaling::AutoScalingGroup", group) {
            group.contents.clear();
        }
    }

    pub(crate) fn advance(&mut self, now: Time) {
        self.now = self.now.max(now);
        let (due, later) = std::mem::take(&mut self.returns)
            .into_iter()
            .partition(|(at, _)| *at <= self.now);
        self.returns = later;
        let due: Vec<(Time, PhysicalResource)> = due;
        for (_, resource) in due {
            if self.get(&resource.kind, &resource.identifier).is_none() {
                self.insert(resource);
            }
        }
    }

    fn of_type(&self, kind: &str) -> impl Iterator<Item = &PhysicalResource> {
        self.resources()
            .filter(move |resource| resource.kind == kind)
    }

    /// The primary identifiers of the resources of a type that a value refers to.
    fn named_by(&self, kind: &str, value: &Value) -> Vec<String> {
        self.of_type(kind)
            .filter(|resource| names_one_of(value, &self.identities(resource)))
            .map(|resource| resource.identifier.clone())
            .collect()
    }

    /// The texts by which others refer to a resource: its physical id, and the attributes that
    /// identify it.
    pub(super) fn identities(&self, resource: &PhysicalResource) -> Vec<String> {
        let mut ids = vec![resource.physical_id.clone()];
        let Some(kind) = ResourceType::named(&resource.kind) else {
            return ids;
        };
        let source = self.source(&resource.kind, &resource.physical_id, &resource.properties);
        let attributes = kind.facts.attributes.iter();
        for name in attributes.filter(|name| identifies(kind.facts.properties, name)) {
            if let Value::String(text) = source.attribute(name) {
                ids.push(text);
            }
        }
        ids
    }
}

impl AccountResources for Inventory {
    fn ids(&self, kind: &str) -> Vec<String> {
        self.of_type(kind)
            .map(|resource| resource.physical_id.clone())
            .collect()
    }

    fn attribute(&self, resource: AccountResource<'_>, name: &str) -> Option<String> {
        let resource = self.get(resource.kind, resource.id)?;
        if let Some(key) = name.strip_prefix("Tags.") {
            let tags = resource.properties.get("Tags").and_then(Value::as_array);
            let tag = tags.into_iter().flatten().find(|tag| tag["Key"] == key);
            return Some(tag.map(|tag| plain(&tag["Value"])).unwrap_or_default());
        }
        let source = self.source(&resource.kind, &resource.physical_id, &resource.properties);
        Some(plain(&source.attribute(name)))
    }
}

const ATTRIBUTES: &str = "LoadBalancerAttributes";

fn setting<'a>(properties: &'a Properties, list: &str, key: &str) -> Option<&'a str> {
    properties
        .get(list)?
        .as_array()?
        .iter()
        .find(|item| item.get("Key").and_then(Value::as_str) == Some(key))?
        .get("Value")?
        .as_str()
}

/// Whether Container Insights is on for a cluster, which then writes events late.
fn has_insights(properties: &Properties) -> bool {
    let settings = properties.get("ClusterSettings").and_then(Value::as_array);
    settings.is_some_and(|settings| {
        settings.iter().any(|setting| {
            let entry = |key| setting.get(key).and_then(Value::as_str);
            entry("Name") == Some("containerInsights") && entry("Value") != Some("disabled")
        })
    })
}

/// Whether one of these texts is in a value, at any depth.
fn names_one_of(value: &Value, ids: &[String]) -> bool {
    match value {
        Value::String(text) => ids.iter().any(|id| id == text),
        Value::Array(items) => items.iter().any(|item| names_one_of(item, ids)),
        Value::Object(entries) => entries.values().any(|value| names_one_of(value, ids)),
        _ => false,
    }
}

/// The error of a service as CloudFormation passes it on.
pub(crate) fn handler_message(row: &Row, id: &str, code: &str) -> String {
    let words = match row.says {
        Some(says) => says.replace("{id}", id),
        None => format!("{id}: {}", row.rule.in_words()),
    };
    format!("Resource handler returned message: \"{words}\" (HandlerErrorCode: {code})")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_by_name_is_there_and_in_words() {
        for id in MODELLED_IN_WORDS {
            let row = service_rules::rows().find(|row| row.id == id);
            assert!(row.is_some_and(|row| !row.rule.has_form()), "{id}");
        }
    }
}
