//! Templates of the first pass: the new definition plus retained exports.

use std::collections::{BTreeMap, BTreeSet};

use common::template::check::{DIGEST_OUTPUT, limits};
use serde_json::{Map, Value};

use super::digest::sha256_of_all;
use cloudformation::template::referenced_names;
use cloudformation::{ExportName, Stack};

/// A definition with retained exports.
#[derive(Clone, Debug)]
pub(super) struct ExpandedTemplate {
    pub(super) template: Value,
    pub(super) text: String,
    /// The value of the output `DefinitionDigest`.
    pub(super) digest: String,
    /// The resources that the retained exports need, by logical id.
    pub(super) resources: BTreeSet<String>,
    /// The parameters that those need and the definition no longer has.
    pub(super) parameters: BTreeSet<String>,
}

/// The digest of a definition with retained exports. The listing of stacks shows digest and
/// exports, so it tells whether this template is deployed.
pub(super) fn expanded_digest<'a>(
    digest: &'a str,
    retained: impl IntoIterator<Item = &'a ExportName>,
) -> String {
    let retained = retained.into_iter().map(ExportName::as_str);
    sha256_of_all(std::iter::once(digest).chain(retained))
}

/// The new template with the `retained` exports of the deployed one, and every resource, parameter,
/// condition and mapping that those need and the new one lacks.
pub(super) fn expand(
    before: &Value,
    after: &Value,
    view: &Stack,
    digest: &str,
    retained: &BTreeSet<ExportName>,
) -> ExpandedTemplate {
    let mut template = after.as_object().cloned().unwrap_or_default();
    let outputs: BTreeMap<&str, &Value> = view
        .outputs
        .iter()
        .filter(|output| {
            output
                .export
                .as_ref()
                .is_some_and(|name| retained.contains(name))
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
        // Another output has that logical id; the export is identified by its name.
        let key = if taken {
            format!("Kept{key}")
        } else {
            key.to_owned()
        };
        copier.insert("Outputs", &key, value);
    }
    let (resources, parameters) = (copier.resources, copier.parameters);

    let digest = expanded_digest(digest, retained);
    if let Some(output) = template
        .get_mut("Outputs")
        .and_then(|outputs| outputs.get_mut(DIGEST_OUTPUT))
        .and_then(Value::as_object_mut)
    {
        output.insert("Value".to_owned(), digest.clone().into());
    }
    let template = Value::Object(template);
    ExpandedTemplate {
        text: template.to_string(),
        template,
        digest,
        resources,
        parameters,
    }
}

/// The limit of CloudFormation that the template exceeds, if any.
pub(super) fn over_limit(expanded: &ExpandedTemplate) -> Option<String> {
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
    .map(|(used, limit, what)| format!("{used} {what}; CloudFormation's limit is {limit}"))
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

    /// Copies the entries that a value needs, and those that they need.
    fn needed_by(&mut self, value: &Value) {
        let mut waiting = referenced_names(value);
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
                waiting.extend(referenced_names(entry));
                self.insert(section, &name, entry);
            }
        }
    }
}
