//! The output that the README and its neighbours show is what the commands print.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Mutex;

use tests::root;

const README: &str = "README.md";
const ARCHITECTURE: &str = "ARCHITECTURE.md";
const ASSEMBLY: &str = "docs/assembly.md";

fn read(document: &str) -> String {
    fs::read_to_string(root().join(document)).unwrap()
}

fn cargo(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO"));
    command.args(arguments).current_dir(root());
    command.output().unwrap()
}

/// The lines that a document shows under a command, to the end of the block.
fn shown(document: &str, command: &str) -> String {
    let text = read(document);
    let (_, rest) = text.split_once(&format!("$ {command}\n")).unwrap();
    rest.split("```").next().unwrap().to_owned()
}

#[test]
fn the_graph_is_up_to_date() {
    let output = cargo(&["xtask", "graph"]);
    let graph = String::from_utf8(output.stdout).unwrap();
    let architecture = read(ARCHITECTURE);
    let (_, rest) = architecture.split_once("```mermaid\n").unwrap();
    let found = rest.split("```").next().unwrap();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        rewrite(ARCHITECTURE, found, graph.trim_end_matches("```\n"));
    } else {
        assert_eq!(found, graph, "UPDATE_DOCS=1 writes it");
    }
}

/// Compares what a document shows under a command; with `UPDATE_DOCS=1`, writes it instead.
fn assert_shown(document: &str, command: &str, expected: &str) {
    let found = shown(document, command);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        rewrite(document, &found, expected);
    } else {
        assert_eq!(found, expected, "UPDATE_DOCS=1 writes it");
    }
}

/// Replaces a part of a document. Tests run in parallel, and each has its own parts.
fn rewrite(document: &str, found: &str, expected: &str) {
    static ONE: Mutex<()> = Mutex::new(());
    let _one = ONE.lock().unwrap();
    fs::write(
        root().join(document),
        read(document).replacen(found, expected, 1),
    )
    .unwrap();
}

#[test]
fn the_session_is_up_to_date() {
    let output = cargo(&["xtask", "synth", "--env", "staging"]);
    let session = String::from_utf8(output.stdout).unwrap();
    assert_shown(ASSEMBLY, "cargo xtask synth --env staging", &session);
}

/// What stands before the first omission, and every line about a stack: how long it took differs.
#[test]
fn the_deployment_is_up_to_date() {
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
    let session = shown(README, "cargo xtask deploy --env staging --local");
    let parts: Vec<&str> = session.split("\n…\n").collect();
    let [plan, order, stacks] = parts[..] else {
        panic!("the README leaves out two parts of the session")
    };
    if std::env::var_os("UPDATE_DOCS").is_some() {
        return write_deployment(order, stacks, &printed);
    }
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

/// Writes what depends on the definition: the order, and how many resources each stack has. How long
/// it took stays as it was seen.
fn write_deployment(order: &str, stacks: &str, printed: &str) {
    let end = printed.find(" to create\n").unwrap();
    let begin = printed[..end].rfind('\n').unwrap() + 1;
    let new = printed[begin..].split("\n\n").next().unwrap();
    rewrite(README, order, new);
    let count = |line: &str| {
        let stack = line.split_whitespace().nth(1)?;
        let mut lines = printed.lines();
        let told = lines.find(|told| {
            told.contains("created, ") && told.split_whitespace().any(|word| word == stack)
        })?;
        let (_, after) = told.split_once("created, ")?;
        after
            .split_once(" resources")
            .map(|(count, _)| count.to_owned())
    };
    let new: Vec<String> = stacks
        .lines()
        .map(|line| match count(line) {
            Some(count) if line.starts_with('✓') => {
                let (before, rest) = line.split_once("created").unwrap();
                let took = rest.split_whitespace().next_back().unwrap();
                let text = format!("       {count} resources");
                let width = rest.chars().count() - took.len();
                format!("{before}created{text:<width$}{took}")
            }
            _ => line.to_owned(),
        })
        .collect();
    rewrite(README, stacks.trim_end_matches('\n'), &new.join("\n"));
}

#[test]
fn the_template_is_up_to_date() {
    const COMMAND: &str = "cargo run -q -p network-stack -- --env staging | head -12";
    let arguments = ["run", "-q", "-p", "network-stack", "--", "--env", "staging"];
    let output = cargo(&arguments);
    let template = String::from_utf8(output.stdout).unwrap();
    assert_eq!(shown(ARCHITECTURE, COMMAND).lines().count(), 12);
    let first: String = template.split_inclusive('\n').take(12).collect();
    assert_shown(ARCHITECTURE, COMMAND, &first);
}

/// The README's mistake, made in a copy of the files.
#[test]
fn the_error_is_up_to_date() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("readme");
    fs::create_dir_all(folder.join("environments")).unwrap();
    for (file, from, to) in [
        ("applications.toml", "", ""),
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
    assert_shown(README, "cargo xtask synth", &errors);
}
