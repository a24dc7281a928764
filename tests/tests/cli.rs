//! The command lines, as people and scripts call them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use clap::CommandFactory as _;
use tests::binaries::{command, run};
use tests::{root, synthesized};

/// An empty folder for one test.
fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("cli")
        .join(test);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// A copy of the input files, for one test to spoil.
fn inputs(test: &str) -> PathBuf {
    let copy = folder(test);
    fs::create_dir(copy.join("environments")).unwrap();
    for file in [
        "applications.toml",
        "environments/production.toml",
        "environments/staging.toml",
    ] {
        fs::copy(root().join(file), copy.join(file)).unwrap();
    }
    copy
}

fn stdout(output: &Output) -> &str {
    assert!(output.status.success(), "{}", stderr(output));
    std::str::from_utf8(&output.stdout).unwrap()
}

fn stderr(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).unwrap()
}

/// The files below a folder, sorted.
fn files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path.strip_prefix(folder).unwrap().display().to_string());
            }
        }
    }
    found.retain(|file| file != ".lock");
    found.sort();
    found
}

/// Everything that can be typed, in one file.
#[test]
fn help() {
    fn collect(command: &mut clap::Command, text: &mut String) {
        text.push_str(&format!(
            "# {}\n\n",
            command.get_bin_name().unwrap_or_default()
        ));
        text.push_str(&command.render_long_help().to_string());
        for subcommand in command.get_subcommands_mut() {
            if subcommand.get_name() != "help" {
                text.push('\n');
                collect(subcommand, text);
            }
        }
    }
    let mut command = xtask::cli::Cli::command();
    command.build();
    let mut text = String::new();
    collect(&mut command, &mut text);
    text.push_str("\n# network-stack\n\n");
    text.push_str(stdout(&run("network-stack", &["--help"])));
    let long: Vec<&str> = text
        .lines()
        .filter(|line| line.chars().count() > 80)
        .collect();
    assert!(long.is_empty(), "wider than 80 columns: {long:#?}");
    insta::with_settings!({omit_expression => true, prepend_module_to_snapshot => false}, {
        insta::assert_snapshot!("help", text);
    });
}

#[test]
fn synth_writes_what_is_deployed() {
    let out = folder("synth");
    // Of a stack that is no more.
    fs::create_dir(out.join("staging")).unwrap();
    fs::write(out.join("staging/assembly.json"), "{}").unwrap();
    fs::write(out.join("staging/gone.template.json"), "{}").unwrap();

    let output = run("xtask", &["synth", "--out", out.to_str().unwrap()]);
    let table = stdout(&output);
    assert!(
        table.lines().all(|line| line.chars().count() <= 80),
        "{table}"
    );

    let mut expected = Vec::new();
    for synthesis in synthesized() {
        let name = synthesis.environment.name;
        let mut assembly = synthesis.assembly.clone();
        for stack in &mut assembly.stacks {
            let file = format!("{name}/{}.template.json", stack.name);
            assert_eq!(
                fs::read_to_string(out.join(&file)).unwrap(),
                stack.template.take().as_deref().unwrap()
            );
            expected.push(file);
            assert!(table.contains(&format!("\n  {} ", stack.id)), "{table}");
        }
        let file = format!("{name}/assembly.json");
        let text = serde_json::to_string_pretty(&assembly).unwrap() + "\n";
        assert_eq!(fs::read_to_string(out.join(&file)).unwrap(), text);
        expected.push(file);
    }
    expected.sort();
    assert_eq!(files(&out), expected);
}

#[test]
fn synth_of_one_environment_leaves_the_other() {
    let out = folder("one");
    stdout(&run(
        "xtask",
        &[
            "synth",
            "--env",
            "production",
            "--out",
            out.to_str().unwrap(),
        ],
    ));
    let before = files(&out);
    assert!(
        before.iter().all(|file| file.starts_with("production/")),
        "{before:?}"
    );
    stdout(&run(
        "xtask",
        &["synth", "--env", "staging", "--out", out.to_str().unwrap()],
    ));
    assert!(before.iter().all(|file| files(&out).contains(file)));
    assert!(files(&out).len() > before.len());
}

#[test]
fn two_runs_into_the_same_folder_do_not_disturb_each_other() {
    let out = folder("parallel");
    let start = || {
        command("xtask")
            .args(["synth", "--out", out.to_str().unwrap()])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    };
    let running: Vec<_> = (0..4).map(|_| start()).collect();
    for child in running {
        stdout(&child.wait_with_output().unwrap());
    }
    let expected: usize = synthesized()
        .iter()
        .map(|synthesis| synthesis.assembly.stacks.len() + 1)
        .sum();
    assert_eq!(files(&out).len(), expected);
}

