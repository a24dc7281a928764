//! Import steps: adoption of orphans before a stack is created or updated.
//!
//! An import changes nothing and takes no outputs: its template holds the imported resources only,
//! in addition to those the stack has. The step after it deploys the whole definition.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resource-import.html>

use std::collections::BTreeSet;

use common::template::check::DIGEST_OUTPUT;
use serde_json::{Map, Value};

use super::action::StackAction;
use super::deploy_step::NAMED_IAM;
use super::digest::sha256;
use super::input::PlanInput;
use super::model::{DeployStep, Phase};
use super::stack::Stack;
use cloudformation::template::{
    attribute, properties, referenced_names, resource, resource_type, resources,
};
use cloudformation::{LogicalId, Parameter, ParameterValue, ResourceToImport, Tag};

/// The sections of an import's template, besides resources.
const SECTIONS: [&str; 5] = [
    "AWSTemplateFormatVersion",
    "Description",
    "Parameters",
    "Mappings",
    "Conditions",
];

const SECTIONS_OF_NAMES: [&str; 4] = ["Resources", "Parameters", "Mappings", "Conditions"];

pub(super) struct ImportStep {
    pub(super) text: String,
    hash: String,
    imports: Vec<ResourceToImport>,
    existing: Option<ExistingStack>,
}

/// What an import leaves unchanged.
struct ExistingStack {
    digest: String,
    parameters: Vec<Parameter>,
    capabilities: Vec<String>,
    tags: Vec<Tag>,
    termination_protection: bool,
}

impl ImportStep {
    /// The resources that a stack imports when it is created or updated. None where none are
    /// requested, or none can be imported on their own.
    pub(super) fn new(input: &PlanInput<'_>, stack: &Stack<'_>) -> Option<Self> {
        let asked = input
            .request
            .imports
            .get(stack.name)
            .or_else(|| input.observed.failed_creations.get(stack.name))?;
        let text = stack.artifact?.template.as_deref()?;
        let whole: Value = serde_json::from_str(text).ok()?;
        let before = match &stack.action {
            StackAction::Create => None,
            StackAction::Update(_) => Some(stack.before.as_ref()?),
            _ => return None,
        };
        let imports = importable(&whole, before, asked);
        if imports.is_empty() {
            return None;
        }
        let template = template(&whole, before, &imports);
        let existing = match (before, stack.view) {
            (Some(before), Some(view)) => Some(ExistingStack::read(before, view)),
            _ => None,
        };
        let text = template.to_string();
        Some(Self {
            hash: sha256(&text),
            text,
            imports,
            existing,
        })
    }

    pub(super) fn hash(&self) -> &str {
        &self.hash
    }

    pub(super) fn logical_ids(&self) -> String {
        let names: Vec<&str> = self
            .imports
            .iter()
            .map(|one| one.logical_id.as_str())
            .collect();
        names.join(", ")
    }

    /// Inserts the import before `whole`, which becomes an update.
    pub(super) fn precede(self, whole: &mut DeployStep) -> DeployStep {
        whole.exists = true;
        if let Some(existing) = self.existing {
            return DeployStep {
                phase: Phase::Import,
                template: self.hash,
                digest: existing.digest,
                parameters: existing.parameters,
                capabilities: existing.capabilities,
                tags: existing.tags,
                termination_protection: existing.termination_protection,
                policy: None,
                policy_override: None,
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

impl ExistingStack {
    fn read(before: &Value, view: &cloudformation::Stack) -> Self {
        let has_iam = resources(before)
            .any(|(_, resource)| resource_type(resource).starts_with("AWS::IAM::"));
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

/// The resources that are retained when their stack is deleted (an import requires that), and refer
/// only to what exists or is imported with them.
fn importable(
    whole: &Value,
    before: Option<&Value>,
    asked: &[ResourceToImport],
) -> Vec<ResourceToImport> {
    let resource = |id: &str| resource(whole, id);
    let there = |section: &str, id: &str| {
        before.is_some_and(|before| before.get(section).is_some_and(|all| all.get(id).is_some()))
    };
    let mut imports: Vec<ResourceToImport> = asked
        .iter()
        .filter(|one| {
            resource(one.logical_id.as_str()).is_some_and(|resource| {
                resource_type(resource) == one.resource_type
                    && resource.get("DeletionPolicy").is_some()
            }) && !there("Resources", one.logical_id.as_str())
        })
        .cloned()
        .collect();
    loop {
        let taken: BTreeSet<LogicalId> = imports.iter().map(|one| one.logical_id.clone()).collect();
        let count = imports.len();
        imports.retain(|one| {
            let Some(found) = resource(one.logical_id.as_str()) else {
                return false;
            };
            let names = referenced_names(properties(found));
            let condition = attribute(found, "Condition");
            names
                .iter()
                .map(String::as_str)
                .chain(condition)
                .all(|name| {
                    if taken.contains(name) || name.starts_with("AWS::") {
                        return true;
                    }
                    // Sections other than resources come from the definition, where there is no
                    // stack yet.
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
        let mut resource = resource(whole, one.logical_id.as_str())?.clone();
        if let Some(entries) = resource.as_object_mut() {
            entries.remove("DependsOn");
        }
        Some((one.logical_id.to_string(), resource))
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
            logical_id: logical_id.into(),
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
        let imports = importable(&whole, None, &all);
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
        // A secret cannot be imported without its key.
        assert!(importable(&whole, None, &all[1..2]).is_empty());
    }
}
