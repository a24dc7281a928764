//! What the rules say about a resource among others.
//!
//! The emulator asks about physical resources, the planner about those of templates. Each gives the
//! resources as a [`World`], whose values it has resolved; a text that identifies no resource of the
//! world is someone else's, and taken to be right.

use std::collections::BTreeSet;

use cloudformation::iam::{Effect, Element, Principal, Statement, statements};
use serde_json::{Map, Value};

use crate::row::{Block, Need, Other, Path, Row, Rule, Shared};
use crate::table::of;

/// The resources that rules are asked about.
pub trait World {
    fn of_type(&self, resource_type: &str) -> Vec<Thing<'_>>;

    /// Whether a resource of this type was there under this name, and was deleted.
    fn is_gone(&self, resource_type: &str, name: &str) -> bool;
}

/// A resource of a world.
#[derive(Clone, Debug)]
pub struct Thing<'w> {
    pub resource_type: &'w str,
    /// Unique among the resources of its type.
    pub key: &'w str,
    pub properties: &'w Map<String, Value>,
    /// The texts by which others refer to it.
    pub ids: Vec<String>,
}

impl Thing<'_> {
    fn is(&self, text: &str) -> bool {
        self.key == text || self.ids.iter().any(|id| id == text)
    }
}

/// Whether an attribute identifies its resource, as its ARN or id does; a property of the type does not.
#[must_use]
pub fn identifies(properties: &[&str], attribute: &str) -> bool {
    let named = ["Arn", "ARN", "Id"]
        .iter()
        .any(|end| attribute.ends_with(end));
    named && !attribute.contains('.') && !properties.contains(&attribute)
}

/// A value that only one resource has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unique {
    pub row: &'static Row,
    /// Equal for resources that exclude each other.
    pub key: String,
    /// The value of the last property of the rule.
    pub value: String,
}

/// Properties that tell resources apart which are otherwise the same, by rule. They need not be set.
const APART: [(&str, &str); 3] = [
    ("record-unique", "SetIdentifier"),
    ("event-rule-unique", "EventBusName"),
    ("gateway-attachment-unique", "VpnGatewayId"),
];

/// The values of a resource that only one has; none where AWS chooses one of them. A list has one for
/// each of its items.
pub fn unique_values<'p>(
    resource_type: &str,
    properties: &'p Map<String, Value>,
) -> impl Iterator<Item = Unique> + use<'p> {
    let rows: Vec<&'static Row> = of(resource_type).collect();
    rows.into_iter().flat_map(move |row| {
        let Some((paths, slot)) = row.rule.unique() else {
            return Vec::new();
        };
        let mut found = vec![(slot.unwrap_or(row.id).to_owned(), String::new())];
        for path in paths {
            let values = values_at(properties, path);
            let combined = found.iter().flat_map(|(key, _)| {
                let extended = |value: &String| (format!("{key} {value}"), value.clone());
                values.iter().map(extended).collect::<Vec<_>>()
            });
            found = combined.collect();
        }
        let apart: Vec<String> = APART
            .iter()
            .filter(|(rule, _)| *rule == row.id)
            .map(|(_, property)| values_at(properties, property).join(" "))
            .collect();
        let unique = |(key, value): (String, String)| Unique {
            row,
            key: format!("{key} {}", apart.join(" ")),
            value,
        };
        found.into_iter().map(unique).collect::<Vec<_>>()
    })
}

/// The text of a value that can be a name or a part of one.
#[must_use]
pub fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

/// The values under a property, as [`Path`] describes it, at any depth.
#[must_use]
pub fn values_at(properties: &Map<String, Value>, property: &str) -> Vec<String> {
    let (path, key) = match property.split_once('[') {
        Some((path, key)) => (path, Some(key.trim_end_matches(']'))),
        None => (property, None),
    };
    let mut parts = path.split('.');
    let first = parts.next().and_then(|part| properties.get(part));
    let mut found: Vec<&Value> = first.into_iter().collect();
    for part in parts {
        found = found
            .into_iter()
            .flat_map(items)
            .filter_map(|value| value.get(part))
            .collect();
    }
    if let Some(key) = key {
        found = found
            .into_iter()
            .flat_map(items)
            .filter(|item| item.get("Key").and_then(Value::as_str) == Some(key))
            .filter_map(|item| item.get("Value"))
            .collect();
    }
    let mut texts = Vec::new();
    found
        .into_iter()
        .for_each(|value| collect(value, &mut texts));
    texts
}

