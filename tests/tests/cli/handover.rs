//! The handover to the program that deploys: the assembly of the run's own sources, independent of what other
//! commands do meanwhile.
//!
//! In a small workspace of its own: its stack crate hands on to the real one, and its `deployer` keeps what it
//! was given.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use tests::binaries::command;
use tests::git::git;
use tests::sample;

use crate::{folder, stderr};

const STACK: &str = r#"
//! Hands on to the real one, and notes what it was built from.
use std::io::Write as _;
fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let line = format!("{} {}\n", include_str!("../built-from"), words.last().unwrap());
    let mut file = std::fs::OpenOptions::new().append(true).create(true).open(std::env::var("BUILT").unwrap()).unwrap();
    file.write_all(line.as_bytes()).unwrap();
    let status = std::process::Command::new(std::env::var("STACK").unwrap()).args(words).status().unwrap();
    std::process::exit(status.code().unwrap());
}
"#;

const DEPLOYER: &str = r#"
//! Requests the synthesis of the definition, and copies the result when it is signalled.
fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let mut xtask = std::process::Command::new(std::env::var("LEMONADE_XTASK").unwrap());
    xtask.arg("handover");
    for pair in words.windows(2).filter(|pair| pair[0] == "--env" || pair[0] == "--config") {
        xtask.args(pair);
    }
    let output = xtask.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let answer = String::from_utf8(output.stdout).unwrap();
    let (_, given) = answer.split_once("\"assembly\": \"").unwrap();
    let given = given.split('"').next().unwrap();
    println!("{given}");
    if let Ok(gate) = std::env::var("GATE") {
        std::fs::read(gate).unwrap();
    }
    let kept = std::env::var("KEPT").unwrap();
    for entry in std::fs::read_dir(given).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), std::path::Path::new(&kept).join(entry.file_name())).unwrap();
    }
}
"#;

