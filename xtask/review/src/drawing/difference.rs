//! Both sides of a change as one drawing: every node and link of either, with what happens to it.

use std::collections::{BTreeMap, BTreeSet};

use cloudformation::Replacement;

use super::topology::{INTERNET, LinkEnds, Node, Part, Role, Topology};
use crate::difference::{Change, Difference, ResourceDifference, compare};
use crate::environment::Environment;
use crate::meaning;
use crate::report::number;

/// How many changed properties a node names.
const NAMED: usize = 2;

/// How much of a value is shown.
const VALUE: usize = 26;

/// The note of a property whose value only refers to what changes.
const FOLLOWS: &str = " follows";

/// What a change does to a thing that is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mark {
    /// It stays as it is.
    #[default]
    Same,
    /// It is updated in place, or a part of it changes.
    Changed,
    Added,
    /// It is no longer defined.
    Removed,
    /// CloudFormation creates another one in its place.
    Replaced,
    /// CloudFormation may create another one in its place.
    MayBeReplaced,
}

/// A drawing of an environment, or of what a change does to one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawing {
    pub environment: String,
    /// Whether it shows a change.
    pub is_change: bool,
    /// Resources that change and belong to nothing that is drawn: `12 log groups, 3 alarms`.
    pub undrawn: Vec<String>,
    pub(super) nodes: BTreeMap<String, Drawn<Node>>,
    pub(super) links: BTreeMap<LinkEnds, Drawn<String>>,
}

/// A node or a link with what happens to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Drawn<T> {
    pub(super) of: T,
    pub(super) mark: Mark,
    /// The properties that change, in words.
    pub(super) notes: Vec<String>,
}

impl Mark {
    /// The sign in front of its word; each differs in shape from the others.
    #[must_use]
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Same => "",
            Self::Changed => "~",
            Self::Added => "+",
            Self::Removed => "−",
            Self::Replaced | Self::MayBeReplaced => "!",
        }
    }

    /// The mark as a word; empty where nothing happens.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Same => "",
            Self::Changed => "changed",
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Replaced => "replaced",
            Self::MayBeReplaced => "may be replaced",
        }
    }

    pub(super) const fn class(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Changed => "changed",
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Replaced | Self::MayBeReplaced => "replaced",
        }
    }
}

impl Drawing {
    /// An environment without a change.
    #[must_use]
    pub fn of(environment: &Environment) -> Self {
        let topology = Topology::read(environment);
        let same = |(id, of)| (id, drawn(of, Mark::Same));
        Self {
            environment: environment.name.clone(),
            is_change: false,
            undrawn: Vec::new(),
            nodes: topology.nodes.into_iter().map(same).collect(),
            links: topology
                .links
                .into_iter()
                .map(|(ends, label)| (ends, drawn(label, Mark::Same)))
                .collect(),
        }
    }

    #[must_use]
    pub fn of_change(before: &Environment, after: &Environment) -> Self {
        let (old, new) = (Topology::read(before), Topology::read(after));
        let differences = Differences::new(before, after);
        let mut nodes = BTreeMap::new();
        let mut shown: BTreeSet<Part> = BTreeSet::new();
        for (id, node) in &new.nodes {
            shown.extend(node.parts.iter().cloned());
            let mut node = node.clone();
            // Parts that are gone are parts of it too: a listener, a rule.
            if let Some(old) = old.nodes.get(id) {
                shown.extend(old.parts.iter().cloned());
                node.parts.extend(old.parts.iter().cloned());
            }
            let (mark, notes) = if old.nodes.contains_key(id) {
                differences.of(&node)
            } else {
                (Mark::Added, Vec::new())
            };
            let of = node;
            nodes.insert(id.clone(), Drawn { of, mark, notes });
        }
        for (id, node) in old.nodes {
            if !new.nodes.contains_key(&id) {
                shown.extend(node.parts.iter().cloned());
                nodes.insert(id, drawn(node, Mark::Removed));
            }
        }
        let mut links = BTreeMap::new();
        for (ends, label) in &new.links {
            let (mark, notes) = match old.links.get(ends) {
                None => (Mark::Added, Vec::new()),
                Some(before) if before == label => (Mark::Same, Vec::new()),
                Some(before) => (Mark::Changed, vec![format!("before: {before}")]),
            };
            let of = label.clone();
            links.insert(ends.clone(), Drawn { of, mark, notes });
        }
        for (ends, label) in old.links {
            if !new.links.contains_key(&ends) {
                links.insert(ends, drawn(label, Mark::Removed));
            }
        }
        Self {
            environment: after.name.clone(),
            is_change: true,
            undrawn: differences.except(&shown),
            nodes,
            links,
        }
    }

    /// How many nodes have a mark.
    #[must_use]
    pub fn marked(&self) -> usize {
        let marks = self.nodes.values().map(|one| one.mark);
        marks.filter(|mark| *mark != Mark::Same).count()
    }

    /// The drawing in sentences, for who can't see it.
    #[must_use]
    pub fn description(&self) -> String {
        let mut sentences = Vec::new();
        for one in self.nodes.values() {
            let node = &one.of;
            if node.role == Role::Internet {
                continue;
            }
            let mut sentence = node.title.clone();
            if let Role::Subnet { zone, .. } | Role::NatGateway { zone } = &node.role {
                sentence += &format!(" in zone {zone}");
            }
            if one.mark != Mark::Same {
                sentence += &format!(" ({})", one.mark.word());
            }
            let facts: Vec<&String> = node.lines.iter().chain(&one.notes).collect();
            if !facts.is_empty() {
                let facts: Vec<&str> = facts.into_iter().map(String::as_str).collect();
                sentence += &format!(": {}", facts.join("; "));
            }
            sentences.push(format!("{sentence}."));
        }
        let title = |id: &String| match self.nodes.get(id) {
            _ if id == INTERNET => "the internet".to_owned(),
            Some(one) => match &one.of.role {
                Role::Subnet { zone, .. } | Role::NatGateway { zone } => {
                    format!("{} in zone {zone}", one.of.title)
                }
                _ => one.of.title.clone(),
            },
            None => id.clone(),
        };
        for (LinkEnds { from, to }, one) in &self.links {
            let mut sentence = format!("{} connects to {}", title(from), title(to));
            if !one.of.is_empty() {
                sentence += &format!(" on {}", one.of);
            }
            if one.mark != Mark::Same {
                sentence += &format!(" ({})", one.mark.word());
            }
            sentences.push(format!("{sentence}."));
        }
        sentences.join(" ")
    }
}

