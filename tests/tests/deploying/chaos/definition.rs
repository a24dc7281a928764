//! Definitions by chance: a few stacks that import from those before them, and what is made of them.

use serde_json::json;
use tests::small::{SmallStack, stack};

use tests::chance::Chance;

/// The resource that can't be replaced without a word.
const GUARDED: &str = "Vpc";

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Definition {
    stacks: Vec<Shape>,
    /// How many stacks, resources and exports were ever named, so that no name comes back.
    named: u32,
}

/// What a stack is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Shape {
    id: String,
    /// Parameters, with the version of each.
    parameters: Vec<(String, u32)>,
    /// Outputs, each with the parameter that it exports.
    exports: Vec<(String, String)>,
    /// Whose outputs it imports.
    imports: Vec<(String, String)>,
    /// The network of the guarded resource, if it has one.
    guarded: Option<u32>,
}

impl Definition {
    /// Two to four stacks.
    pub(super) fn new(chance: &mut Chance) -> Self {
        let mut definition = Self {
            stacks: Vec::new(),
            named: 0,
        };
        for _ in 0..2 + chance.below(3) {
            definition.add_stack(chance);
        }
        definition
    }

    /// The same with some changes.
    pub(super) fn changed(&self, chance: &mut Chance) -> Self {
        let mut changed = self.clone();
        for _ in 0..1 + chance.below(3) {
            changed.change(chance);
        }
        changed
    }

    pub(super) fn stacks(&self) -> Vec<SmallStack> {
        self.stacks.iter().map(Shape::stack).collect()
    }

    fn name(&mut self, what: &str) -> String {
        self.named += 1;
        format!("{what}{}", self.named)
    }

    fn add_stack(&mut self, chance: &mut Chance) {
        let id = self.name("stack");
        let first = self.name("P");
        let mut shape = Shape {
            id,
            parameters: vec![(first.clone(), 1)],
            exports: Vec::new(),
            imports: Vec::new(),
            guarded: chance.permille(250).then_some(0),
        };
        if chance.permille(400) {
            shape.parameters.push((self.name("P"), 1));
        }
        if chance.permille(800) {
            shape.exports.push((self.name("E"), first));
        }
        let available: Vec<(String, String)> = self
            .stacks
            .iter()
            .flat_map(|stack| {
                let outputs = stack.exports.iter();
                outputs.map(|(output, _)| (stack.id.clone(), output.clone()))
            })
            .collect();
        for import in available {
            if chance.permille(500) {
                shape.imports.push(import);
            }
        }
        self.stacks.push(shape);
    }

    fn change(&mut self, chance: &mut Chance) {
        let at = chance.below(self.stacks.len());
        match chance.below(10) {
            0..=2 => {
                let parameters = &mut self.stacks[at].parameters;
                let which = chance.below(parameters.len());
                parameters[which].1 += 1;
            }
            3 => {
                let name = self.name("P");
                self.stacks[at].parameters.push((name, 1));
            }
            4 => self.remove_parameter(at, chance),
            5 | 6 => self.rename_export(at, chance),
            7 => self.add_stack(chance),
            8 => self.remove_stack(at),
            _ => {
                let guarded = &mut self.stacks[at].guarded;
                *guarded = guarded.map(|network| (network + 1) % 200).or(Some(0));
            }
        }
    }

    /// A parameter goes, and what it exported with it.
    fn remove_parameter(&mut self, at: usize, chance: &mut Chance) {
        let parameters = &self.stacks[at].parameters;
        if parameters.len() < 2 {
            return;
        }
        let gone = parameters[chance.below(parameters.len())].0.clone();
        let shape = &mut self.stacks[at];
        shape.parameters.retain(|(name, _)| *name != gone);
        let exports = std::mem::take(&mut shape.exports);
        let (left, gone): (Vec<_>, Vec<_>) = exports.into_iter().partition(|one| one.1 != gone);
        shape.exports = left;
        let id = shape.id.clone();
        self.drop_imports(|stack, output| {
            stack == id && gone.iter().any(|export| export.0 == output)
        });
    }

    /// An export gets another name, perhaps with another resource behind it.
    fn rename_export(&mut self, at: usize, chance: &mut Chance) {
        let Some((old, of)) = self.stacks[at].exports.first().cloned() else {
            return;
        };
        let new = self.name("E");
        let moved = chance.permille(400).then(|| self.name("P"));
        let shape = &mut self.stacks[at];
        if let Some(parameter) = &moved {
            shape.parameters.push((parameter.clone(), 1));
            if shape
                .exports
                .iter()
                .all(|export| export.0 == old || export.1 != of)
            {
                shape.parameters.retain(|(name, _)| *name != of);
            }
        }
        shape.exports[0] = (new.clone(), moved.unwrap_or(of));
        let id = shape.id.clone();
        for (stack, output) in self.stacks.iter_mut().flat_map(|one| &mut one.imports) {
            if *stack == id && *output == old {
                output.clone_from(&new);
            }
        }
    }

    fn remove_stack(&mut self, at: usize) {
        if self.stacks.len() < 2 {
            return;
        }
        let gone = self.stacks.remove(at).id;
        self.drop_imports(|stack, _| stack == gone);
    }

    fn drop_imports(&mut self, which: impl Fn(&str, &str) -> bool) {
        for shape in &mut self.stacks {
            shape
                .imports
                .retain(|(stack, output)| !which(stack, output));
        }
    }
}

impl Shape {
    fn stack(&self) -> SmallStack {
        let mut stack = stack(&self.id);
        for (name, version) in &self.parameters {
            stack = stack.parameter(name, version.to_string());
        }
        if let Some(network) = self.guarded {
            let vpc = json!({ "CidrBlock": format!("10.{network}.0.0/16") });
            stack = stack.resource(GUARDED, "AWS::EC2::VPC", vpc);
        }
        for (output, parameter) in &self.exports {
            stack = stack.export(output, parameter);
        }
        for (producer, output) in &self.imports {
            stack = stack.import(producer, output);
        }
        stack
    }
}