fn items(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().collect(),
        one => vec![one],
    }
}

fn collect(value: &Value, texts: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, texts)),
        Value::Object(entries) => entries.values().for_each(|value| collect(value, texts)),
        one => texts.extend(text(one)),
    }
}

fn values(world: &dyn World, thing: &Thing<'_>, path: Path) -> Vec<String> {
    match path {
        Path::Own(property) => values_at(thing.properties, property),
        Path::Of {
            property,
            resource_type,
            then,
        } => {
            let named = values_at(thing.properties, property);
            if named.is_empty() {
                return Vec::new();
            }
            let all = world.of_type(resource_type);
            let named = all
                .iter()
                .filter(|one| named.iter().any(|name| one.is(name)));
            named
                .flat_map(|one| values_at(one.properties, then))
                .collect()
        }
        Path::Itself => {
            let mut ids = thing.ids.clone();
            ids.push(thing.key.to_owned());
            ids
        }
    }
}

/// Whether two lists have a value in common, or name the same resource.
fn meet(world: &dyn World, shared: Shared, own: &[String], other: &[String]) -> bool {
    if own.iter().any(|value| other.contains(value)) {
        return true;
    }
    let Some(resource_type) = shared.names else {
        return false;
    };
    let named = |one: &Thing<'_>, values: &[String]| values.iter().any(|value| one.is(value));
    world
        .of_type(resource_type)
        .iter()
        .any(|one| named(one, own) && named(one, other))
}

/// The resources that share values with a resource.
fn sharing<'w>(world: &'w dyn World, thing: &Thing<'_>, other: Other) -> Vec<Thing<'w>> {
    let own: Vec<(Shared, Vec<String>)> = other
        .shares
        .iter()
        .map(|shared| (*shared, values(world, thing, shared.own)))
        .collect();
    sharing_values(world, thing, other.resource_type, &own)
}

fn sharing_values<'w>(
    world: &'w dyn World,
    thing: &Thing<'_>,
    resource_type: &str,
    own: &[(Shared, Vec<String>)],
) -> Vec<Thing<'w>> {
    let mut all = world.of_type(resource_type);
    all.retain(|one| {
        let itself = one.resource_type == thing.resource_type && one.key == thing.key;
        // What is not known here is taken to be shared.
        let shares = |(shared, own): &(Shared, Vec<String>)| {
            own.is_empty() || meet(world, *shared, own, &values(world, one, shared.other))
        };
        !itself && own.iter().all(shares)
    });
    all
}

fn is_excepted(properties: &Map<String, Value>, unless: &[(&str, &str)]) -> bool {
    unless.iter().any(|(property, value)| {
        values_at(properties, property)
            .iter()
            .any(|one| one == value)
    })
}

/// What a need that is not met is about: it stands for `{id}` in what the service says.
#[must_use]
pub fn unmet(world: &dyn World, thing: &Thing<'_>, need: &Need) -> Option<String> {
    match *need {
        Need::OneOf { .. } => met_by(world, thing, need)
            .into_iter()
            .find(|(_, meeting)| meeting.is_empty())
            .map(|(subject, _)| subject),
        Need::Admits {
            property,
            resource_type,
            document,
            service,
        } => {
            let named = values_at(thing.properties, property);
            let all = world.of_type(resource_type);
            let refusing = all
                .iter()
                .filter(|one| named.iter().any(|name| one.is(name)))
                .find(|one| !admits(one.properties.get(document), service))?;
            Some(refusing.key.to_owned())
        }
        Need::Exists {
            property,
            resource_type,
        } => {
            let named = values_at(thing.properties, property);
            named
                .into_iter()
                .find(|name| world.is_gone(resource_type, name))
        }
        Need::Named { property, prefix } => {
            let named = values_at(thing.properties, property);
            named.into_iter().find(|name| {
                let last = last_name(name);
                // A name that is not resolved is not judged.
                name.starts_with("arn:") && !last.starts_with(prefix) && !last.starts_with('$')
            })
        }
        Need::Apart {
            property,
            resource_type,
            differ,
            minimum,
            unless,
        } => {
            let named = values_at(thing.properties, property);
            if named.is_empty() || is_excepted(thing.properties, unless) {
                return None;
            }
            let all = world.of_type(resource_type);
            let mut places = BTreeSet::new();
            for name in &named {
                let place = all.iter().find(|one| one.is(name)).and_then(|one| {
                    let places = differ.iter().map(|path| values_at(one.properties, path));
                    places.flatten().next()
                });
                // One that is not known may be in a place of its own.
                places.insert(place.unwrap_or_else(|| name.clone()));
            }
            (places.len() < minimum).then(|| named.join(", "))
        }
        Need::InWords(_) => None,
    }
}

