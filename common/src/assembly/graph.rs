//! The order of stacks, derived from what they import.

use std::collections::{BTreeMap, BTreeSet};

use crate::naming::StackName;
use crate::stack::StackArtifact;
use crate::suggestion::{did_you_mean, most_similar};
use crate::terminal_text::displayed;

/// Why imports don't give an order.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GraphError {
    /// CloudFormation would refuse the importing stack.
    #[error("stack {stack} imports `{}`, which no stack exports{}", displayed(.import), did_you_mean(.nearest.as_deref()))]
    NoExport {
        /// The importer.
        stack: StackName,
        /// The export's full name.
        import: String,
        /// The export whose name is most like it.
        nearest: Option<String>,
    },
    /// None of the stacks could be deployed first.
    #[error(
        "stacks import from each other in a circle: {}\n  = help: move what they share into a \
         stack that both import from",
        circle(.path)
    )]
    Cycle {
        /// The stacks around the circle, the first one twice.
        path: Vec<StackName>,
    },
}

fn circle(path: &[StackName]) -> String {
    path.iter()
        .map(StackName::as_str)
        .collect::<Vec<_>>()
        .join(" → ")
}

/// The stacks that each stack imports from.
///
/// # Errors
/// When an import has no export behind it.
pub fn dependencies(
    stacks: &[StackArtifact],
) -> Result<BTreeMap<&StackName, BTreeSet<&StackName>>, GraphError> {
    let exporters: BTreeMap<&str, &StackName> = stacks
        .iter()
        .flat_map(|stack| {
            stack
                .exports
                .iter()
                .map(move |export| (export.name.as_str(), &stack.name))
        })
        .collect();
    let mut edges = BTreeMap::new();
    for stack in stacks {
        let mut producers = BTreeSet::new();
        for import in &stack.imports {
            let Some(producer) = exporters.get(import.as_str()) else {
                return Err(GraphError::NoExport {
                    stack: stack.name.clone(),
                    import: import.clone(),
                    nearest: most_similar(import, exporters.keys().copied()),
                });
            };
            producers.insert(*producer);
        }
        edges.insert(&stack.name, producers);
    }
    Ok(edges)
}

/// The stacks in layers, each of which imports only from layers before its own; sorted by name
/// inside a layer. What a person applies comes before everything, in layers of its own: it holds
/// the boundary that roles of every other stack are created with.
///
/// # Errors
/// When an import has no export behind it, or stacks import in a circle.
pub fn layers(stacks: &[StackArtifact]) -> Result<Vec<Vec<StackName>>, GraphError> {
    let mut waiting = dependencies(stacks)?;
    let mut layers = Vec::new();
    let by_a_person: BTreeSet<&StackName> = stacks
        .iter()
        .filter(|stack| stack.applied_manually)
        .map(|stack| &stack.name)
        .collect();
    while !waiting.is_empty() {
        let ready: Vec<&StackName> = waiting
            .iter()
            .filter(|(_, producers)| producers.iter().all(|name| !waiting.contains_key(name)))
            .map(|(name, _)| *name)
            .collect();
        if ready.is_empty() {
            return Err(GraphError::Cycle {
                path: find_circle(&waiting),
            });
        }
        let first = ready.iter().any(|name| by_a_person.contains(name));
        let layer: Vec<StackName> = ready
            .into_iter()
            .filter(|name| !first || by_a_person.contains(name))
            .cloned()
            .collect();
        waiting.retain(|name, _| !layer.contains(name));
        layers.push(layer);
    }
    Ok(layers)
}