fn drawn<T>(of: T, mark: Mark) -> Drawn<T> {
    let notes = Vec::new();
    Drawn { of, mark, notes }
}

/// The differences of all stacks.
struct Differences {
    stacks: BTreeMap<String, Difference>,
}

impl Differences {
    fn new(before: &Environment, after: &Environment) -> Self {
        let ids: BTreeSet<&String> = before
            .stacks()
            .keys()
            .chain(after.stacks().keys())
            .collect();
        let template = |side: &Environment, id: &str| {
            let stack = side.stacks().get(id);
            stack.map(|stack| stack.template.clone())
        };
        let stacks = ids
            .into_iter()
            .map(|id| {
                let (old, new) = (template(before, id), template(after, id));
                (id.clone(), compare(old.as_ref(), new.as_ref()))
            })
            .collect();
        Self { stacks }
    }

    fn find(&self, (stack, logical_id): &Part) -> Option<&ResourceDifference> {
        self.stacks.get(stack)?.resource(logical_id)
    }

    /// What happens to a node that both sides have.
    fn of(&self, node: &Node) -> (Mark, Vec<String>) {
        let Some(first) = node.parts.first() else {
            return (Mark::Same, Vec::new());
        };
        let parts: BTreeSet<&Part> = node.parts.iter().collect();
        let mut notes: Vec<Note> = Vec::new();
        // The thing itself first.
        let ordered = std::iter::once(first).chain(parts.into_iter().filter(|part| *part != first));
        for part in ordered {
            if let Some(difference) = self.find(part) {
                notes.extend(changes(difference, part == first));
            }
        }
        // What only follows another resource says least.
        notes.sort_by_key(|note| note.text.ends_with(FOLLOWS));
        let mark = match self.find(first).map(|one| one.replacement) {
            Some(Replacement::Always) => Mark::Replaced,
            Some(Replacement::Conditional) => Mark::MayBeReplaced,
            _ if notes.is_empty() => Mark::Same,
            _ => Mark::Changed,
        };
        (mark, summarized(&notes))
    }

    /// What changes apart from some resources, counted by what it is.
    fn except(&self, shown: &BTreeSet<Part>) -> Vec<String> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for (stack, difference) in &self.stacks {
            for one in &difference.resources {
                if !shown.contains(&(stack.clone(), one.logical_id.clone())) {
                    let row = meaning::of(&one.resource_type);
                    *counts
                        .entry(row.map_or("other resource", |row| row.noun))
                        .or_default() += 1;
                }
            }
        }
        counts
            .into_iter()
            .map(|(noun, count)| number(count, noun))
            .collect()
    }
}

/// A change of a part: whose, and what.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Note {
    /// The noun of its type; empty for the drawn thing itself.
    noun: &'static str,
    text: String,
}

/// The first changes, equal ones together, and how many more there are.
fn summarized(notes: &[Note]) -> Vec<String> {
    let mut counted: Vec<(&Note, usize)> = Vec::new();
    for note in notes {
        match counted.iter_mut().find(|(other, _)| *other == note) {
            Some((_, count)) => *count += 1,
            None => counted.push((note, 1)),
        }
    }
    let more: usize = counted.iter().skip(NAMED).map(|(_, count)| count).sum();
    let named = counted
        .iter()
        .take(NAMED)
        .map(|(note, count)| match (note.noun, count) {
            ("", _) => note.text.clone(),
            (noun, 1) => format!("{noun}: {}", note.text),
            (noun, count) => format!("{}: {}", number(*count, noun), note.text),
        });
    let mut lines: Vec<String> = named.collect();
    if more > 0 {
        lines.push(format!("and {}", number(more, "more change")));
    }
    lines
}

fn changes(difference: &ResourceDifference, is_own: bool) -> Vec<Note> {
    let row = meaning::of(&difference.resource_type);
    let noun = match row {
        _ if is_own => "",
        Some(row) => row.noun,
        None => "resource",
    };
    let texts = match difference.change {
        Change::Added => vec![format!("+ {}", difference.logical_id)],
        Change::Removed => vec![format!("− {}", difference.logical_id)],
        Change::Changed => {
            let properties = difference.properties.iter();
            properties
                .map(|property| {
                    let path = property.path.rsplit('.').next().unwrap_or_default();
                    let from = shown(property.from.as_deref());
                    let to = shown(property.to.as_deref());
                    if from == to {
                        format!("{path}{FOLLOWS}")
                    } else {
                        format!("{path} {from} → {to}")
                    }
                })
                .collect()
        }
    };
    let notes = texts.into_iter();
    notes.map(|text| Note { noun, text }).collect()
}

fn shown(value: Option<&str>) -> String {
    let value = value.unwrap_or("unset");
    let value = value.strip_prefix("!Ref ").unwrap_or(value);
    if value.chars().count() <= VALUE {
        return value.to_owned();
    }
    value.chars().take(VALUE).chain(['…']).collect()
}
