//! Templates as CloudFormation would read them: conditions decided, references resolved as far as they can be known.

mod calls;
mod conditions;
mod deployment;
mod functions;
mod node;
mod parameters;
mod resource;
mod variants;

use std::collections::BTreeMap;

use cloudformation::StackName;
use cloudformation::template::{entries, resource_type, resources};
use serde_json::Value;

pub use deployment::{Deployment, Stack};
pub(crate) use node::{Identity, Node, Place};
pub(crate) use parameters::Assignment;
pub(crate) use resource::{Presence, Resource};
pub(crate) use variants::{Variant, variants};

/// The stacks of a deployment, evaluated for one choice of parameters.
#[derive(Debug)]
pub(crate) struct Model<'a> {
    stacks: Vec<EvaluatedStack<'a>>,
    exports: BTreeMap<String, Vec<Export<'a>>>,
    /// Whether no other stack exists that exports or imports.
    pub(crate) is_complete: bool,
}

#[derive(Debug)]
struct EvaluatedStack<'a> {
    stack: &'a Stack,
    parameters: BTreeMap<&'a str, Assignment<'a>>,
    /// None where a deployment decides.
    conditions: BTreeMap<&'a str, Option<bool>>,
    types: BTreeMap<&'a str, Vec<&'a str>>,
    /// Whether a macro or a loop may add resources that the template does not show.
    is_open: bool,
}

/// An output that is exported under a known name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Export<'a> {
    pub(crate) stack: usize,
    pub(crate) output: &'a str,
    pub(crate) value: Option<&'a Value>,
    /// Whether the output's condition holds.
    pub(crate) presence: Presence,
}

impl<'a> Model<'a> {
    /// The model in which every parameter has the value of the deployment, or else its default.
    pub(crate) fn new(deployment: &'a Deployment) -> Self {
        Self::of(
            deployment.stacks.iter().map(|stack| {
                let parameters = parameters::given_or_default(stack);
                (stack, parameters)
            }),
            deployment.is_complete,
        )
    }

    pub(crate) fn of_variant(stack: &'a Stack, variant: &Variant<'a>) -> Self {
        Self::of([(stack, variant.parameters.clone())], false)
    }

    fn of(
        stacks: impl IntoIterator<Item = (&'a Stack, BTreeMap<&'a str, Assignment<'a>>)>,
        is_complete: bool,
    ) -> Self {
        let stacks = stacks
            .into_iter()
            .map(|(stack, parameters)| EvaluatedStack::of(stack, parameters))
            .collect();
        let mut model = Self {
            stacks,
            exports: BTreeMap::new(),
            is_complete,
        };
        let conditions: Vec<_> = (0..model.stacks.len())
            .map(|stack| conditions::evaluate(&model, stack))
            .collect();
        for (stack, conditions) in model.stacks.iter_mut().zip(conditions) {
            stack.conditions = conditions;
        }
        model.exports = model.find_exports();
        model
    }

    fn find_exports(&self) -> BTreeMap<String, Vec<Export<'a>>> {
        let mut exports: BTreeMap<String, Vec<Export<'a>>> = BTreeMap::new();
        for (index, evaluated) in self.stacks.iter().enumerate() {
            let stack: &'a Stack = evaluated.stack;
            for (output, body) in entries(&stack.template, "Outputs") {
                let Some(name) = body.get("Export").and_then(|export| export.get("Name")) else {
                    continue;
                };
                let name = Node::of_value(self, index, output, name);
                let Some(name) = name.text() else { continue };
                exports.entry(name.into_owned()).or_default().push(Export {
                    stack: index,
                    output,
                    value: body.get("Value"),
                    presence: self.presence_of(index, body),
                });
            }
        }
        exports
    }

