//! Errors of `cargo xtask`, followed from their next step.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use cli_conventions::next_step::Situation;
use tests::binaries::{command, run};
use tests::sample;

use crate::{files, folder, inputs, stderr, stdout};

/// Hands on to the real stack binary.
const STACK: &str = r#"
fn main() {
    let words = std::env::args().skip(1);
    let status = std::process::Command::new(std::env::var("STACK").unwrap()).args(words).status();
    std::process::exit(status.unwrap().code().unwrap());
}
"#;

#[track_caller]
fn says(output: &Output, situation: Situation<'_>) {
    assert!(!output.status.success());
    let (said, help) = (stderr(output), situation.help());
    assert!(said.contains(&help), "{help}\nin: {said}");
}

fn edit(file: &Path, old: &str, new: &str) {
    let text = fs::read_to_string(file).unwrap();
    assert!(text.contains(old), "{old}");
    fs::write(file, text.replacen(old, new, 1)).unwrap();
}

fn add(config: &Path, words: &str) -> Output {
    let config = ["--config", config.to_str().unwrap()];
    let words: Vec<&str> = words.split(' ').collect();
    run(
        "xtask",
        &[&["applications", "add"], &words[..], &config].concat(),
    )
}

#[test]
fn an_application_that_is_defined() {
    let config = inputs("next-application-defined");
    let words = "web --repository lemonade/shop --host shop";
    says(&add(&config, words), Situation::ApplicationDefined);
    stdout(&add(&config, &words.replacen("web", "shop", 1)));
    let file = config.join("applications.toml");
    edit(&file, "memory = 768", "memory = 1024");
    let config = ["--config", config.to_str().unwrap()];
    let listed = run("xtask", &[&["applications", "list"], &config[..]].concat());
    assert!(stdout(&listed).contains("shop.lemonade.example"));
}

/// A rule for paths has to come before the one for every path of the host.
#[test]
fn no_room_between_priorities() {
    let config = inputs("next-priorities");
    let file = config.join("applications.toml");
    edit(&file, "priority = 100", "priority = 1");
    let words = "shop --repository lemonade/shop --host www --path /shop/*";
    says(&add(&config, words), Situation::PrioritiesTaken);
    edit(&file, "priority = 1\n", "priority = 100\n");
    stdout(&add(&config, words));
}

#[test]
fn outside_of_the_workspace() {
    let list = || {
        let mut list = command("xtask");
        list.args(["applications", "list"]);
        list
    };
    let output = list().current_dir("/").output().unwrap();
    says(&output, Situation::OutsideOfWorkspace);
    stdout(&list().output().unwrap());
}

#[test]
fn a_folder_that_holds_something_else() {
    let out = folder("next-foreign");
    fs::create_dir(out.join("staging")).unwrap();
    fs::write(out.join("staging/thesis.txt"), "years of work").unwrap();
    let synth = |out: &Path| {
        let words = ["synth", "--env", "staging", "--out", out.to_str().unwrap()];
        run("xtask", &words)
    };
    says(
        &synth(&out),
        Situation::OutputNotReplaced { option: "--out" },
    );
    let other = folder("next-foreign-other");
    stdout(&synth(&other));
    fs::remove_dir_all(out.join("staging")).unwrap();
    stdout(&synth(&out));
    assert_eq!(files(&out), files(&other));
}

/// A workspace whose one crate has no stacks and no binary.
fn workspace(name: &str) -> PathBuf {
    let root = std::env::temp_dir().join(format!("next-step-{}-{name}", std::process::id()));
    let _ = fs::remove_dir_all(&root);
    fs::create_dir_all(root.join("network-stack/src")).unwrap();
    let members = "[workspace]\nresolver = \"3\"\nmembers = [\"network-stack\"]\n";
    fs::write(root.join("Cargo.toml"), members).unwrap();
    let package = "[package]\nname = \"network-stack\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";
    fs::write(root.join("network-stack/Cargo.toml"), package).unwrap();
    fs::write(root.join("network-stack/src/lib.rs"), "").unwrap();
    sample::copy_to(&root);
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut lock = Command::new(cargo);
    lock.args(["generate-lockfile", "--offline"])
        .current_dir(&root);
    assert!(lock.status().unwrap().success());
    root
}

#[test]
fn a_workspace_without_stacks() {
    let root = workspace("stacks");
    let synth = || {
        let mut synth = command("xtask");
        synth
            .args(["synth", "--env", "staging", "--out", "out"])
            .env("STACK", command("network-stack").get_program())
            .current_dir(&root);
        synth.output().unwrap()
    };
    says(&synth(), Situation::StacksMissing);
    let manifest = root.join("network-stack/Cargo.toml");
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, text + "[package.metadata.stack]\n").unwrap();
    says(&synth(), Situation::BinaryMissing);
    fs::write(root.join("network-stack/src/main.rs"), STACK).unwrap();
    stdout(&synth());
    let written = files(&root.join("out"));
    let is_template = |file: &String| file.ends_with("-network.template.json");
    assert!(written.iter().any(is_template), "{written:?}");
    fs::remove_dir_all(&root).unwrap();
}
