//! Every rule by its sample: a set of templates that is right, changes that violate the rule, and changes that don't.
//!
//! A sample is the file `tests/samples/<code>.json`:
//!
//! * `stacks`: templates by stack name. No rule is violated, except those of severity `info` in `also`.
//! * `bad`: changes, each with the place `at` which the rule is then found: `stack LogicalId Path`.
//! * `good`: near misses: changes after which nothing is found.
//!
//! A change sets values by JSON pointers from `stacks` on, or removes what is `null`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use checks::{Deployment, Finding, Severity, Stack, check, rules};
use serde::Deserialize;
use serde_json::{Map, Value};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sample {
    stacks: Map<String, Value>,
    /// Parameters that the deployment gives, by stack.
    #[serde(default)]
    parameters: BTreeMap<String, BTreeMap<String, String>>,
    /// Codes of advice that the sample gives rise to anyway.
    #[serde(default)]
    also: Vec<String>,
    /// Whether other stacks may exist.
    #[serde(default)]
    partial: bool,
    bad: Vec<Change>,
    #[serde(default)]
    good: Vec<Change>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    set: Map<String, Value>,
    /// Where the rule is found: `stack LogicalId Path`.
    #[serde(default)]
    at: String,
    /// A part of the message.
    #[serde(default)]
    says: String,
    /// The variant that shows it.
    with: Option<String>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples")
}

fn sample(code: &str) -> Sample {
    let path = folder().join(format!("{code}.json"));
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{code}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{code}: {error}"))
}

fn deployment(sample: &Sample, change: Option<&Change>) -> Deployment {
    let mut stacks = Value::Object(sample.stacks.clone());
    for (pointer, value) in change.into_iter().flat_map(|change| &change.set) {
        set(&mut stacks, pointer, value);
    }
    let Value::Object(stacks) = stacks else {
        panic!("no stacks");
    };
    Deployment {
        stacks: stacks
            .into_iter()
            .map(|(name, template)| Stack {
                parameters: sample.parameters.get(&name).cloned().unwrap_or_default(),
                name: name.into(),
                account: Some("111122223333".to_owned()),
                region: Some("eu-west-1".to_owned()),
                template,
            })
            .collect(),
        is_complete: !sample.partial,
    }
}

fn set(root: &mut Value, pointer: &str, value: &Value) {
    let (parent, name) = pointer.rsplit_once('/').expect("a JSON pointer");
    let parent = root
        .pointer_mut(parent)
        .unwrap_or_else(|| panic!("no {parent}"));
    match parent {
        Value::Object(members) if value.is_null() => {
            members
                .remove(name)
                .unwrap_or_else(|| panic!("no {pointer}"));
        }
        Value::Object(members) => {
            members.insert(name.to_owned(), value.clone());
        }
        Value::Array(items) if name == "-" => items.push(value.clone()),
        Value::Array(items) => {
            let index: usize = name.parse().expect("an index");
            if value.is_null() {
                items.remove(index);
            } else {
                items[index] = value.clone();
            }
        }
        _ => panic!("{parent} has no members"),
    }
}

fn place(finding: &Finding) -> String {
    let id = finding.logical_id.as_ref().map_or("", |id| id.as_str());
    format!("{} {id} {}", finding.stack, finding.path)
        .trim_end()
        .to_owned()
}

fn assert_nothing(code: &str, sample: &Sample, change: Option<&Change>) {
    let mut findings = check(&deployment(sample, change));
    findings.retain(|one| {
        one.rule.severity != Severity::Info || !sample.also.iter().any(|also| also == one.rule.code)
    });
    let set = change.map(|change| Value::Object(change.set.clone()));
    assert!(findings.is_empty(), "{code}: {set:?}: {findings:#?}");
}

#[test]
fn every_rule_has_a_sample_that_shows_it() {
    for rule in rules() {
        let sample = sample(rule.code);
        assert_nothing(rule.code, &sample, None);
        for change in &sample.good {
            assert_nothing(rule.code, &sample, Some(change));
        }
        assert!(!sample.bad.is_empty(), "{}", rule.code);
        for change in &sample.bad {
            let findings = check(&deployment(&sample, Some(change)));
            let found: Vec<&Finding> = findings.iter().filter(|one| one.rule == rule).collect();
            let set = Value::Object(change.set.clone());
            let places: Vec<String> = found.iter().map(|one| place(one)).collect();
            assert_eq!(
                places,
                [change.at.as_str()],
                "{}: {set}: {findings:#?}",
                rule.code
            );
            assert!(
                found[0].message.contains(&change.says),
                "{}: {set}: {}",
                rule.code,
                found[0].message
            );
            assert_eq!(found[0].variant, change.with, "{}: {set}", rule.code);
        }
    }
}

#[test]
fn every_sample_is_of_a_rule() {
    for group in fs::read_dir(folder()).unwrap() {
        let group = group.unwrap();
        for file in fs::read_dir(group.path()).unwrap() {
            let name = file.unwrap().file_name().into_string().unwrap();
            let group = group.file_name().into_string().unwrap();
            let code = format!("{group}/{}", name.trim_end_matches(".json"));
            assert!(checks::rule(&code).is_some(), "{code} is no rule");
        }
    }
}

/// Codes are stable names: `group/what-is-wrong`; a source is a page of AWS.
#[test]
fn rules_are_well_formed() {
    let mut seen = std::collections::BTreeSet::new();
    for rule in rules() {
        assert!(seen.insert(rule.code), "{} is used twice", rule.code);
        let is_word = |part: &str| {
            part.starts_with(|first: char| first.is_ascii_lowercase())
                && part
                    .chars()
                    .all(|one| one.is_ascii_lowercase() || one.is_ascii_digit() || one == '-')
        };
        let (group, name) = rule.code.split_once('/').unwrap();
        assert!(is_word(group) && is_word(name), "{}", rule.code);
        assert!(rule.source.starts_with("https://"), "{}", rule.code);
        assert!(!rule.summary.ends_with('.'), "{}", rule.code);
        for sentence in [rule.why, rule.fix] {
            assert!(sentence.ends_with('.'), "{}: {sentence}", rule.code);
        }
    }
}
