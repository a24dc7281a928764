//! The stacks of both environments, as JSON.

use std::path::Path;
use std::sync::LazyLock;

use cloudformation::iam;
use cloudformation::template::{one_or_many, properties, resources_of_type};
use common::Definition;
use common::environment::Environment;
use common::stack::StackArtifact;
use serde_json::Value;

/// One environment with its stacks.
pub(crate) struct Synthesized {
    pub(crate) environment: Environment,
    pub(crate) stacks: Vec<(StackArtifact, Value)>,
}

impl Synthesized {
    /// The template of a stack, by its id.
    pub(crate) fn template(&self, id: &str) -> &Value {
        let (_, template) = self
            .stacks
            .iter()
            .find(|(stack, _)| stack.id == id)
            .unwrap();
        template
    }

    /// Every resource of a type: stack, logical id, properties.
    pub(crate) fn resources<'a>(
        &'a self,
        resource_type: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a str, &'a Value)> {
        self.stacks.iter().flat_map(move |(stack, template)| {
            resources_of_type(template, resource_type)
                .map(|(id, resource)| (stack.id.as_str(), id, properties(resource)))
        })
    }

    /// The statements of every managed policy: where, and what.
    pub(crate) fn statements(&self) -> impl Iterator<Item = (String, &Value)> {
        self.resources("AWS::IAM::ManagedPolicy")
            .flat_map(|(stack, id, policy)| {
                iam::statements(&policy["PolicyDocument"])
                    .map(move |statement| (format!("{stack}/{id}"), statement))
            })
    }

    /// The statements of one policy of a stack.
    pub(crate) fn policy(&self, stack: &str, id: &str) -> &[Value] {
        let policy = &self.template(stack)["Resources"][id];
        policy["Properties"]["PolicyDocument"]["Statement"]
            .as_array()
            .unwrap()
    }

    /// The statements of all policies of the execution role.
    pub(crate) fn execution(&self) -> Vec<&Value> {
        self.statements()
            .filter(|(place, _)| place.starts_with("bootstrap-roles/ExecutionRolePolicy"))
            .map(|(_, statement)| statement)
            .collect()
    }
}

pub(crate) fn environments() -> Vec<Environment> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    Definition::load(&workspace).unwrap().environments
}

/// Both environments.
pub(crate) fn synthesized() -> &'static [Synthesized] {
    static ALL: LazyLock<Vec<Synthesized>> =
        LazyLock::new(|| environments().into_iter().map(synthesize).collect());
    &ALL
}

pub(crate) fn synthesize(environment: Environment) -> Synthesized {
    let stacks = cicd_stack::stacks(&environment).unwrap();
    let parsed = |stack: StackArtifact| {
        let template = serde_json::from_str(stack.template.as_deref().unwrap());
        (stack, template.unwrap())
    };
    Synthesized {
        stacks: stacks.into_iter().map(parsed).collect(),
        environment,
    }
}

/// The texts of a list, or the one that stands in its place.
pub(crate) fn texts(value: &Value) -> Vec<&str> {
    one_or_many(Some(value)).filter_map(Value::as_str).collect()
}

/// The resources of a statement as texts, intrinsic functions as JSON.
pub(crate) fn places(statement: &Value) -> Vec<String> {
    one_or_many(statement.get("Resource"))
        .map(|resource| {
            resource
                .as_str()
                .map_or_else(|| resource.to_string(), str::to_owned)
        })
        .collect()
}

/// Boundaries give nothing, so they say verbs and don't say resources.
pub(crate) fn is_boundary(place: &str) -> bool {
    place.ends_with("Boundary")
}

/// A statement of a policy, by its id.
pub(crate) fn named<'a>(statements: &'a [Value], sid: &str) -> &'a Value {
    statements
        .iter()
        .find(|statement| statement["Sid"] == sid)
        .unwrap_or_else(|| panic!("no statement {sid}"))
}
