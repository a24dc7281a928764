//! The first step of a stack that takes over what an earlier one has left.
//!
//! An import changes and creates nothing, and takes no outputs: its template holds the resources
//! that are taken over, and nothing else; beside what the stack has, where there is one. What follows
//! is an update to the whole definition.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resource-import.html>

use std::collections::BTreeSet;

use common::template::check::DIGEST_OUTPUT;
use serde_json::{Map, Value};

use super::expand::{hexadecimal, names};
use super::find::section;
use super::intent::Intent;
use super::stack::Stack;
use super::target::NAMED_IAM;
use super::world::World;
use crate::plan::{DeployStep, Phase};
use cloudformation::{Parameter, ParameterValue, ResourceToImport, Tag};

/// What a template needs beside resources.
const SECTIONS: [&str; 5] = [
    "AWSTemplateFormatVersion",
    "Description",
    "Parameters",
    "Mappings",
    "Conditions",
];

/// What a resource may name in its template.
const SECTIONS_OF_NAMES: [&str; 4] = ["Resources", "Parameters", "Mappings", "Conditions"];

/// A step that takes resources over.
pub(super) struct Import {
    pub(super) text: String,
    hash: String,
    imports: Vec<ResourceToImport>,
    /// What of the stack stays as it is, where there is one.
    living: Option<Living>,
}

/// What an import leaves as it is.
struct Living {
    digest: String,
    parameters: Vec<Parameter>,
    capabilities: Vec<String>,
    tags: Vec<Tag>,
    termination_protection: bool,
}

impl Import {
    /// What a stack that is created or updated takes over. Nothing where nothing is asked for, or
    /// nothing of it can be had by itself.
    pub(super) fn of(world: &World<'_>, stack: &Stack<'_>) -> Option<Self> {
        let asked = world
            .request
            .imports
            .get(stack.name)
            .or_else(|| world.observed.leftovers.get(stack.name))?;
        let text = stack.artifact?.template.as_deref()?;
        let whole: Value = serde_json::from_str(text).ok()?;
        let before = match &stack.intent {
            Intent::Create => None,
            Intent::Update(_) => Some(stack.before.as_ref()?),
            _ => return None,
        };
        let imports = alone(&whole, before, asked);
        if imports.is_empty() {
            return None;
        }
        let template = template(&whole, before, &imports);
        let living = match (before, stack.view) {
            (Some(before), Some(view)) => Some(Living::of(before, view)),
            _ => None,
        };
        let text = template.to_string();
        Some(Self {
            hash: hexadecimal(&hmac_sha256::Hash::hash(text.as_bytes())),
            text,
            imports,
            living,
        })
    }

    pub(super) fn hash(&self) -> &str {
        &self.hash
    }

    /// What is taken over, by logical id.
    pub(super) fn names(&self) -> String {
        let names: Vec<&str> = self
            .imports
            .iter()
            .map(|one| one.logical_id.as_str())
            .collect();
        names.join(", ")
    }

    /// The step before one that creates the stack, which updates it then, or before one that updates
    /// it.
    pub(super) fn before(self, whole: &mut DeployStep) -> DeployStep {
        whole.exists = true;
        if let Some(living) = self.living {
            return DeployStep {
                phase: Phase::Import,
                template: self.hash,
                digest: living.digest,
                parameters: living.parameters,
                capabilities: living.capabilities,
                tags: living.tags,
                termination_protection: living.termination_protection,
                policy: None,
                relax: None,
                import_existing: false,
                imports: self.imports,
                ..whole.clone()
            };
        }
        DeployStep {
            phase: Phase::Import,
            exists: false,
            template: self.hash,
            digest: String::new(),
            termination_protection: false,
            policy: None,
            import_existing: false,
            imports: self.imports,
            ..whole.clone()
        }
    }
}

impl Living {
    fn of(before: &Value, view: &cloudformation::Stack) -> Self {
        let has_iam = section(before).any(|(_, resource)| {
            let kind = resource.get("Type").and_then(Value::as_str);
            kind.is_some_and(|kind| kind.starts_with("AWS::IAM::"))
        });
        let parameters = view.parameters.keys().map(|name| Parameter {
            name: name.clone(),
            value: ParameterValue::Previous,
        });
        let tags = view.tags.iter().map(|(key, value)| Tag {
            key: key.clone(),
            value: value.clone(),
        });
        Self {
            digest: view.output(DIGEST_OUTPUT).unwrap_or_default().to_owned(),
            parameters: parameters.collect(),
            capabilities: has_iam.then(|| NAMED_IAM.to_owned()).into_iter().collect(),
            tags: tags.collect(),
            termination_protection: view.termination_protection,
        }
    }
}

