//! Templates, artifacts and assemblies from few words.

use std::collections::BTreeMap;

use common::assembly::{Assembly, VERSION, layers};
use common::environment::EnvironmentName;
use common::naming::StackName;
use common::stack::{ExportRecord, ResourceRecord, StackArtifact, is_guarded};
use serde_json::{Map, Value, json};

use super::scenario::StackText;

pub(crate) fn stack_name(environment: EnvironmentName, id: &str) -> String {
    format!("lemonade-{environment}-{id}")
}

pub(crate) fn export_name(environment: EnvironmentName, short: &str) -> String {
    format!("lemonade-{environment}-{short}")
}

/// Turns `!Ref X`, `!GetAtt X.Y`, `!Sub …` and `!ImportValue …` into the functions.
pub(crate) fn intrinsics(value: &Value) -> Value {
    match value {
        Value::String(text) => {
            let function = |prefix: &str| text.strip_prefix(prefix).map(ToOwned::to_owned);
            if let Some(name) = function("!Ref ") {
                json!({ "Ref": name })
            } else if let Some(name) = function("!GetAtt ") {
                let (resource, attribute) = name.split_once('.').unwrap();
                json!({ "Fn::GetAtt": [resource, attribute] })
            } else if let Some(text) = function("!Sub ") {
                json!({ "Fn::Sub": text })
            } else if let Some(name) = function("!ImportValue ") {
                json!({ "Fn::ImportValue": name })
            } else {
                value.clone()
            }
        }
        Value::Array(items) => items.iter().map(intrinsics).collect(),
        Value::Object(entries) => entries
            .iter()
            .map(|(key, value)| (key.clone(), intrinsics(value)))
            .collect(),
        other => other.clone(),
    }
}

/// The template without its digest.
fn template(environment: EnvironmentName, id: &str, text: &StackText) -> Value {
    let mut resources: Map<String, Value> = text
        .resources
        .iter()
        .map(|(id, resource)| (id.clone(), intrinsics(resource)))
        .collect();
    resources.insert("Handle".to_owned(), json!({ "Type": "AWS::SNS::Topic" }));
    for import in &text.imports {
        let name = export_name(environment, import);
        let id: String = import.chars().filter(char::is_ascii_alphanumeric).collect();
        resources.insert(
            format!("Uses{id}"),
            json!({
                "Type": "AWS::SSM::Parameter",
                "Properties": { "Type": "String", "Value": { "Fn::ImportValue": name } },
            }),
        );
    }
    let outputs: Map<String, Value> = text
        .exports
        .iter()
        .map(|(output, value)| {
            let name = exported_as(environment, id, text, output);
            let output_value = json!({ "Value": intrinsics(value), "Export": { "Name": name } });
            (output.clone(), output_value)
        })
        .collect();
    let parameters: Map<String, Value> = text
        .parameters
        .iter()
        .map(|name| (name.clone(), json!({ "Type": "String" })))
        .collect();
    let mut template = json!({ "Resources": resources, "Outputs": outputs });
    if !parameters.is_empty() {
        template["Parameters"] = parameters.into();
    }
    template
}

pub(crate) fn exported_as(
    environment: EnvironmentName,
    id: &str,
    text: &StackText,
    output: &str,
) -> String {
    let usual = || format!("{id}-{output}");
    let short = text.names.get(output).cloned().unwrap_or_else(usual);
    export_name(environment, &short)
}

pub(crate) fn artifact(environment: EnvironmentName, id: &str, text: &StackText) -> StackArtifact {
    let mut template = template(environment, id, text);
    let digest = hmac_sha256::Hash::hash(template.to_string().as_bytes());
    let digest = common::hex(&digest);
    template["Outputs"]["DefinitionDigest"] = json!({ "Value": digest });
    let resources = template["Resources"].as_object().unwrap();
    let record = |keep: &dyn Fn(&Value) -> bool| -> Vec<ResourceRecord> {
        resources
            .iter()
            .filter(|(_, resource)| keep(resource))
            .map(|(id, resource)| ResourceRecord {
                logical_id: id.clone(),
                resource_type: resource["Type"].as_str().unwrap().to_owned(),
            })
            .collect()
    };
    let keeps = |resource: &Value| {
        resource["DeletionPolicy"]
            .as_str()
            .is_some_and(|policy| policy != "Delete")
    };
    let mut imports: Vec<String> = text
        .imports
        .iter()
        .map(|import| export_name(environment, import))
        .collect();
    imports.sort();
    let mut tags = BTreeMap::from([
        ("lemonade:environment".to_owned(), environment.to_string()),
        ("lemonade:stack".to_owned(), id.to_owned()),
    ]);
    tags.extend(
        text.application
            .iter()
            .map(|name| ("lemonade:application".to_owned(), name.clone())),
    );
    let name: StackName = serde_json::from_value(stack_name(environment, id).into()).unwrap();
    StackArtifact {
        name,
        id: id.to_owned(),
        crate_name: "some-stack".to_owned(),
        environment,
        application: text.application.clone(),
        applied_manually: text.manual_stacks,
        digest,
        bytes: 0,
        resources: resources.len(),
        quotas: BTreeMap::new(),
        // Those of the text, and not of what every stack has here to be referred to.
        resource_types: text
            .resources
            .values()
            .filter_map(|resource| resource["Type"].as_str())
            .map(str::to_owned)
            .collect(),
        capabilities: Vec::new(),
        parameters: text.parameters.clone(),
        tags,
        termination_protection: text
            .protected
            .unwrap_or(environment == EnvironmentName::Production),
        notes: Vec::new(),
        exports: text
            .exports
            .keys()
            .map(|output| ExportRecord {
                name: exported_as(environment, id, text, output),
                output: output.clone(),
                kind: "Id".to_owned(),
            })
            .collect(),
        imports,
        retained: record(&keeps),
        guarded: record(&|resource| is_guarded(resource["Type"].as_str().unwrap())),
        locations: BTreeMap::new(),
        template: Some(template.to_string().as_str().into()),
    }
}

pub(crate) fn assembly<'a>(
    environment: EnvironmentName,
    stacks: impl IntoIterator<Item = (&'a String, &'a StackText)>,
) -> Assembly {
    let mut stacks: Vec<StackArtifact> = stacks
        .into_iter()
        .map(|(id, text)| artifact(environment, id, text))
        .collect();
    stacks.sort_by(|one, other| one.name.cmp(&other.name));
    Assembly {
        version: VERSION,
        environment,
        account: "444455556666".to_owned(),
        region: "eu-west-1".to_owned(),
        branch: "next".to_owned(),
        order: layers(&stacks).unwrap(),
        stacks,
    }
}
