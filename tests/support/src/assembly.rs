//! Small assemblies.

use common::assembly::Assembly;
use common::template::check::DefinitionDigest;
use serde_json::{Value, json};

/// The assembly of an environment with the one stack `network`, in the account of AWS's examples.
///
/// # Panics
/// When the environment is neither `staging` nor `production`.
#[must_use]
pub fn of(environment: &str) -> Assembly {
    let (account, branch) = match environment {
        "production" => ("111122223333", "stable"),
        _ => ("444455556666", "next"),
    };
    let name = format!("lemonade-{environment}-network");
    serde_json::from_value(json!({
        "version": 1,
        "environment": environment,
        "account": account,
        "region": "eu-west-1",
        "branch": branch,
        "order": [[name]],
        "stacks": [{
            "name": name,
            "id": "network",
            "crate": "network-stack",
            "environment": environment,
            "digest": "00",
            "bytes": 2,
            "resources": 0,
            "quotas": {},
            "tags": {},
            "terminationProtection": false
        }]
    }))
    .unwrap()
}

/// A stack: its id, its template, its exports by output, what it imports.
pub type Stack<'a> = (&'a str, Value, Vec<(&'a str, &'a str)>, Vec<&'a str>);

/// The assembly of some stacks of staging, each after those it imports from, with their templates.
///
/// # Panics
/// When a template has no resources.
#[must_use]
pub fn deployable(account: &str, branch: &str, stacks: &[Stack<'_>]) -> Assembly {
    let name = |id: &str| format!("lemonade-staging-{id}");
    let artifacts: Vec<Value> = stacks
        .iter()
        .map(|(id, template, exports, imports)| {
            let exports: Vec<Value> = exports
                .iter()
                .map(|(output, name)| json!({ "name": name, "output": output, "kind": "Id" }))
                .collect();
            json!({
                "name": name(id),
                "id": id,
                "crate": format!("{id}-stack"),
                "environment": "staging",
                "digest": template["Outputs"]["DefinitionDigest"]["Value"],
                "bytes": template.to_string().len(),
                "resources": template["Resources"].as_object().unwrap().len(),
                "quotas": {},
                "tags": { "lemonade:environment": "staging", "lemonade:stack": id },
                "terminationProtection": false,
                "exports": exports,
                "imports": imports,
            })
        })
        .collect();
    let order: Vec<[String; 1]> = stacks.iter().map(|stack| [name(stack.0)]).collect();
    let mut assembly: Assembly = serde_json::from_value(json!({
        "version": 1,
        "environment": "staging",
        "account": account,
        "region": "eu-west-1",
        "branch": branch,
        "order": order,
        "stacks": artifacts,
    }))
    .unwrap();
    for (artifact, (_, template, ..)) in assembly.stacks.iter_mut().zip(stacks) {
        artifact.template = Some(template.to_string().as_str().into());
    }
    assembly
}

/// A template, minified and without outputs, with the output that shows its digest; and that.
///
/// # Panics
/// When the text is no JSON object.
#[must_use]
pub fn with_digest(template: &str) -> (String, String) {
    let whole = |digest: &str| {
        let output = format!(
            r#","Outputs":{{"DefinitionDigest":{{"Description":"Digest of the definition that was deployed","Value":"{digest}"}}}}}}"#
        );
        template.strip_suffix('}').unwrap().to_owned() + &output
    };
    let empty = whole("");
    let digest = DefinitionDigest::of(&empty).unwrap().actual;
    (whole(&digest), digest)
}
