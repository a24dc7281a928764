//! The graph of the stack crates in Cargo, the graph of imports and the order of a deployment are
//! one graph.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use common::assembly::dependencies;
use tests::synthesis::CRATES;
use tests::{root, synthesized};
use xtask::graph::{Grain, Graph};
use xtask::workspace::Workspace;

fn workspace() -> Workspace {
    Workspace::around(root()).unwrap()
}

#[test]
fn every_stack_crate_is_tested() {
    let workspace = workspace();
    let found: BTreeSet<&str> = workspace
        .stack_crates()
        .map(|member| member.name.as_str())
        .collect();
    assert_eq!(found, CRATES.iter().map(|(name, _)| *name).collect());
}

#[test]
fn a_stack_crate_depends_on_those_it_imports_from() {
    let workspace = workspace();
    let stack_crates: BTreeSet<&str> = workspace
        .stack_crates()
        .map(|member| member.name.as_str())
        .collect();
    let cargo: BTreeSet<(String, String)> = workspace
        .stack_crates()
        .flat_map(|member| {
            let dependencies = member.dependencies.iter();
            dependencies
                .filter(|dependency| stack_crates.contains(dependency.as_str()))
                .map(|dependency| (dependency.clone(), member.name.clone()))
        })
        .collect();
    for synthesis in synthesized() {
        let assembly = std::slice::from_ref(&synthesis.assembly);
        let graph = Graph::of(assembly, Grain::Crates).unwrap();
        assert_eq!(graph.arrows(), &cargo, "in {}", synthesis.environment.name);
    }
}

#[test]
fn the_order_follows_the_imports() {
    for synthesis in synthesized() {
        let assembly = &synthesis.assembly;
        let layer: BTreeMap<_, usize> = assembly
            .order
            .iter()
            .enumerate()
            .flat_map(|(index, stacks)| stacks.iter().map(move |stack| (stack, index)))
            .collect();
        assert_eq!(layer.len(), assembly.stacks.len());
        for (stack, producers) in dependencies(&assembly.stacks).unwrap() {
            for producer in producers {
                assert!(
                    layer[producer] < layer[stack],
                    "{producer} comes after {stack}"
                );
            }
        }
    }
}

/// `cargo xtask synth` on a fresh machine is fast because of what it does not compile.
#[test]
fn synthesis_needs_no_sdk_and_no_async_runtime() {
    let mut tree = Command::new(env!("CARGO"));
    tree.args([
        "tree",
        "--offline",
        "--prefix",
        "none",
        "--edges",
        "normal,build",
    ]);
    for package in ["xtask"]
        .into_iter()
        .chain(CRATES.iter().map(|(name, _)| *name))
    {
        tree.args(["--package", package]);
    }
    let output = tree.current_dir(root()).output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let packages = String::from_utf8(output.stdout).unwrap();
    assert!(
        packages.lines().any(|line| line.starts_with("clap ")),
        "{packages}"
    );
    for heavy in [
        "aws-",
        "tokio",
        "async-std",
        "smol",
        "hyper",
        "reqwest",
        "rustls",
    ] {
        let found: Vec<&str> = packages
            .lines()
            .filter(|line| line.starts_with(heavy))
            .collect();
        assert!(found.is_empty(), "{found:?}");
    }
}

#[test]
fn drawings() {
    let assemblies: Vec<_> = synthesized()
        .iter()
        .map(|synthesis| synthesis.assembly.clone())
        .collect();
    let families = Graph::of(&assemblies, Grain::Families).unwrap();
    let crates = Graph::of(&assemblies, Grain::Crates).unwrap();
    insta::assert_snapshot!("families-mermaid", families.mermaid());
    insta::assert_snapshot!("crates-dot", crates.dot());
}
