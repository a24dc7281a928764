//! What each crate compiles: the AWS SDK is a leaf, and what synthesizes stays light. And what holds for all
//! sources.

mod next_steps;
mod string_parameters;

use std::collections::BTreeSet;
use std::process::Command;

use tests::root;

/// The packages that a package compiles, itself included, without what only its tests need.
fn compiled(package: &str, more: &[&str]) -> BTreeSet<String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["tree", "--offline", "--package", package])
        .args([
            "--edges",
            "normal,build",
            "--prefix",
            "none",
            "--format",
            "{lib}",
        ])
        .args(more)
        .current_dir(root())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let tree = String::from_utf8(output.stdout).unwrap();
    let names = tree.lines().map(str::trim).filter(|line| !line.is_empty());
    names.map(str::to_owned).collect()
}

fn of_the_sdk(name: &str) -> bool {
    name.starts_with("aws_") || name.starts_with("aws-")
}

fn members() -> Vec<String> {
    let metadata = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let (_, list) = metadata.split_once("members = [").unwrap();
    let (list, _) = list.split_once(']').unwrap();
    list.lines()
        .filter_map(|line| line.trim().strip_prefix('"')?.strip_suffix("\","))
        .map(|folder| {
            let manifest = std::fs::read_to_string(root().join(folder).join("Cargo.toml")).unwrap();
            let name = manifest
                .lines()
                .find_map(|line| line.strip_prefix("name = \""));
            name.unwrap().trim_end_matches('"').to_owned()
        })
        .collect()
}

#[test]
fn only_the_adapter_compiles_the_sdk() {
    let members = members();
    assert!(members.len() > 15, "{members:?}");
    for member in &members {
        let sdk: Vec<String> = compiled(member, &[])
            .into_iter()
            .filter(|name| of_the_sdk(name))
            .collect();
        let is_adapter = member == "aws";
        assert_eq!(!sdk.is_empty(), is_adapter, "{member} compiles {sdk:?}");
    }
}

#[test]
fn a_synthesis_compiles_no_runtime_and_no_server() {
    let synthesis = compiled("xtask", &[]);
    // The checks read templates with `cloudformation`, which is small.
    for heavy in ["tokio", "hyper", "deploy", "emulator", "review"] {
        assert!(!synthesis.contains(heavy), "{synthesis:?}");
    }
}

/// `deploy --local` runs the emulator in its own process: no server, no client.
#[test]
fn the_emulator_in_process_brings_no_http() {
    let local = compiled("deploy", &["--no-default-features", "--features", "local"]);
    assert!(local.contains("emulator"), "{local:?}");
    for http in ["hyper", "hyper_util", "http", "h2", "rustls", "socket2"] {
        assert!(!local.contains(http), "{http}: {local:?}");
    }
}