/// A circle among stacks that all wait for another one: following any of them leads into one.
fn find_circle(waiting: &BTreeMap<&StackName, BTreeSet<&StackName>>) -> Vec<StackName> {
    let mut path: Vec<&StackName> = Vec::new();
    let mut next = waiting.keys().next().copied();
    while let Some(stack) = next {
        if let Some(start) = path.iter().position(|step| *step == stack) {
            return path
                .iter()
                .skip(start)
                .copied()
                .chain([stack])
                .cloned()
                .collect();
        }
        path.push(stack);
        next = waiting
            .get(stack)
            .and_then(|producers| producers.iter().find(|name| waiting.contains_key(*name)))
            .copied();
    }
    path.into_iter().cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::environment::EnvironmentName;
    use crate::stack::ExportRecord;

    fn stack(id: &str, exports: &[&str], imports: &[&str]) -> StackArtifact {
        let name: StackName =
            serde_json::from_value(format!("lemonade-staging-{id}").into()).unwrap();
        StackArtifact {
            id: id.to_owned(),
            crate_name: format!("{id}-stack"),
            environment: EnvironmentName::Staging,
            application: None,
            applied_manually: false,
            digest: String::new(),
            bytes: 0,
            resources: 0,
            quotas: BTreeMap::new(),
            resource_types: Vec::new(),
            capabilities: Vec::new(),
            parameters: Vec::new(),
            tags: BTreeMap::new(),
            termination_protection: false,
            notes: Vec::new(),
            exports: exports
                .iter()
                .map(|output| ExportRecord {
                    name: format!("{name}-{output}"),
                    output: (*output).to_owned(),
                    kind: "Id".to_owned(),
                })
                .collect(),
            imports: imports
                .iter()
                .map(|name| format!("lemonade-staging-{name}"))
                .collect(),
            retained: Vec::new(),
            guarded: Vec::new(),
            locations: BTreeMap::new(),
            template: None,
            name,
        }
    }

    #[test]
    fn layers_follow_imports() {
        let stacks = [
            stack("service", &[], &["cluster-C", "entry-L"]),
            stack("cluster", &["C"], &["network-V"]),
            stack("entry", &["L"], &["network-V"]),
            stack("network", &["V"], &[]),
        ];
        let layers = layers(&stacks).unwrap();
        let names: Vec<Vec<&str>> = layers
            .iter()
            .map(|layer| layer.iter().map(StackName::id).collect())
            .collect();
        assert_eq!(
            names,
            [vec!["network"], vec!["cluster", "entry"], vec!["service"]]
        );
    }

    #[test]
    fn what_a_person_applies_comes_first_in_layers_of_its_own() {
        let by_a_person = |stack| StackArtifact {
            applied_manually: true,
            ..stack
        };
        let stacks = [
            stack("network", &["V"], &[]),
            by_a_person(stack("roles", &["R"], &["boundary-B"])),
            by_a_person(stack("boundary", &["B"], &[])),
            stack("service", &[], &["network-V"]),
        ];
        let layers = layers(&stacks).unwrap();
        let names: Vec<Vec<&str>> = layers
            .iter()
            .map(|layer| layer.iter().map(StackName::id).collect())
            .collect();
        assert_eq!(
            names,
            [
                vec!["boundary"],
                vec!["roles"],
                vec!["network"],
                vec!["service"]
            ]
        );
    }

    #[test]
    fn a_circle_is_named() {
        let stacks = [
            stack("a", &["A"], &["c-C"]),
            stack("b", &["B"], &["a-A"]),
            stack("c", &["C"], &["b-B"]),
            stack("outside", &[], &["a-A"]),
        ];
        insta::assert_snapshot!(layers(&stacks).unwrap_err(), @r"
        stacks import from each other in a circle: lemonade-staging-a → lemonade-staging-c → lemonade-staging-b → lemonade-staging-a
          = help: move what they share into a stack that both import from
        ");
    }

    #[test]
    fn an_import_of_nothing_is_named_with_the_nearest_export() {
        let stacks = [
            stack("network", &["Vpc"], &[]),
            stack("ecs", &[], &["network-Vcp"]),
        ];
        insta::assert_snapshot!(layers(&stacks).unwrap_err(), @r"
        stack lemonade-staging-ecs imports `lemonade-staging-network-Vcp`, which no stack exports
          = help: did you mean `lemonade-staging-network-Vpc`?
        ");
    }
}