/// The resources that meet a need for one subject: one of `others` for each value that it shares.
fn meeting<'w>(
    world: &'w dyn World,
    thing: &Thing<'_>,
    others: &[Other],
    subject: &str,
) -> Vec<Thing<'w>> {
    others
        .iter()
        .flat_map(|other| {
            let own: Vec<(Shared, Vec<String>)> = other
                .shares
                .iter()
                .enumerate()
                .map(|(index, shared)| {
                    let own = match index {
                        0 => vec![subject.to_owned()],
                        _ => values(world, thing, shared.own),
                    };
                    (*shared, own)
                })
                .collect();
            sharing_values(world, thing, other.resource_type, &own)
        })
        .collect()
}

/// The subjects of a need, with the resources of the world that meet it for each.
#[must_use]
pub fn met_by<'w>(
    world: &'w dyn World,
    thing: &Thing<'_>,
    need: &Need,
) -> Vec<(String, Vec<Thing<'w>>)> {
    let Need::OneOf { others, unless } = *need else {
        return Vec::new();
    };
    let first = others.first().and_then(|other| other.shares.first());
    let Some((shared, resource_type)) = first.and_then(|one| Some((one, one.names?))) else {
        return Vec::new();
    };
    if is_excepted(thing.properties, unless) {
        return Vec::new();
    }
    let known = world.of_type(resource_type);
    let subjects: BTreeSet<String> = values(world, thing, shared.own)
        .into_iter()
        .filter(|value| known.iter().any(|one| one.is(value)))
        .collect();
    subjects
        .into_iter()
        .map(|subject| {
            let meeting = meeting(world, thing, others, &subject);
            (subject, meeting)
        })
        .collect()
}

/// The name in an ARN: `aws-waf-logs-web` of `arn:aws:logs:…:log-group:aws-waf-logs-web:*`.
fn last_name(arn: &str) -> &str {
    let resource = arn.splitn(6, ':').nth(5).unwrap_or(arn);
    let resource = resource.trim_end_matches(":*");
    let resource = resource.strip_prefix("log-group:").unwrap_or(resource);
    resource.strip_prefix("deliverystream/").unwrap_or(resource)
}

/// Whether a policy document allows something to a service. A document that can't be read is taken to.
fn admits(document: Option<&Value>, service: &str) -> bool {
    let Some(document) = document else {
        return false;
    };
    statements(document).any(|statement| match Statement::read(statement) {
        Ok(statement) => {
            statement.effect == Effect::Allow
                && matches!(&statement.principals, Some(Element::AnyOf(principals))
                    if principals.iter().any(|one| is_service(*one, service)))
        }
        Err(_) => true,
    })
}

fn is_service(principal: Principal<'_>, service: &str) -> bool {
    match principal {
        Principal::Everyone | Principal::Computed(_) => true,
        Principal::Named {
            kind: "Service",
            value,
        } => {
            let mut texts = Vec::new();
            collect(value, &mut texts);
            texts.is_empty() || texts.iter().any(|text| text.starts_with(service))
        }
        Principal::Named { .. } => false,
    }
}