/// Those that stay when their stack goes (an import asks for that), and refer to nothing in the
/// template that is neither there nor taken over with them.
fn alone(
    whole: &Value,
    before: Option<&Value>,
    asked: &[ResourceToImport],
) -> Vec<ResourceToImport> {
    let resources = whole.get("Resources").and_then(Value::as_object);
    let resource = |id: &str| resources.and_then(|all| all.get(id));
    let there = |section: &str, id: &str| {
        before.is_some_and(|before| before.get(section).is_some_and(|all| all.get(id).is_some()))
    };
    let mut imports: Vec<ResourceToImport> = asked
        .iter()
        .filter(|one| {
            resource(&one.logical_id).is_some_and(|resource| {
                let kind = resource.get("Type").and_then(Value::as_str);
                kind == Some(one.resource_type.as_str()) && resource.get("DeletionPolicy").is_some()
            }) && !there("Resources", &one.logical_id)
        })
        .cloned()
        .collect();
    loop {
        let taken: BTreeSet<String> = imports.iter().map(|one| one.logical_id.clone()).collect();
        let count = imports.len();
        imports.retain(|one| {
            let Some(found) = resource(&one.logical_id) else {
                return false;
            };
            let names = found.get("Properties").map(names).unwrap_or_default();
            let condition = found.get("Condition").and_then(Value::as_str);
            names
                .iter()
                .map(String::as_str)
                .chain(condition)
                .all(|name| {
                    if taken.contains(name) || name.starts_with("AWS::") {
                        return true;
                    }
                    // All but resources is taken from the definition, where there is nothing yet.
                    SECTIONS_OF_NAMES.iter().any(|section| there(section, name))
                        || (before.is_none() && resource(name).is_none())
                })
        });
        if imports.len() == count {
            return imports;
        }
    }
}

fn template(whole: &Value, before: Option<&Value>, imports: &[ResourceToImport]) -> Value {
    let taken = imports.iter().filter_map(|one| {
        let mut resource = whole.get("Resources")?.get(&one.logical_id)?.clone();
        if let Some(entries) = resource.as_object_mut() {
            entries.remove("DependsOn");
        }
        Some((one.logical_id.clone(), resource))
    });
    if let Some(before) = before {
        let mut template = before.clone();
        if let Some(Value::Object(resources)) = template.get_mut("Resources") {
            resources.extend(taken);
        }
        return template;
    }
    let mut template = Map::new();
    for section in SECTIONS {
        if let Some(value) = whole.get(section) {
            template.insert(section.to_owned(), value.clone());
        }
    }
    template.insert("Resources".to_owned(), Value::Object(taken.collect()));
    Value::Object(template)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;

    fn asked(logical_id: &str, resource_type: &str) -> ResourceToImport {
        ResourceToImport {
            logical_id: logical_id.to_owned(),
            resource_type: resource_type.to_owned(),
            identifier: BTreeMap::new(),
        }
    }

    #[test]
    fn only_what_stands_by_itself_is_taken_over() {
        let kept = "RetainExceptOnCreate";
        let whole = json!({
            "Description": "a stack",
            "Outputs": { "Key": { "Value": { "Ref": "Key" } } },
            "Resources": {
                "Key": { "Type": "AWS::KMS::Key", "DeletionPolicy": kept, "DependsOn": "Topic" },
                "Secret": { "Type": "AWS::SecretsManager::Secret", "DeletionPolicy": kept,
                    "Properties": { "KmsKeyId": { "Ref": "Key" }, "Name": { "Ref": "AWS::StackName" } } },
                "Other": { "Type": "AWS::SecretsManager::Secret", "DeletionPolicy": kept,
                    "Properties": { "Description": { "Ref": "Topic" } } },
                "Loose": { "Type": "AWS::EC2::EIP" },
                "Topic": { "Type": "AWS::SNS::Topic" },
            },
        });
        let all = [
            asked("Key", "AWS::KMS::Key"),
            asked("Secret", "AWS::SecretsManager::Secret"),
            // Refers to what is created only afterwards.
            asked("Other", "AWS::SecretsManager::Secret"),
            // Would be deleted with its stack.
            asked("Loose", "AWS::EC2::EIP"),
            // Is something else now.
            asked("Topic", "AWS::EC2::EIP"),
            asked("Gone", "AWS::EC2::EIP"),
        ];
        let imports = alone(&whole, None, &all);
        let ids: Vec<&str> = imports.iter().map(|one| one.logical_id.as_str()).collect();
        assert_eq!(ids, ["Key", "Secret"]);
        let template = template(&whole, None, &imports);
        assert_eq!(
            template,
            json!({
                "Description": "a stack",
                "Resources": {
                    "Key": { "Type": "AWS::KMS::Key", "DeletionPolicy": kept },
                    "Secret": whole["Resources"]["Secret"],
                },
            })
        );
        // A secret without its key does not stand by itself.
        assert!(alone(&whole, None, &all[1..2]).is_empty());
    }
}