/// A workspace with a definition, in a repository of its own.
fn workspace(name: &str) -> PathBuf {
    let root = std::env::temp_dir().join(format!("handover-{}-{name}", std::process::id()));
    let _ = fs::remove_dir_all(&root);
    let write = |file: &str, text: &str| {
        let path = root.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    let package = |name: &str, more: &str| {
        format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n{more}")
    };
    let members = "[workspace]\nresolver = \"3\"\nmembers = [\"network-stack\", \"aws\"]\n";
    write("Cargo.toml", members);
    write(
        "network-stack/Cargo.toml",
        &package("network-stack", "[package.metadata.stack]\n"),
    );
    write("network-stack/src/main.rs", STACK);
    write("network-stack/built-from", "first");
    let deployer = "[[bin]]\nname = \"deployer\"\npath = \"src/main.rs\"\n";
    write("aws/Cargo.toml", &package("aws", deployer));
    write("aws/src/main.rs", DEPLOYER);
    write(".gitignore", "/target\n");
    sample::copy_to(&root);
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut lock = Command::new(cargo);
    lock.args(["generate-lockfile", "--offline"])
        .current_dir(&root);
    assert!(lock.status().unwrap().success());
    git(&root, &["init", "--quiet", "--initial-branch", "stable"]);
    commit(&root);
    root
}

fn commit(folder: &Path) -> String {
    git(folder, &["add", "--all"]);
    git(folder, &["commit", "--quiet", "--message", "a"]);
    git(folder, &["rev-parse", "HEAD"])
}

/// The environment is deployed from another branch: a difference that every assembly shows.
fn edit(folder: &Path, branch: &str) {
    let path = folder.join("environments/staging.toml");
    let text = fs::read_to_string(&path).unwrap();
    let edited = text.replacen("branch = \"next\"", &format!("branch = \"{branch}\""), 1);
    assert_ne!(edited, text);
    fs::write(path, edited).unwrap();
}

/// A run whose `deployer` keeps what it is given.
struct Run {
    child: Child,
    kept: PathBuf,
}

impl Run {
    fn start(name: &str, root: &Path, words: &[&str], more: &[(&str, &Path)]) -> Self {
        let kept = folder(&format!("handover-{name}"));
        let mut xtask = command("xtask");
        let stack = command("network-stack");
        let child = xtask
            .args(["plan", "--env", "staging"])
            .args(words)
            .current_dir(root)
            .env("STACK", stack.get_program())
            .env("BUILT", kept.join("built"))
            .env("KEPT", &kept)
            .envs(more.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        Self { child, kept }
    }

    /// The branch in the assembly that was given, and what was recorded of its sources.
    fn given(self) -> (String, Value) {
        let output = self.child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", stderr(&output));
        let read = |file: &str| -> Value {
            let text = fs::read_to_string(self.kept.join(file)).unwrap();
            serde_json::from_str(&text).unwrap()
        };
        let branch = read("assembly.json")["branch"].as_str().unwrap().to_owned();
        (branch, read("source.json")["source"]["checkout"].clone())
    }
}

#[test]
fn two_runs_in_one_checkout_get_each_their_own() {
    let root = workspace("one-checkout");
    let head = git(&root, &["rev-parse", "HEAD"]);
    // Its program has started, and waits before it reads what it was given.
    let gate = folder("handover-gate").join("gate");
    assert!(
        Command::new("mkfifo")
            .arg(&gate)
            .status()
            .unwrap()
            .success()
    );
    let mut first = Run::start("first", &root, &[], &[("GATE", &gate)]);
    let mut line = String::new();
    let stdout = first.child.stdout.as_mut().unwrap();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(stdout), &mut line).unwrap();
    assert!(line.ends_with("/staging\n"), "{line}");

    edit(&root, "other");
    let second = Run::start("second", &root, &[], &[]);
    let (branch, source) = second.given();
    assert_eq!(branch, "other");
    assert_eq!(source["commit"], head);
    assert_eq!(
        source["changed"],
        serde_json::json!(["environments/staging.toml"])
    );

    let mut gate = fs::OpenOptions::new().write(true).open(gate).unwrap();
    gate.write_all(b"go").unwrap();
    drop(gate);
    let (branch, source) = first.given();
    assert_eq!(branch, "next");
    assert_eq!(source["commit"], head);
    assert_eq!(source["branch"], "stable");
    assert_eq!(source["changed"], Value::Null);
    fs::remove_dir_all(root).unwrap();
}

/// Also where they build into one folder, with programs of the same names.
#[test]
fn worktrees_at_once_get_each_their_own() {
    let root = workspace("worktrees");
    let target = folder("handover-shared");
    let worktrees = ["one", "two", "three"].map(|name| {
        let folder = root.join("target").join(name);
        git(
            &root,
            &[
                "worktree",
                "add",
                "--quiet",
                "-b",
                name,
                folder.to_str().unwrap(),
            ],
        );
        edit(&folder, name);
        fs::write(folder.join("network-stack/built-from"), name).unwrap();
        let head = if name == "two" {
            git(&folder, &["rev-parse", "HEAD"])
        } else {
            commit(&folder)
        };
        (name, folder, head)
    });
    let runs: Vec<Run> = worktrees
        .iter()
        .map(|(name, folder, _)| {
            let more: [(&str, &Path); 1] = [("CARGO_TARGET_DIR", &target)];
            Run::start(&format!("worktree-{name}"), folder, &[], &more)
        })
        .collect();
    for (run, (name, folder, head)) in runs.into_iter().zip(&worktrees) {
        let built = run.kept.join("built");
        let (branch, source) = run.given();
        assert_eq!(branch, *name);
        assert_eq!(source["commit"], *head);
        assert_eq!(source["branch"], *name);
        assert_eq!(source["changed"].is_null(), *name != "two", "{source}");
        let built = fs::read_to_string(built).unwrap();
        assert_eq!(built, format!("{name} {}\n", folder.display()));
    }
    fs::remove_dir_all(root).unwrap();
}

#[test]
fn a_definition_in_another_repository_is_told() {
    let root = workspace("code");
    let other = workspace("definition");
    edit(&other, "other");
    let head = commit(&other);
    let config = other.to_str().unwrap();
    let (branch, source) = Run::start("elsewhere", &root, &["--config", config], &[]).given();
    assert_eq!(branch, "other");
    assert_eq!(source["commit"], git(&root, &["rev-parse", "HEAD"]));
    assert_eq!(source["inputs"]["commit"], head);
    assert_eq!(
        source["inputs"]["folder"],
        other.canonicalize().unwrap().to_str().unwrap()
    );
    fs::remove_dir_all(root).unwrap();
    fs::remove_dir_all(other).unwrap();
}

/// A git that never ends: a disk that does not answer, a program that it starts.
#[test]
fn a_git_that_hangs_is_given_up() {
    use std::os::unix::fs::PermissionsExt as _;

    let root = workspace("hanging");
    let programs = folder("handover-programs");
    let path = programs.join("git");
    fs::write(&path, "#!/bin/sh\nexec sleep 1000\n").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    let mut paths = programs.into_os_string();
    paths.push(":");
    paths.push(std::env::var_os("PATH").unwrap());
    let run = Run::start("hanging", &root, &[], &[("PATH", Path::new(&paths))]);
    let kept = run.kept.clone();
    run.given();
    let text = fs::read_to_string(kept.join("source.json")).unwrap();
    let record: Value = serde_json::from_str(&text).unwrap();
    let why = record["source"]["unknown"]["why"].as_str().unwrap();
    assert!(
        why.starts_with("`git rev-parse --show-toplevel HEAD^{commit}` did not end within 15 s"),
        "{why}"
    );
    fs::remove_dir_all(root).unwrap();
}
