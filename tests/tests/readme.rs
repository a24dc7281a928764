//! The README shows what really happens.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tests::root;

fn readme() -> String {
    fs::read_to_string(root().join("README.md")).unwrap()
}

fn cargo(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO"));
    command.args(arguments).current_dir(root());
    command.output().unwrap()
}

/// The lines that the README shows under a command, to the end of the block.
fn shown(command: &str, after: &str) -> String {
    let readme = readme();
    let (_, rest) = readme.split_once(after).unwrap();
    let (_, rest) = rest.split_once(&format!("$ {command}\n")).unwrap();
    rest.split("```").next().unwrap().to_owned()
}

#[test]
fn the_graph_is_that_of_the_stacks() {
    let output = cargo(&["xtask", "graph"]);
    let graph = String::from_utf8(output.stdout).unwrap();
    assert!(
        readme().contains(&graph),
        "README.md is out of date, paste:\n{graph}"
    );
}

#[test]
fn the_session_is_real() {
    let output = cargo(&["xtask", "synth", "--env", "staging"]);
    let session = String::from_utf8(output.stdout).unwrap();
    assert_eq!(
        shown("cargo xtask synth --env staging", "## Two commands"),
        session
    );
}

#[test]
fn the_template_is_real() {
    let arguments = ["run", "-q", "-p", "network-stack", "--", "--env", "staging"];
    let output = cargo(&arguments);
    let template = String::from_utf8(output.stdout).unwrap();
    let shown = shown(
        "cargo run -q -p network-stack -- --env staging | head -12",
        "One stack",
    );
    assert_eq!(shown.lines().count(), 12);
    assert!(template.starts_with(&shown), "{shown}");
}

/// The README's mistakes, made in a copy of the files.
#[test]
fn the_errors_are_real() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("readme");
    fs::create_dir_all(folder.join("environments")).unwrap();
    for (file, from, to) in [
        ("applications.toml", "\ncpu = 256", "\ncpus = 256"),
        ("environments/staging.toml", "low = 40,", "low = 60,"),
        ("environments/production.toml", "", ""),
    ] {
        let text = fs::read_to_string(root().join(file)).unwrap();
        let text = if from.is_empty() {
            text
        } else {
            text.replacen(from, to, 1)
        };
        fs::write(folder.join(file), text).unwrap();
    }
    let output = cargo(&["xtask", "synth", "--config", folder.to_str().unwrap()]);
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(shown("cargo xtask synth", "A mistake in the files"), errors);
}
