//! What only one resource may have, and which stacks take it from each other.
//!
//! Services refuse a second one, by the table of service rules: a priority of a listener, a name. Two
//! stacks are deployed at the same time unless there is a reason not to, so who takes something waits
//! for who gives it up; two that take from each other can't be deployed at all.

use std::collections::BTreeMap;

use serde_json::Value;
use service_rules::Rule;

use super::action::StackAction;
use super::blocker::Blocker;
use super::exports::StackSet;
use super::finding::{Finding, FindingCode, Severity};
use super::stack::Stack;
use crate::difference::render;
use crate::template::{property, references, resource_type, resources};

/// What only one resource may have: the rule, and the values as they stand in the template.
type Unique = (&'static str, String);

/// By what is unique: the resource that has it, and what a person would call it: `Priority 10`.
type Held = BTreeMap<Unique, (String, String)>;

/// What the resources of a template have that others can't. What refers to the stack's own resources
/// is nobody else's.
fn held(template: &Value) -> Held {
    let mut held = Held::new();
    for (id, resource) in resources(template) {
        for row in service_rules::of(resource_type(resource)) {
            let Rule::UniqueBy(paths) = row.rule else {
                continue;
            };
            let values: Option<Vec<&Value>> =
                paths.iter().map(|path| property(resource, path)).collect();
            let Some(values) = values else { continue };
            if values.iter().any(|value| !references(value).is_empty()) {
                continue;
            }
            let texts: Vec<String> = values.iter().map(|value| render(value)).collect();
            let called = match (paths.last(), texts.last()) {
                (Some(path), Some(text)) => format!("{path} {text}"),
                _ => continue,
            };
            held.insert((row.id, texts.join(" ")), (id.to_owned(), called));
        }
    }
    held
}

/// What a stack that is deployed to has before and afterwards.
struct Holding<'a> {
    stack: &'a str,
    before: Held,
    after: Held,
}

impl Holding<'_> {
    fn takes(&self) -> impl Iterator<Item = (&Unique, &(String, String))> {
        let new = |(unique, _): &(&Unique, &(String, String))| !self.before.contains_key(*unique);
        self.after.iter().filter(new)
    }

    fn gives_up(&self, unique: &Unique) -> bool {
        self.before.contains_key(unique) && !self.after.contains_key(unique)
    }
}

/// StackSet that take something from each other: by stack, why it can't be deployed.
pub(super) fn taken_from_each_other<'a>(stacks: &StackSet<'_, 'a>) -> BTreeMap<&'a str, Blocker> {
    let holdings = holdings(stacks);
    let mut blockers = BTreeMap::new();
    for one in &holdings {
        let found = one.takes().find_map(|(unique, (id, called))| {
            let holder = holder(&holdings, one, unique)?;
            let back = holder.takes().find(|(other, _)| one.gives_up(other));
            let why = match back {
                _ if !holder.gives_up(unique) => "keeps it",
                Some(_) => "takes one of this stack in turn: neither can go first",
                None => return None,
            };
            let finding = Finding {
                from: Some(holder.stack.to_owned()),
                to: Some(called.clone()),
                hint: Some(
                    "deploy one of them with a value that nobody has first, and with the wanted \
                     one afterwards"
                        .to_owned(),
                ),
                ..Finding::new(
                    FindingCode::UniqueTaken,
                    Severity::Block,
                    one.stack,
                    id,
                    format!("takes {called} of {}, which {why}", holder.stack),
                )
            };
            Some(Blocker::with_finding(
                "takes what another stack has",
                finding,
            ))
        });
        if let Some(blocker) = found {
            blockers.insert(one.stack, blocker);
        }
    }
    blockers
}

/// Which stack gives up what another one takes: pairs of who goes first, and who waits.
pub(super) fn given_up_first<'a>(stacks: &StackSet<'_, 'a>) -> Vec<(&'a str, &'a str)> {
    let holdings = holdings(stacks);
    let mut pairs = Vec::new();
    for one in &holdings {
        for (unique, _) in one.takes() {
            if let Some(holder) = holder(&holdings, one, unique) {
                pairs.push((holder.stack, one.stack));
            }
        }
    }
    pairs
}

fn holdings<'a>(stacks: &StackSet<'_, 'a>) -> Vec<Holding<'a>> {
    // Where no template is compared, nothing is given up.
    if stacks.changing().all(|stack| stack.before.is_none()) {
        return Vec::new();
    }
    stacks.changing().map(holding).collect()
}

fn holding<'a>(stack: &Stack<'a>) -> Holding<'a> {
    let parsed = || {
        let text = stack.artifact?.template.as_deref()?;
        serde_json::from_str(text).ok()
    };
    let after: Option<Value> = match stack.action {
        StackAction::Delete => None,
        _ => stack.after.clone().or_else(parsed),
    };
    Holding {
        stack: stack.name,
        before: stack.before.as_ref().map(held).unwrap_or_default(),
        after: after.as_ref().map(held).unwrap_or_default(),
    }
}

/// Another stack that has it now.
fn holder<'h, 'a>(
    holdings: &'h [Holding<'a>],
    one: &Holding<'a>,
    unique: &Unique,
) -> Option<&'h Holding<'a>> {
    holdings
        .iter()
        .find(|other| other.stack != one.stack && other.before.contains_key(unique))
}