#[test]
fn refused_input_leaves_everything_as_it_was() {
    let config = inputs("refused");
    let out = config.join("out");
    let arguments = |verb| {
        let config = config.to_str().unwrap().to_owned();
        [
            verb,
            "--config".to_owned(),
            config,
            "--out".to_owned(),
            out.display().to_string(),
        ]
    };
    let synth = || {
        let arguments = arguments("synth".to_owned());
        run("xtask", &arguments.each_ref().map(String::as_str))
    };
    stdout(&synth());
    let before = files(&out);

    let path = config.join("environments/staging.toml");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replacen("region =", "regoin =", 1)).unwrap();
    let output = synth();
    assert_eq!(
        output.status.code(),
        Some(i32::from(xtask::exit_code::INPUT))
    );
    assert!(output.stdout.is_empty());
    // Every stack binary would say the same: it is said once.
    assert_eq!(
        stderr(&output).matches("did you mean").count(),
        1,
        "{}",
        stderr(&output)
    );
    assert_eq!(files(&out), before);

    fs::remove_dir_all(&out).unwrap();
    synth();
    assert!(!out.exists());
}

#[test]
fn a_folder_that_is_no_assembly_is_not_replaced() {
    let out = folder("foreign");
    fs::create_dir(out.join("staging")).unwrap();
    fs::write(out.join("staging/thesis.txt"), "years of work").unwrap();
    let output = run("xtask", &["synth", "--out", out.to_str().unwrap()]);
    assert_eq!(
        output.status.code(),
        Some(i32::from(xtask::exit_code::FAILURE))
    );
    let message = stderr(&output).replace(out.to_str().unwrap(), "<out>");
    insta::assert_snapshot!(message, @"
    error: <out>/staging holds no assembly, so it is not replaced
      = help: give another folder with --out, or remove it
    ");
    assert_eq!(files(&out), ["staging/thesis.txt"]);
}

#[test]
fn unknown_environment() {
    let output = run("xtask", &["synth", "--env", "stagign"]);
    assert_eq!(
        output.status.code(),
        Some(i32::from(xtask::exit_code::USAGE))
    );
    insta::assert_snapshot!(stderr(&output), @"
    error: invalid value 'stagign' for '--env <ENVIRONMENT>'
      [possible values: production, staging]

      tip: a similar value exists: 'staging'

    For more information, try '--help'.
    ");
}

#[test]
fn outside_of_the_workspace() {
    let output = command("xtask")
        .arg("check")
        .current_dir("/")
        .output()
        .unwrap();
    assert_eq!(
        output.status.code(),
        Some(i32::from(xtask::exit_code::USAGE))
    );
    insta::assert_snapshot!(stderr(&output), @"
    error: no workspace around /
      = help: call it inside of the repository
    ");
}

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

#[test]
fn a_stack_binary_prints_its_template() {
    for synthesis in synthesized() {
        let name = synthesis.environment.name.as_str();
        let stacks = &synthesis.assembly.stacks;
        let network = stacks.iter().find(|stack| stack.id == "network").unwrap();
        let output = run("network-stack", &["--env", name]);
        let expected = common::template::indented(network.template.as_deref().unwrap());
        assert_eq!(stdout(&output), expected);

        let output = run(
            "ecs-stack",
            &["--env", name, "--stack", "ecs", "--format", "json"],
        );
        let printed: Vec<common::stack::StackArtifact> =
            serde_json::from_str(stdout(&output)).unwrap();
        let ecs: Vec<_> = stacks
            .iter()
            .filter(|stack| stack.id == "ecs")
            .cloned()
            .collect();
        assert_eq!(printed, ecs);
    }
}

#[test]
fn a_stack_binary_has_no_default_environment() {
    let output = run("network-stack", &[]);
    assert_eq!(output.status.code(), Some(2));
    insta::assert_snapshot!(stderr(&output), @"
    error: the following required arguments were not provided:
      --env <ENVIRONMENT>

    Usage: network-stack --env <ENVIRONMENT>

    For more information, try '--help'.
    ");
}

#[test]
fn a_stack_binary_knows_its_stacks() {
    let output = run("network-stack", &["--env", "staging", "--stack", "netwrok"]);
    assert_eq!(output.status.code(), Some(1));
    insta::assert_snapshot!(stderr(&output), @"
    there is no stack `netwrok`
      = help: this crate defines network
    ");
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