/// The need of a resource that is not met, and what it is about.
#[must_use]
pub fn creation_refusal(world: &dyn World, thing: &Thing<'_>) -> Option<(&'static Row, String)> {
    of(thing.resource_type).find_map(|row| match &row.rule {
        Rule::MustExistFirst(need) => unmet(world, thing, need).map(|subject| (row, subject)),
        Rule::UniqueAmong {
            list,
            entry,
            prefix,
        } => twice(thing.properties, list, [entry, prefix]).map(|value| (row, value)),
        Rule::OneHolder { .. } => {
            let (subject, _) = held_elsewhere(world, thing, row).into_iter().next()?;
            Some((row, subject))
        }
        _ => None,
    })
}

fn twice(
    properties: &Map<String, Value>,
    list: &str,
    [entry, prefix]: [&str; 2],
) -> Option<String> {
    let mut values: Vec<&str> = properties
        .get(list)?
        .as_array()?
        .iter()
        .filter_map(|item| item.get(entry).and_then(Value::as_str))
        .map(|value| value.strip_prefix(prefix).unwrap_or(value))
        .collect();
    values.sort_unstable();
    let twice = values.array_windows().find(|[one, other]| one == other)?;
    Some(twice[0].to_owned())
}

/// What a resource names and others name under another holder: the key of what is named, and the
/// other resource.
#[must_use]
pub fn held_elsewhere<'w>(
    world: &'w dyn World,
    thing: &Thing<'_>,
    row: &Row,
) -> Vec<(String, Thing<'w>)> {
    let Rule::OneHolder {
        property,
        names,
        holder,
    } = row.rule
    else {
        return Vec::new();
    };
    let own = held(world, thing, property, names);
    let holders = values(world, thing, holder);
    if own.is_empty() || holders.is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for other_row in crate::table::rows() {
        let Rule::OneHolder {
            property,
            names: same,
            holder,
        } = other_row.rule
        else {
            continue;
        };
        if same != names {
            continue;
        }
        for other in world.of_type(other_row.resource_type) {
            if other.resource_type == thing.resource_type && other.key == thing.key {
                continue;
            }
            let shared = held(world, &other, property, names);
            let Some(key) = shared.into_iter().find(|key| own.contains(key)) else {
                continue;
            };
            let others = values(world, &other, holder);
            if !others.is_empty() && !others.iter().any(|one| holders.contains(one)) {
                found.push((key, other));
            }
        }
    }
    found
}

/// The keys of the resources that a property names.
fn held(world: &dyn World, thing: &Thing<'_>, property: &str, names: &str) -> Vec<String> {
    let named = values_at(thing.properties, property);
    if named.is_empty() {
        return Vec::new();
    }
    let all = world.of_type(names);
    let all = all
        .iter()
        .filter(|one| named.iter().any(|name| one.is(name)));
    all.map(|one| one.key.to_owned()).collect()
}

/// The resource that keeps another one from being deleted.
#[derive(Clone, Debug)]
pub enum Obstacle<'w> {
    /// A property of its own.
    Own,
    Other(Thing<'w>),
}

/// What keeps a resource from being deleted, as far as resources tell.
#[must_use]
pub fn obstacle<'w>(
    world: &'w dyn World,
    thing: &Thing<'_>,
    block: &Block,
) -> Option<Obstacle<'w>> {
    match *block {
        Block::Set { property, value } => values_at(thing.properties, property)
            .iter()
            .any(|one| one == value)
            .then_some(Obstacle::Own),
        Block::UsedBy {
            resource_type,
            property,
        } => world
            .of_type(resource_type)
            .into_iter()
            .filter(|one| one.resource_type != thing.resource_type || one.key != thing.key)
            .find(|one| {
                let named = values_at(one.properties, property);
                named.iter().any(|name| thing.is(name))
            })
            .map(Obstacle::Other),
        Block::Shares(other) => {
            let known = other
                .shares
                .iter()
                .all(|shared| !values(world, thing, shared.own).is_empty());
            let found = if known {
                sharing(world, thing, other).into_iter().next()
            } else {
                None
            };
            found.map(Obstacle::Other)
        }
        Block::Holds { .. }
        | Block::AfterDeletionOf { .. }
        | Block::WaitsForHook { .. }
        | Block::InWords(_) => None,
    }
}