    pub(crate) fn stack_name(&self, stack: usize) -> &'a StackName {
        &self.stacks[stack].stack.name
    }

    pub(crate) fn stacks(&self) -> impl Iterator<Item = (usize, &'a Stack)> {
        self.stacks
            .iter()
            .enumerate()
            .map(|(index, evaluated)| (index, evaluated.stack))
    }

    /// The exports whose names are known, by name.
    pub(crate) const fn exports(&self) -> &BTreeMap<String, Vec<Export<'a>>> {
        &self.exports
    }

    /// Whether the templates show all resources: no macro and no loop adds others.
    pub(crate) fn shows_all_resources(&self) -> bool {
        !self.stacks.iter().any(|stack| stack.is_open)
    }

    /// The resources of a type that are there for certain.
    pub(crate) fn resources<'m>(&'m self, name: &str) -> impl Iterator<Item = Resource<'m>>
    where
        'a: 'm,
    {
        self.possible_resources(name)
            .filter(|resource| resource.presence() == Presence::Present)
    }

    /// The resources of a type, without those whose condition is false.
    pub(crate) fn possible_resources<'m>(&'m self, name: &str) -> impl Iterator<Item = Resource<'m>>
    where
        'a: 'm,
    {
        let found = self.stacks.iter().enumerate().flat_map({
            let name = name.to_owned();
            move |(index, stack)| {
                let ids = stack
                    .types
                    .get(name.as_str())
                    .map_or(&[][..], Vec::as_slice);
                ids.iter().map(move |id| (index, *id))
            }
        });
        found
            .filter_map(|(stack, id)| self.resource(stack, id))
            .filter(|resource| resource.presence() != Presence::Absent)
    }

    /// The resources of a stack, whether or not their conditions hold.
    pub(crate) fn resources_of<'m>(&'m self, stack: usize) -> impl Iterator<Item = Resource<'m>>
    where
        'a: 'm,
    {
        resources(&self.stacks[stack].stack.template)
            .filter_map(move |(id, _)| self.resource(stack, id))
    }

    /// The resource of a stack with a logical id, whether or not its condition holds.
    pub(crate) fn resource<'m>(&'m self, stack: usize, logical_id: &str) -> Option<Resource<'m>>
    where
        'a: 'm,
    {
        Resource::find(self, stack, logical_id)
    }

    /// Whether a condition holds; none where a deployment decides.
    pub(crate) fn condition(&self, stack: usize, name: &str) -> Option<bool> {
        match self.stacks[stack].conditions.get(name) {
            Some(known) => *known,
            None => conditions::condition(self, stack, name, 0),
        }
    }

    /// Whether an entry with the attribute `Condition` is there.
    fn presence_of(&self, stack: usize, body: &Value) -> Presence {
        let Some(condition) = body.get("Condition") else {
            return Presence::Present;
        };
        match condition
            .as_str()
            .and_then(|name| self.condition(stack, name))
        {
            Some(true) => Presence::Present,
            Some(false) => Presence::Absent,
            None => Presence::Possible,
        }
    }
}

impl<'a> EvaluatedStack<'a> {
    fn of(stack: &'a Stack, parameters: BTreeMap<&'a str, Assignment<'a>>) -> Self {
        let mut types: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (id, resource) in resources(&stack.template) {
            types.entry(resource_type(resource)).or_default().push(id);
        }
        Self {
            stack,
            parameters,
            conditions: BTreeMap::new(),
            types,
            is_open: is_open(&stack.template),
        }
    }
}

/// Whether a macro or a loop may add resources.
fn is_open(template: &Value) -> bool {
    let named = |value: &Value| {
        let name = value.get("Name").unwrap_or(value);
        !matches!(
            name.as_str(),
            Some(
                "AWS::LanguageExtensions"
                    | "AWS::Serverless-2016-10-31"
                    | "AWS::SecretsManager-2020-07-23"
                    | "AWS::SecretsManager-2024-09-16"
            )
        )
    };
    let adds = |key: &str| key.starts_with("Fn::ForEach") || key == "Fn::Transform";
    let transforms = cloudformation::template::one_or_many(template.get("Transform"));
    transforms.into_iter().any(named)
        || template.get("Fn::Transform").is_some()
        || entries(template, "Resources").any(|(key, _)| adds(key))
}
