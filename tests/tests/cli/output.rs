//! Text and JSON output.

use std::process::Stdio;

use tests::binaries::{command, run};
use tests::synthesized;

use crate::{folder, stderr, stdout};

#[test]
fn machines_read_json() {
    let out = folder("json");
    let output = run(
        "xtask",
        &["synth", "--format", "json", "--out", out.to_str().unwrap()],
    );
    let written: Vec<serde_json::Value> = serde_json::from_str(stdout(&output)).unwrap();
    for (one, synthesis) in written.iter().zip(synthesized()) {
        let name = synthesis.environment.name.as_str();
        assert_eq!(one["folder"], out.join(name).to_str().unwrap());
        assert_eq!(one["assembly"]["environment"], name);
        assert_eq!(one["assembly"]["version"], common::assembly::VERSION);
    }
    let output = run("xtask", &["check", "--format", "json"]);
    let checked: serde_json::Value = serde_json::from_str(stdout(&output)).unwrap();
    assert_eq!(checked["findings"], serde_json::json!([]));
    let stacks: usize = synthesized()
        .iter()
        .map(|one| one.assembly.stacks.len())
        .sum();
    assert_eq!(checked["stacks"], stacks);
}

/// `cargo xtask graph | head -1` is no failure.
#[test]
fn a_reader_may_stop_reading() {
    let calls: [(&str, &[&str]); 2] = [
        ("xtask", &["graph"]),
        ("network-stack", &["--env", "staging"]),
    ];
    for (binary, arguments) in calls {
        let mut child = command(binary)
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{binary}: {}", stderr(&output));
    }
}

#[test]
fn graphs_are_drawn() {
    for (format, start) in [("mermaid", "graph LR\n"), ("dot", "digraph stacks {\n")] {
        for grain in [None, Some("--stacks"), Some("--crates")] {
            let arguments: Vec<&str> = ["graph", "--format", format]
                .into_iter()
                .chain(grain)
                .collect();
            let output = run("xtask", &arguments);
            assert!(stdout(&output).starts_with(start));
        }
    }
}
