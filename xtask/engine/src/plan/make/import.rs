//! The first step of a stack that takes over what an earlier one has left.
//!
//! An import changes and creates nothing, and takes no outputs: its template holds the resources
//! that are taken over, and nothing else. What follows is an update to the whole definition.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resource-import.html>

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::expand::hexadecimal;
use super::intent::Intent;
use super::stack::Stack;
use super::world::World;
use crate::difference::references;
use crate::plan::{DeployStep, Phase};
use crate::port::ResourceToImport;

/// What a template needs beside resources.
const SECTIONS: [&str; 5] = [
    "AWSTemplateFormatVersion",
    "Description",
    "Parameters",
    "Mappings",
    "Conditions",
];

/// A step that takes resources over.
pub(super) struct Import {
    pub(super) text: String,
    hash: String,
    imports: Vec<ResourceToImport>,
}

impl Import {
    /// What a stack that is created takes over. Nothing where nothing is asked for, or nothing of it
    /// can be had by itself.
    pub(super) fn of(world: &World<'_>, stack: &Stack<'_>) -> Option<Self> {
        let asked = world
            .request
            .imports
            .get(stack.name)
            .or_else(|| world.observed.leftovers.get(stack.name))?;
        let text = stack.artifact?.template.as_deref()?;
        let whole: Value = serde_json::from_str(text).ok()?;
        if stack.intent != Intent::Create {
            return None;
        }
        let imports = alone(&whole, asked);
        if imports.is_empty() {
            return None;
        }
        let text = template(&whole, &imports).to_string();
        Some(Self {
            hash: hexadecimal(&hmac_sha256::Hash::hash(text.as_bytes())),
            text,
            imports,
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

    /// The step before one that creates the stack, which updates it then.
    pub(super) fn before(&self, whole: &mut DeployStep) -> DeployStep {
        whole.exists = true;
        DeployStep {
            phase: Phase::Import,
            exists: false,
            template: self.hash.clone(),
            digest: String::new(),
            termination_protection: false,
            policy: None,
            import_existing: false,
            imports: self.imports.clone(),
            ..whole.clone()
        }
    }
}

/// Those that stay when their stack goes (an import asks for that), and refer to nothing in the
/// template that is not taken over with them.
fn alone(whole: &Value, asked: &[ResourceToImport]) -> Vec<ResourceToImport> {
    let resources = whole.get("Resources").and_then(Value::as_object);
    let resource = |id: &str| resources.and_then(|all| all.get(id));
    let mut imports: Vec<ResourceToImport> = asked
        .iter()
        .filter(|one| {
            resource(&one.logical_id).is_some_and(|resource| {
                let kind = resource.get("Type").and_then(Value::as_str);
                kind == Some(one.resource_type.as_str()) && resource.get("DeletionPolicy").is_some()
            })
        })
        .cloned()
        .collect();
    loop {
        let taken: BTreeSet<String> = imports.iter().map(|one| one.logical_id.clone()).collect();
        let before = imports.len();
        imports.retain(|one| {
            let properties = resource(&one.logical_id).and_then(|found| found.get("Properties"));
            let targets = properties.map(references).unwrap_or_default();
            targets
                .iter()
                .all(|other| resource(&other.target).is_none() || taken.contains(&other.target))
        });
        if imports.len() == before {
            return imports;
        }
    }
}

fn template(whole: &Value, imports: &[ResourceToImport]) -> Value {
    let mut template = Map::new();
    for section in SECTIONS {
        if let Some(value) = whole.get(section) {
            template.insert(section.to_owned(), value.clone());
        }
    }
    let resources = imports
        .iter()
        .filter_map(|one| {
            let mut resource = whole.get("Resources")?.get(&one.logical_id)?.clone();
            if let Some(entries) = resource.as_object_mut() {
                entries.remove("DependsOn");
            }
            Some((one.logical_id.clone(), resource))
        })
        .collect();
    template.insert("Resources".to_owned(), Value::Object(resources));
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
        let imports = alone(&whole, &all);
        let ids: Vec<&str> = imports.iter().map(|one| one.logical_id.as_str()).collect();
        assert_eq!(ids, ["Key", "Secret"]);
        let template = template(&whole, &imports);
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
        assert!(alone(&whole, &all[1..2]).is_empty());
    }
}
