//! Assemblies to work on, and the program.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use common::template::check::DefinitionDigest;
use serde_json::{Value, json};

/// An empty folder for one test.
pub(crate) fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("cli")
        .join(test);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Runs the program in a folder, without a terminal and without credentials.
pub(crate) fn deploy(folder: &Path, words: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_deploy"))
        .args(words.split_whitespace())
        .current_dir(folder)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// An environment in the emulator, whose definition changes.
pub(crate) struct EmulatedEnvironment {
    folder: PathBuf,
}

/// A stack: its id, its resources, its outputs.
pub(crate) type Stack<'a> = (&'a str, Value, Value);

impl EmulatedEnvironment {
    pub(crate) fn new(test: &str) -> Self {
        Self {
            folder: folder(test),
        }
    }

    /// Defines staging as these stacks, each after those it imports from.
    pub(crate) fn define(&self, stacks: &[Stack<'_>]) {
        self.define_tagged(stacks, Some("staging"));
    }

    /// The same, with this value of the environment tag, or without the tag.
    pub(crate) fn define_tagged(&self, stacks: &[Stack<'_>], environment: Option<&str>) {
        let assembly = self.folder.join("assembly");
        let _ = fs::remove_dir_all(&assembly);
        fs::create_dir(&assembly).unwrap();
        let artifacts: Vec<Value> = stacks
            .iter()
            .map(|(id, resources, outputs)| {
                let name = format!("lemonade-staging-{id}");
                let mut template = json!({
                    "Description": "a stack", "Resources": resources, "Outputs": outputs,
                });
                let description = "Digest of the definition that was deployed";
                template["Outputs"]["DefinitionDigest"] =
                    json!({ "Description": description, "Value": "" });
                let digest = DefinitionDigest::of(&template.to_string()).unwrap().actual;
                template["Outputs"]["DefinitionDigest"]["Value"] = digest.clone().into();
                let text = template.to_string();
                fs::write(assembly.join(format!("{name}.template.json")), &text).unwrap();
                let of = |is_so: &dyn Fn(&Value) -> bool| -> Vec<Value> {
                    let all = resources.as_object().unwrap().iter();
                    all.filter(|(_, one)| is_so(one))
                        .map(|(id, one)| json!({ "logicalId": id, "type": one["Type"] }))
                        .collect()
                };
                let exports = outputs
                    .as_object()
                    .unwrap()
                    .iter()
                    .filter_map(|(key, one)| {
                        let name = one["Export"]["Name"].as_str()?;
                        Some(json!({ "name": name, "output": key, "kind": "Id" }))
                    });
                let mut tags = json!({ "lemonade:stack": id });
                if let Some(environment) = environment {
                    tags["lemonade:environment"] = environment.into();
                }
                json!({
                    "name": name,
                    "id": id,
                    "crate": format!("{id}-stack"),
                    "environment": "staging",
                    "digest": digest,
                    "bytes": text.len(),
                    "resources": resources.as_object().unwrap().len(),
                    "quotas": {},
                    "tags": tags,
                    "terminationProtection": false,
                    "parameters": [],
                    "exports": exports.collect::<Vec<_>>(),
                    "retained": of(&|one| one.get("DeletionPolicy").is_some()),
                })
            })
            .collect();
        let order: Vec<[&Value; 1]> = artifacts.iter().map(|one| [&one["name"]]).collect();
        let list = json!({
            "version": 1,
            "environment": "staging",
            "account": "444455556666",
            "region": "eu-west-1",
            "branch": "next",
            "order": order,
            "stacks": artifacts,
        });
        fs::write(assembly.join("assembly.json"), list.to_string()).unwrap();
    }

    /// Runs a verb against it.
    pub(crate) fn run(&self, words: &str) -> Output {
        let place = "--env staging --assembly assembly --local cloud --local-speed 1200";
        deploy(&self.folder, &format!("{words} {place}"))
    }

    /// Runs a command as it was printed, by a shell.
    pub(crate) fn follow(&self, command: &str) -> Output {
        let program = Path::new(env!("CARGO_BIN_EXE_deploy"));
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = std::iter::once(program.parent().unwrap().to_owned())
            .chain(std::env::split_paths(&path));
        Command::new("sh")
            .args(["-c", command])
            .current_dir(&self.folder)
            .env_clear()
            .env("PATH", std::env::join_paths(folders).unwrap())
            .stdin(Stdio::null())
            .output()
            .unwrap()
    }
}

/// Everything that was printed.
pub(crate) fn printed(output: &Output) -> String {
    let [out, err] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
    format!("{out}{err}")
}

/// The last command of this program that was printed, on a line of its own or at the end of one.
pub(crate) fn next_command(output: &Output, verb: &str) -> String {
    let printed = printed(output);
    let command = format!("deploy {verb} ");
    let line = printed.lines().rfind(|line| line.contains(&command));
    let line = line.unwrap_or_else(|| panic!("no `{command}` in {printed}"));
    line.get(line.find(&command).unwrap()..).unwrap().to_owned()
}

/// That it succeeded.
#[track_caller]
pub(crate) fn succeeded(output: &Output) -> String {
    let printed = printed(output);
    assert!(output.status.success(), "{printed}");
    printed
}
