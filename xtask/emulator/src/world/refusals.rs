//! What services refuse, and what they do by themselves: the table of service rules, carried out.
//!
//! A rule that has a form is followed here, for every type; one in words is not.

use serde_json::Value;
use service_rules::{Block, Lag, Row, Rule};

use super::attribute::attribute;
use super::identity::Naming;
use super::names::at;
use super::things::{Thing, World};
use crate::api::Time;
use crate::kinds::Kind;
use crate::properties::Properties;
use crate::random::Random;

const LOAD_BALANCER: &str = "AWS::ElasticLoadBalancingV2::LoadBalancer";
const BUCKET: &str = "AWS::S3::Bucket";
const FUNCTION: &str = "AWS::Lambda::Function";
/// How the calls that take a lifecycle hook off are written, in the languages of inline code.
const DELETES_A_HOOK: [&str; 3] = [
    "delete_lifecycle_hook",
    "DeleteLifecycleHook",
    "deleteLifecycleHook",
];

impl World {
    /// Why a thing can't be created, whatever its name.
    pub(crate) fn refused_creation(kind: &str, properties: &Properties) -> Option<String> {
        service_rules::of(kind).find_map(|row| {
            let Rule::UniqueAmong {
                list,
                entry,
                prefix,
            } = row.rule
            else {
                return None;
            };
            let mut values: Vec<&str> = properties
                .get(list)?
                .as_array()?
                .iter()
                .filter_map(|item| item.get(entry).and_then(Value::as_str))
                .map(|value| value.strip_prefix(prefix).unwrap_or(value))
                .collect();
            values.sort_unstable();
            let twice = values.array_windows().find(|[one, other]| one == other)?;
            Some(said(row, twice[0], "InvalidRequest"))
        })
    }

    /// Why a thing can't be deleted now.
    pub(crate) fn refusal(&self, kind: &str, physical_id: &str) -> Option<String> {
        let thing = self.get(kind, physical_id)?;
        service_rules::of(kind).find_map(|row| {
            let Rule::BlocksDeletion(block) = &row.rule else {
                return None;
            };
            self.blocks(block, thing)
                .then(|| said(row, physical_id, "ResourceConflict"))
        })
    }

    fn blocks(&self, block: &Block, thing: &Thing) -> bool {
        match *block {
            Block::Attribute { list, key, value } => {
                setting(&thing.properties, list, key) == Some(value)
            }
            Block::UsedBy {
                resource_type,
                property,
            } => {
                let ids = self.identities(thing);
                self.of_kind(resource_type).any(|other| {
                    other
                        .properties
                        .get(property)
                        .is_some_and(|value| names_one_of(value, &ids))
                })
            }
            Block::Holds { what, unless } => {
                let goes = unless.and_then(|property| thing.properties.get(property));
                thing.contents.contains(what) && goes.and_then(Value::as_bool) != Some(true)
            }
            Block::AfterDeletionOf { .. } => {
                thing.in_use_until.is_some_and(|until| self.now < until)
            }
            // It is not refused; it takes long.
            Block::WaitsForHook { .. } | Block::InWords(_) => false,
        }
    }

    /// How much longer the deletion of a thing takes, in milliseconds: for a hook that nobody is
    /// left to complete.
    pub(crate) fn waits(&self, kind: &str, physical_id: &str) -> u64 {
        let Some(thing) = self.get(kind, physical_id) else {
            return 0;
        };
        let ids = self.identities(thing);
        service_rules::of(kind)
            .filter_map(|row| match row.rule {
                Rule::BlocksDeletion(Block::WaitsForHook {
                    hook,
                    resource_type,
                    property,
                    minutes,
                    ..
                }) if thing.contents.contains(hook) => {
                    let mut completing = self.of_kind(resource_type);
                    let completes = |other: Thing| {
                        at(&other.properties, property)
                            .is_some_and(|value| names_one_of(value, &ids))
                    };
                    (!completing.any(|other| completes(other.clone()))).then_some(minutes * 60_000)
                }
                _ => None,
            })
            .sum()
    }

    /// Something is put into a thing that no template knows of. Says whether its type holds such.
    pub(crate) fn put(&mut self, kind: &str, physical_id: &str, what: &str) -> bool {
        let holds = |row: &Row| matches!(row.rule, Rule::BlocksDeletion(Block::Holds { what: held, .. }) if held == what);
        if !service_rules::of(kind).any(holds) {
            return false;
        }
        if let Some(thing) = self.get_mut(kind, physical_id) {
            thing.contents.insert(what.to_owned());
        }
        true
    }

    /// What services do once a thing exists, or has been changed.
    pub(super) fn has_appeared(&mut self, kind: &str, physical_id: &str) {
        let Some(thing) = self.get(kind, physical_id).cloned() else {
            return;
        };
        self.hooks_on(&thing);
        if kind == LOAD_BALANCER
            && setting(&thing.properties, ATTRIBUTES, "access_logs.s3.enabled") == Some("true")
            && let Some(bucket) = setting(&thing.properties, ATTRIBUTES, "access_logs.s3.bucket")
        {
            // `ELBAccessLogTestFile`, written at once.
            let bucket = bucket.to_owned();
            self.put(BUCKET, &bucket, "objects");
        }
    }

