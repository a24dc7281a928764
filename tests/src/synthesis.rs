//! Synthesis in this process.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use common::Definition;
use common::assembly::Assembly;
use common::environment::Environment;
use common::stack::{StackArtifact, StackError};
use serde_json::Value;

use crate::root;

/// What a stack crate offers.
pub type Define = fn(&Environment) -> Result<Vec<StackArtifact>, StackError>;

/// The stack crates, by name; a test holds the list against the workspace.
pub const CRATES: [(&str, Define); 4] = [
    ("cicd-stack", cicd_stack::stacks),
    ("ecs-stack", ecs_stack::stacks),
    ("loadbalancer-stack", loadbalancer_stack::stacks),
    ("network-stack", network_stack::stacks),
];

/// A synthesized environment.
#[derive(Debug)]
pub struct Synthesis {
    /// What was asked for.
    pub environment: Environment,
    /// What came of it, with the templates' texts.
    pub assembly: Assembly,
    /// The templates, by the name of their stack.
    pub templates: BTreeMap<String, Value>,
}

/// Both environments, synthesized once for all tests of a file.
#[must_use]
pub fn synthesized() -> &'static [Synthesis] {
    static ALL: LazyLock<Vec<Synthesis>> = LazyLock::new(|| {
        let definition = Definition::load(root()).unwrap_or_else(|errors| panic!("{errors}"));
        definition.environments.iter().map(synthesize).collect()
    });
    &ALL
}

#[must_use]
pub fn synthesize(environment: &Environment) -> Synthesis {
    let stacks = CRATES
        .iter()
        .flat_map(|(_, define)| define(environment).unwrap_or_else(|error| panic!("{error}")))
        .collect();
    let assembly = Assembly::new(environment, stacks).unwrap_or_else(|error| panic!("{error}"));
    let parse = |stack: &StackArtifact| {
        let text = stack.template.as_deref().expect("a stack has its template");
        serde_json::from_str(text).expect("a template is JSON")
    };
    let templates = assembly
        .stacks
        .iter()
        .map(|stack| (stack.name.to_string(), parse(stack)))
        .collect();
    Synthesis {
        environment: environment.clone(),
        assembly,
        templates,
    }
}
