//! Small definitions of a few stacks.
//!
//! The metadata of a stack is read from its template, as synthesis would
//! say it. Nothing is checked: a test may define what `common` would refuse.

use std::collections::BTreeMap;

use cloudformation::template::{edit_imports, imports};
use common::assembly::{Assembly, VERSION, layers};
use common::environment::EnvironmentName;
use common::stack::{ExportRecord, ResourceRecord, StackArtifact, is_guarded};
use common::template::check::DefinitionDigest;
use serde_json::{Map, Value, json};

/// A stack of a small definition.
#[derive(Clone, Debug)]
pub struct SmallStack {
    id: String,
    resources: Map<String, Value>,
    outputs: Map<String, Value>,
}

/// A stack with nothing in it. An empty template is none, so it can't be deployed as it is.
#[must_use]
pub fn stack(id: &str) -> SmallStack {
    SmallStack {
        id: id.to_owned(),
        resources: Map::new(),
        outputs: Map::new(),
    }
}

impl SmallStack {
    #[must_use]
    pub fn resource(mut self, id: &str, kind: &str, properties: Value) -> Self {
        let resource = json!({ "Type": kind, "Properties": properties });
        self.resources.insert(id.to_owned(), resource);
        self
    }

    /// Adds a resource whose content says which version of it this is.
    #[must_use]
    pub fn parameter(self, id: &str, value: impl Into<Value>) -> Self {
        let properties = json!({ "Type": "String", "Value": value.into() });
        self.resource(id, "AWS::SSM::Parameter", properties)
    }

    /// Adds a resource of a fixed name that stays when its stack goes.
    #[must_use]
    pub fn kept(self, id: &str, name: &str) -> Self {
        let properties = json!({ "Type": "String", "Value": "1", "Name": name });
        self.resource(id, "AWS::SSM::Parameter", properties)
            .staying(id)
    }

    /// Lets a resource stay when its stack goes.
    #[must_use]
    pub fn staying(mut self, id: &str) -> Self {
        self.resources[id]["DeletionPolicy"] = "Retain".into();
        self
    }

    /// Takes a resource away.
    #[must_use]
    pub fn without(mut self, id: &str) -> Self {
        self.resources.remove(id);
        self
    }

    /// Exports what a resource is known by, as `lemonade-<env>-<id>-<output>`.
    #[must_use]
    pub fn export(mut self, output: &str, resource: &str) -> Self {
        let value = json!({ "Value": { "Ref": resource }, "Export": { "Name": output } });
        self.outputs.insert(output.to_owned(), value);
        self
    }

    /// Adds a resource whose value is another stack's export.
    #[must_use]
    pub fn import(self, producer: &str, output: &str) -> Self {
        let import = json!({ "Fn::ImportValue": format!("{producer}-{output}") });
        self.parameter(&format!("Of{output}"), import)
    }

    /// The resources of which something is so, by themselves and their type.
    fn records(&self, is_so: impl Fn(&Value, &str) -> bool) -> Vec<ResourceRecord> {
        let records = self.resources.iter().filter_map(|(id, resource)| {
            let kind = resource["Type"].as_str()?;
            is_so(resource, kind).then(|| ResourceRecord {
                logical_id: id.clone(),
                resource_type: kind.to_owned(),
            })
        });
        records.collect()
    }

    fn artifact(&self, environment: EnvironmentName) -> StackArtifact {
        let name = stack_name(environment, &self.id);
        let mut template = json!({ "Resources": self.resources, "Outputs": self.outputs });
        let prefix = stack_name(environment, "");
        let imports = complete_imports(&mut template["Resources"], &prefix);
        let mut exports = Vec::new();
        for (output, value) in template["Outputs"].as_object_mut().into_iter().flatten() {
            let export = format!("{name}-{output}");
            value["Export"]["Name"] = export.clone().into();
            exports.push(ExportRecord {
                name: export,
                output: output.clone(),
                kind: "Id".to_owned(),
            });
        }
        let (text, digest) = with_digest(&mut template);
        let guarded = self.records(|_, kind| is_guarded(kind));
        let retained = self.records(|resource, _| resource["DeletionPolicy"] == "Retain");
        StackArtifact {
            name: serde_json::from_value(name.into()).expect("a name of a stack"),
            id: self.id.clone(),
            crate_name: "small-stack".to_owned(),
            environment,
            application: None,
            applied_manually: false,
            digest,
            bytes: text.len(),
            resources: self.resources.len(),
            quotas: BTreeMap::new(),
            resource_types: Vec::new(),
            capabilities: Vec::new(),
            parameters: Vec::new(),
            tags: BTreeMap::from([
                ("lemonade:environment".to_owned(), environment.to_string()),
                ("lemonade:stack".to_owned(), self.id.clone()),
            ]),
            termination_protection: environment == EnvironmentName::Production,
            notes: Vec::new(),
            exports,
            imports,
            retained,
            guarded,
            locations: BTreeMap::new(),
            template: Some(text.as_str().into()),
        }
    }
}

fn stack_name(environment: EnvironmentName, id: &str) -> String {
    format!("lemonade-{environment}-{id}")
}

/// The template's text as synthesis would write it, with the output that shows its digest; and that.
fn with_digest(template: &mut Value) -> (String, String) {
    let mut text = |digest: &str| {
        template["Outputs"]["DefinitionDigest"] = json!({
            "Description": "Digest of the definition that was deployed",
            "Value": digest,
        });
        // Sections in the order of synthesis, however maps are ordered here.
        format!(
            r#"{{"Resources":{},"Outputs":{}}}"#,
            template["Resources"], template["Outputs"]
        )
    };
    let digest = DefinitionDigest::of(&text(""))
        .expect("the output was just written")
        .actual;
    (text(&digest), digest)
}

/// Makes the names of imports whole; gives them back, sorted, each once.
fn complete_imports(value: &mut Value, prefix: &str) -> Vec<String> {
    edit_imports(value, &mut |name| name.insert_str(0, prefix));
    imports(value).into_iter().collect()
}

/// The assembly of these stacks, in the account and region that the environment has in the
/// checked-in files.
///
/// # Panics
/// When they have a circular import, or an import without an export.
#[must_use]
pub fn assembly(environment: EnvironmentName, stacks: &[SmallStack]) -> Assembly {
    let (account, region) = match environment {
        EnvironmentName::Production => ("111122223333", "eu-central-1"),
        EnvironmentName::Staging => ("444455556666", "eu-west-1"),
    };
    let mut stacks: Vec<StackArtifact> = stacks
        .iter()
        .map(|stack| stack.artifact(environment))
        .collect();
    stacks.sort_by(|one, other| one.name.cmp(&other.name));
    Assembly {
        version: VERSION,
        environment,
        account: account.to_owned(),
        region: region.to_owned(),
        branch: "next".to_owned(),
        order: layers(&stacks).unwrap_or_else(|error| panic!("{error}")),
        stacks,
    }
}
