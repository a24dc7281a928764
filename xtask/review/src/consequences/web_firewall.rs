//! The rules of the web application firewall: what is blocked, counted or let through.
//! <https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-rule-actions.html>

use std::collections::BTreeMap;

use serde_json::Value;

use super::Change;
use super::values::number;
use crate::consequence::{Consequence, Kind, Weight};
use crate::difference::{named_value_changes, render};
use crate::environment::Resource;

pub(super) fn consequences(change: &Change<'_>) -> Vec<Consequence> {
    let mut found = Vec::new();
    for (before, after) in change.pairs("AWS::WAFv2::WebACL") {
        for (name, was, is) in pairs(&before, &after) {
            let told = match (was, is) {
                (Some(old), Some(new)) => changed(name, old, new),
                (Some(old), None) => vec![removed(name, old)],
                (None, Some(new)) => vec![added(name, new)],
                (None, None) => Vec::new(),
            };
            found.extend(told.into_iter().map(|(weight, kind, text)| {
                let one = change.tell(&after, weight, kind, text);
                Consequence {
                    property: Some(format!("Rules[{name}]")),
                    ..one
                }
            }));
        }
        found.extend(default_action(change, &before, &after));
    }
    found
}

type Told = (Weight, Kind, String);

/// The rules of both sides by name.
fn pairs<'a>(
    before: &Resource<'a>,
    after: &Resource<'a>,
) -> Vec<(&'a str, Option<&'a Value>, Option<&'a Value>)> {
    let rules = |side: &Resource<'a>| -> BTreeMap<&'a str, &'a Value> {
        let rules = side.property("Rules").and_then(Value::as_array);
        rules
            .into_iter()
            .flatten()
            .filter_map(|rule| Some((rule.get("Name")?.as_str()?, rule)))
            .collect()
    };
    let (old, new) = (rules(before), rules(after));
    let mut names: Vec<&'a str> = old.keys().chain(new.keys()).copied().collect();
    names.sort_unstable();
    names.dedup();
    names
        .into_iter()
        .map(|name| (name, old.get(name).copied(), new.get(name).copied()))
        .collect()
}

/// What a rule does with a request that matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// It refuses it, or asks for a proof.
    Blocks,
    /// It only counts it.
    Counts,
    /// It lets it pass without asking the rules after it.
    Allows,
}

fn verdict(rule: &Value) -> Verdict {
    let has = |of: &str, name: &str| rule.get(of).is_some_and(|one| one.get(name).is_some());
    if has("Action", "Allow") {
        Verdict::Allows
    } else if has("Action", "Count") || has("OverrideAction", "Count") {
        Verdict::Counts
    } else {
        Verdict::Blocks
    }
}

fn limit(rule: &Value) -> Option<f64> {
    number(rule.pointer("/Statement/RateBasedStatement/Limit"))
}

fn purpose(name: &str, rule: &Value) -> String {
    match limit(rule) {
        Some(limit) => {
            format!("more than {limit} requests of one address in five minutes ({name})")
        }
        None => format!("requests that match {name}"),
    }
}

fn added(name: &str, rule: &Value) -> Told {
    let purpose = purpose(name, rule);
    match verdict(rule) {
        Verdict::Blocks => (
            Weight::Notable,
            Kind::Behaviour,
            format!("blocks {purpose}: clients that match without ill intent are refused, too"),
        ),
        Verdict::Counts => (Weight::Minor, Kind::Monitoring, format!("counts {purpose}")),
        Verdict::Allows => (
            Weight::Severe,
            Kind::Exposure,
            format!("lets {purpose} pass unchecked by the rules after it"),
        ),
    }
}

fn removed(name: &str, rule: &Value) -> Told {
    let purpose = purpose(name, rule);
    match verdict(rule) {
        Verdict::Blocks => (
            Weight::Severe,
            Kind::Exposure,
            format!("no longer blocks {purpose}: they reach the applications"),
        ),
        Verdict::Counts => (
            Weight::Minor,
            Kind::Monitoring,
            format!("no longer counts {purpose}"),
        ),
        Verdict::Allows => (
            Weight::Notable,
            Kind::Behaviour,
            format!("no longer lets {purpose} pass unchecked: other rules may block them"),
        ),
    }
}

