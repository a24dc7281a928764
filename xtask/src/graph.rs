//! The graph of imports between stacks, for Mermaid and Graphviz.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use common::assembly::{Assembly, AssemblyError, dependencies};
use common::stack::StackArtifact;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grain {
    /// A stack; those that every application has are one.
    Families,
    Stacks,
    Crates,
}

/// A graph of names. Arrows point from what is imported from to what imports, which is the order
/// of a deployment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Graph {
    nodes: BTreeSet<String>,
    arrows: BTreeSet<(String, String)>,
}

impl Graph {
    /// The graph of the environments together.
    ///
    /// # Errors
    /// When an import has no export behind it.
    pub fn of(assemblies: &[Assembly], grain: Grain) -> Result<Self, AssemblyError> {
        let mut graph = Self::default();
        for assembly in assemblies {
            let name = |stack: &StackArtifact| match grain {
                Grain::Families => family(stack),
                Grain::Stacks => stack.id.clone(),
                Grain::Crates => stack.crate_name.clone(),
            };
            let names: BTreeMap<_, _> = assembly
                .stacks
                .iter()
                .map(|stack| (&stack.name, name(stack)))
                .collect();
            graph.nodes.extend(names.values().cloned());
            for (stack, producers) in dependencies(&assembly.stacks)? {
                for producer in producers {
                    let arrow = (names[producer].clone(), names[stack].clone());
                    // Stacks of one crate may import from each other.
                    if arrow.0 != arrow.1 {
                        graph.arrows.insert(arrow);
                    }
                }
            }
        }
        Ok(graph)
    }

    #[must_use]
    pub const fn nodes(&self) -> &BTreeSet<String> {
        &self.nodes
    }

    /// The arrows, each from what is imported from to what imports.
    #[must_use]
    pub const fn arrows(&self) -> &BTreeSet<(String, String)> {
        &self.arrows
    }

    #[must_use]
    pub fn mermaid(&self) -> String {
        let mut text = String::from("graph LR\n");
        for name in &self.nodes {
            let label = name.replace('<', "&lt;").replace('>', "&gt;");
            let _ = writeln!(text, "    {}[\"{label}\"]", mermaid_id(name));
        }
        for (from, to) in &self.arrows {
            let _ = writeln!(text, "    {} --> {}", mermaid_id(from), mermaid_id(to));
        }
        text
    }

    #[must_use]
    pub fn dot(&self) -> String {
        let mut text = String::from("digraph stacks {\n    rankdir=LR;\n    node [shape=box];\n");
        for name in &self.nodes {
            let _ = writeln!(text, "    \"{name}\";");
        }
        for (from, to) in &self.arrows {
            let _ = writeln!(text, "    \"{from}\" -> \"{to}\";");
        }
        text + "}\n"
    }
}

/// A name as Mermaid takes it for an id. Stack names have no underscore: ids stay apart.
fn mermaid_id(name: &str) -> String {
    let id = name.replace(|character: char| !character.is_ascii_alphanumeric(), "_");
    id.trim_end_matches('_').to_owned()
}

/// `service-web` of the application `web` is one of `service-<app>`.
fn family(stack: &StackArtifact) -> String {
    stack
        .application
        .as_deref()
        .and_then(|application| stack.id.strip_suffix(application))
        .map_or_else(|| stack.id.clone(), |family| format!("{family}<app>"))
}
