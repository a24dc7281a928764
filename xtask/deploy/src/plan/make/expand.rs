//! The template in between: the new definition, and beside it what is still imported.

use std::collections::{BTreeMap, BTreeSet};

use common::template::check::{DIGEST_OUTPUT, limits};
use serde_json::{Map, Value};

use crate::difference::references;
use cloudformation::Stack;

/// A definition with exports kept that it no longer has.
#[derive(Clone, Debug)]
pub(super) struct Expanded {
    /// The template.
    pub(super) template: Value,
    /// Its text.
    pub(super) text: String,
    /// The value of its digest output.
    pub(super) digest: String,
    /// The resources that are kept for the exports, by logical id.
    pub(super) resources: BTreeSet<String>,
    /// The parameters that these need, and the definition no longer has.
    pub(super) parameters: BTreeSet<String>,
}

/// The digest of a definition with exports kept: it is told from the listing of stacks whether
/// that is what is deployed, since the listing shows a stack's exports.
pub(super) fn expanded_digest<'a>(
    digest: &'a str,
    kept: impl IntoIterator<Item = &'a str>,
) -> String {
    let mut hash = hmac_sha256::Hash::new();
    for part in std::iter::once(digest).chain(kept) {
        // The length first, so that no two lists run together to the same bytes.
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hexadecimal(&hash.finalize())
}

/// Lowercase hexadecimal digits.
pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The new template, with the exports `kept` of the deployed one, and with every resource,
/// parameter, condition and mapping that they need and the new one doesn't have.
pub(super) fn expand(
    before: &Value,
    after: &Value,
    view: &Stack,
    digest: &str,
    kept: &BTreeSet<String>,
) -> Expanded {
    let mut template = after.as_object().cloned().unwrap_or_default();
    let outputs: BTreeMap<&str, &Value> = view
        .outputs
        .iter()
        .filter(|output| {
            output
                .export
                .as_ref()
                .is_some_and(|name| kept.contains(name))
        })
        .filter_map(|output| {
            let value = before.get("Outputs")?.get(&output.key)?;
            Some((output.key.as_str(), value))
        })
        .collect();

    let mut copier = Copier {
        before,
        template: &mut template,
        resources: BTreeSet::new(),
        parameters: BTreeSet::new(),
    };
    for (key, value) in outputs {
        copier.needed_by(value);
        let taken = copier.has("Outputs", key);
        // Another output of that id exports something else: an export is known by its name.
        let key = if taken {
            format!("Kept{key}")
        } else {
            key.to_owned()
        };
        copier.insert("Outputs", &key, value);
    }
    let (resources, parameters) = (copier.resources, copier.parameters);

    let digest = expanded_digest(digest, kept.iter().map(String::as_str));
    if let Some(output) = template
        .get_mut("Outputs")
        .and_then(|outputs| outputs.get_mut(DIGEST_OUTPUT))
        .and_then(Value::as_object_mut)
    {
        output.insert("Value".to_owned(), digest.clone().into());
    }
    let template = Value::Object(template);
    Expanded {
        text: template.to_string(),
        template,
        digest,
        resources,
        parameters,
    }
}

/// What of CloudFormation's limits the template is over, if of any.
pub(super) fn over_limit(expanded: &Expanded) -> Option<String> {
    let count = |section: &str| {
        let entries = expanded.template.get(section).and_then(Value::as_object);
        entries.map_or(0, Map::len)
    };
    [
        (expanded.text.len(), limits::INLINE_BYTES, "bytes"),
        (count("Resources"), limits::RESOURCES, "resources"),
        (count("Outputs"), limits::OUTPUTS, "outputs"),
    ]
    .into_iter()
    .find(|(used, limit, _)| used > limit)
    .map(|(used, limit, what)| format!("{used} {what}, and CloudFormation takes {limit}"))
}

struct Copier<'a> {
    before: &'a Value,
    template: &'a mut Map<String, Value>,
    resources: BTreeSet<String>,
    parameters: BTreeSet<String>,
}

impl Copier<'_> {
    fn has(&self, section: &str, name: &str) -> bool {
        self.template
            .get(section)
            .is_some_and(|entries| entries.get(name).is_some())
    }

    fn insert(&mut self, section: &str, name: &str, value: &Value) {
        let entries = self
            .template
            .entry(section)
            .or_insert_with(|| Value::Object(Map::new()));
        if let Some(entries) = entries.as_object_mut() {
            entries.insert(name.to_owned(), value.clone());
        }
    }

    /// Copies what a value needs, and what that needs.
    fn needed_by(&mut self, value: &Value) {
        let mut waiting = names(value);
        while let Some(name) = waiting.pop_first() {
            for section in ["Resources", "Parameters", "Conditions", "Mappings"] {
                let Some(entry) = self.before.get(section).and_then(|all| all.get(&name)) else {
                    continue;
                };
                if self.has(section, &name) {
                    continue;
                }
                match section {
                    "Resources" => drop(self.resources.insert(name.clone())),
                    "Parameters" => drop(self.parameters.insert(name.clone())),
                    _ => {}
                }
                waiting.extend(names(entry));
                self.insert(section, &name, entry);
            }
        }
    }
}

/// Whatever a value names in its template: by a function, or as a dependency or a condition.
pub(super) fn names(value: &Value) -> BTreeSet<String> {
    let mut names: BTreeSet<String> = references(value)
        .into_iter()
        .map(|reference| reference.target)
        .collect();
    collect(value, &mut names);
    names
}

fn collect(value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, names)),
        Value::Object(entries) => {
            for (key, value) in entries {
                match (key.as_str(), value) {
                    ("Condition" | "DependsOn", Value::String(name)) => {
                        names.insert(name.clone());
                    }
                    ("DependsOn", Value::Array(several)) => {
                        names.extend(several.iter().filter_map(Value::as_str).map(str::to_owned));
                    }
                    ("Fn::If" | "Fn::FindInMap", Value::Array(arguments)) => {
                        let first = arguments.first().and_then(Value::as_str);
                        names.extend(first.map(str::to_owned));
                    }
                    _ => {}
                }
                collect(value, names);
            }
        }
        _ => {}
    }
}