    /// A hook that a thing puts on another one.
    fn hooks_on(&mut self, thing: &Thing) {
        let hooks = service_rules::rows().filter_map(|row| match row.rule {
            Rule::BlocksDeletion(Block::WaitsForHook {
                hook,
                resource_type,
                property,
                setting,
                value,
                ..
            }) if resource_type == thing.kind => {
                let set = at(&thing.properties, setting).and_then(Value::as_str);
                let target = at(&thing.properties, property)?;
                (set == Some(value)).then_some((row.resource_type, target, hook))
            }
            _ => None,
        });
        for (kind, target, hook) in hooks {
            for id in self.named(kind, target) {
                if let Some(thing) = self.get_mut(kind, &id) {
                    thing.contents.insert(hook.to_owned());
                }
            }
        }
    }

    /// What services do once a thing is gone.
    pub(super) fn has_gone(&mut self, gone: &Thing) {
        for row in service_rules::rows() {
            match row.rule {
                Rule::BlocksDeletion(Block::AfterDeletionOf {
                    resource_type,
                    property,
                    minutes,
                }) if resource_type == gone.kind => {
                    let Some(used) = gone.properties.get(property) else {
                        continue;
                    };
                    let until = Time(self.now.0 + minutes * 60_000);
                    for id in self.named(row.resource_type, used) {
                        if let Some(thing) = self.get_mut(row.resource_type, &id) {
                            thing.in_use_until = Some(until);
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
                        Thing::of_a_service(row.resource_type, name),
                    ));
                }
                _ => {}
            }
        }
        if Kind::of(&gone.kind).is_some_and(|kind| kind.open) {
            self.take_off_hooks(gone);
        }
    }

    /// Custom resources are not carried out. One whose function's inline code has the call that
    /// deletes a lifecycle hook is taken to do that when it is deleted.
    fn take_off_hooks(&mut self, gone: &Thing) {
        let Some(group) = gone.properties.text("AutoScalingGroupName") else {
            return;
        };
        let function = gone
            .properties
            .get("ServiceToken")
            .map(|token| self.named(FUNCTION, token))
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

    /// Time passes: what services make again is there.
    pub(crate) fn pass(&mut self, now: Time) {
        self.now = self.now.max(now);
        let (due, later) = std::mem::take(&mut self.returns)
            .into_iter()
            .partition(|(at, _)| *at <= self.now);
        self.returns = later;
        let due: Vec<(Time, Thing)> = due;
        for (_, thing) in due {
            if self.get(&thing.kind, &thing.physical_id).is_none() {
                self.insert(thing);
            }
        }
    }

    fn of_kind(&self, kind: &str) -> impl Iterator<Item = &Thing> {
        self.things().filter(move |thing| thing.kind == kind)
    }

    /// The things of a type that a value names.
    fn named(&self, kind: &str, value: &Value) -> Vec<String> {
        self.of_kind(kind)
            .filter(|thing| names_one_of(value, &self.identities(thing)))
            .map(|thing| thing.physical_id.clone())
            .collect()
    }

    /// What a thing is named by: its physical id, and its attributes.
    fn identities(&self, thing: &Thing) -> Vec<String> {
        let naming = Naming {
            account: &self.caller.account,
            region: &self.caller.region,
            random: Random::new(0),
        };
        let mut ids = vec![thing.physical_id.clone()];
        let attributes = Kind::of(&thing.kind).map_or(&[][..], |kind| kind.facts.attributes);
        for name in attributes {
            let value = attribute(
                &naming,
                &thing.kind,
                &thing.physical_id,
                &thing.properties,
                0,
                name,
            );
            if let Value::String(text) = value {
                ids.push(text);
            }
        }
        ids
    }
}

const ATTRIBUTES: &str = "LoadBalancerAttributes";

/// A value in a list of keys and values.
fn setting<'a>(properties: &'a Properties, list: &str, key: &str) -> Option<&'a str> {
    properties
        .get(list)?
        .as_array()?
        .iter()
        .find(|item| item.get("Key").and_then(Value::as_str) == Some(key))?
        .get("Value")?
        .as_str()
}

/// Whether Container Insights looks at a cluster, and so writes its events late.
fn has_insights(properties: &Properties) -> bool {
    let settings = properties.get("ClusterSettings").and_then(Value::as_array);
    settings.is_some_and(|settings| {
        settings.iter().any(|setting| {
            let entry = |key| setting.get(key).and_then(Value::as_str);
            entry("Name") == Some("containerInsights") && entry("Value") != Some("disabled")
        })
    })
}

/// Whether a value, at any depth, is one of these texts.
fn names_one_of(value: &Value, ids: &[String]) -> bool {
    match value {
        Value::String(text) => ids.iter().any(|id| id == text),
        Value::Array(items) => items.iter().any(|item| names_one_of(item, ids)),
        Value::Object(entries) => entries.values().any(|value| names_one_of(value, ids)),
        _ => false,
    }
}

/// What the service says, as CloudFormation hands it on.
pub(crate) fn said(row: &Row, id: &str, code: &str) -> String {
    let words = match row.says {
        Some(says) => says.replace("{id}", id),
        None => format!("{id}: {}", row.rule.in_words()),
    };
    format!("Resource handler returned message: \"{words}\" (HandlerErrorCode: {code})")
}
