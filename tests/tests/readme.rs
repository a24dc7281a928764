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

/// What stands before the first omission, and every line about a stack: how long it took differs.
#[test]
fn the_deployment_is_real() {
    let words = ["xtask", "deploy", "--env", "staging", "--local"];
    let output = Command::new(env!("CARGO"))
        .args(words)
        // As fast as this machine is; the README's was made at the usual speed.
        .args(["--local-speed", "100000"])
        .env("LANG", "C.UTF-8")
        .current_dir(root())
        .output()
        .unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.status.success(),
        "{printed}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let session = shown("cargo xtask deploy --env staging --local", "Two commands");
    let parts: Vec<&str> = session.split("\n…\n").collect();
    let [plan, order, stacks] = parts[..] else {
        panic!("the README leaves out two parts of the session")
    };
    let (before_commit, after_commit) = plan.split_once('…').unwrap();
    for part in [before_commit, after_commit, order] {
        assert!(printed.contains(part), "{part}\nis not in\n{printed}");
    }
    for line in stacks.lines().filter(|line| line.starts_with('✓')) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [_, stack, "created", count, "resources", _] = words[..] else {
            panic!("{line}")
        };
        let told = printed.lines().any(|line| {
            line.contains(stack) && line.contains(&format!("created, {count} resources"))
        });
        assert!(told, "{line}\nis not in\n{printed}");
    }
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