fn changed(name: &str, old: &Value, new: &Value) -> Vec<Told> {
    let mut found = Vec::new();
    let purpose = purpose(name, new);
    match (verdict(old), verdict(new)) {
        (one, other) if one == other => {}
        (Verdict::Blocks, Verdict::Counts) => found.push((
            Weight::Severe,
            Kind::Exposure,
            format!("only counts {purpose}, where it blocked them: they reach the applications"),
        )),
        (_, Verdict::Allows) => found.push((
            Weight::Severe,
            Kind::Exposure,
            format!("lets {purpose} pass unchecked by the rules after it"),
        )),
        (_, Verdict::Blocks) => found.push((
            Weight::Notable,
            Kind::Behaviour,
            format!("blocks {purpose}: clients that match without ill intent are refused, too"),
        )),
        (_, Verdict::Counts) => found.push((
            Weight::Notable,
            Kind::Behaviour,
            format!("only counts {purpose}"),
        )),
    }
    match (limit(old), limit(new)) {
        (Some(from), Some(to)) if to > from => found.push((
            Weight::Notable,
            Kind::Exposure,
            format!(
                "lets one address send {to} requests in five minutes instead of {from} before it is blocked"
            ),
        )),
        (Some(from), Some(to)) if to < from => found.push((
            Weight::Notable,
            Kind::Behaviour,
            format!(
                "blocks an address after {to} requests in five minutes instead of {from}: many users behind one address (an office, a mobile network) are refused together"
            ),
        )),
        _ => {}
    }
    found.extend(overrides(name, old, new));
    found.extend(others(name, old, new));
    found
}

/// Single rules of a managed group that do something else than the group says.
fn overrides(name: &str, old: &Value, new: &Value) -> Vec<Told> {
    let of = |rule: &Value| -> BTreeMap<String, bool> {
        let list = rule.pointer("/Statement/ManagedRuleGroupStatement/RuleActionOverrides");
        let listed = list.and_then(Value::as_array).into_iter().flatten();
        let excluded = rule.pointer("/Statement/ManagedRuleGroupStatement/ExcludedRules");
        let excluded = excluded.and_then(Value::as_array).into_iter().flatten();
        let text = |one: &Value| Some(one.get("Name")?.as_str()?.to_owned());
        listed
            .filter_map(|one| {
                let action = one.get("ActionToUse")?;
                let passes = action.get("Count").is_some() || action.get("Allow").is_some();
                Some((text(one)?, passes))
            })
            .chain(excluded.filter_map(|one| Some((text(one)?, true))))
            .collect()
    };
    let (was, is) = (of(old), of(new));
    let passes = |of: &BTreeMap<String, bool>, rule: &str| of.get(rule).copied().unwrap_or(false);
    let mut rules: Vec<&String> = was.keys().chain(is.keys()).collect();
    rules.sort();
    rules.dedup();
    rules
        .into_iter()
        .filter_map(|rule| match (passes(&was, rule), passes(&is, rule)) {
            (false, true) => Some((
                Weight::Severe,
                Kind::Exposure,
                format!("no longer blocks requests that match {rule} of {name}"),
            )),
            (true, false) => Some((
                Weight::Notable,
                Kind::Behaviour,
                format!("blocks requests that match {rule} of {name}, where it only counted them: uploads or clients that match are refused"),
            )),
            _ => None,
        })
        .collect()
}

/// Whatever else changes of a rule.
fn others(name: &str, old: &Value, new: &Value) -> Vec<Told> {
    let mut changes = Vec::new();
    named_value_changes("", "", Some(old), Some(new), &mut changes);
    let mut found = Vec::new();
    for change in changes {
        let path = change.path.as_str();
        if path.starts_with("Action")
            || path.starts_with("OverrideAction")
            || path.ends_with("RateBasedStatement.Limit")
            || path.contains("RuleActionOverrides")
            || path.contains("ExcludedRules")
        {
            continue;
        }
        let told = if path == "Priority" {
            (
                Weight::Minor,
                Kind::Behaviour,
                format!(
                    "asks {name} at another place among its rules; one that allows before it lets requests pass"
                ),
            )
        } else if path.starts_with("VisibilityConfig") {
            (
                Weight::Minor,
                Kind::Monitoring,
                format!("measures {name} otherwise"),
            )
        } else {
            (
                Weight::Notable,
                Kind::Exposure,
                format!(
                    "matches other requests by {name}: {path} is {} instead of {}",
                    change.to.map_or("not set".to_owned(), render),
                    change.from.map_or("not set".to_owned(), render)
                ),
            )
        };
        if !found.contains(&told) {
            found.push(told);
        }
    }
    found
}

fn default_action(
    change: &Change<'_>,
    before: &Resource<'_>,
    after: &Resource<'_>,
) -> Option<Consequence> {
    let blocks = |one: &Resource<'_>| one.property("DefaultAction/Block").is_some();
    let (weight, kind, text) = match (blocks(before), blocks(after)) {
        (false, true) => (
            Weight::Severe,
            Kind::Interruption,
            "blocks every request that no rule allows: all clients are refused",
        ),
        (true, false) => (
            Weight::Severe,
            Kind::Exposure,
            "lets every request pass that no rule blocks",
        ),
        _ => return None,
    };
    let told = change.tell(after, weight, kind, text.to_owned());
    Some(change.of_property((before, after), "DefaultAction", told))
}
