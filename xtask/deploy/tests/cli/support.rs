//! Assemblies to work on, and the program.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread::yield_now;
use std::time::{Duration, Instant};

use common::template::check::DefinitionDigest;
use emulator::api::{Action, Caller};
use emulator::port::{Local as Client, Settings};
use emulator::{Cloud, Effect, Fault, JournalError, Options, ResourceOperation};
use serde_json::{Value, json};

/// The wait for a lock that nothing else needs.
const LOCK_TIMEOUT: Duration = Duration::from_secs(5);

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
    let mut program = program(folder);
    program.args(words.split_whitespace()).output().unwrap()
}

fn program(folder: &Path) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_deploy"));
    program
        .current_dir(folder)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .stdin(Stdio::null());
    program
}

/// An environment in the emulator, whose definition changes.
pub(crate) struct EmulatedEnvironment {
    folder: PathBuf,
}

/// Who calls from this machine.
pub(crate) fn caller() -> Caller {
    Caller {
        account: "444455556666".to_owned(),
        region: "eu-west-1".to_owned(),
    }
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
        self.write(stacks, environment, None);
    }

    /// The same, where every parameter has a default, or none.
    pub(crate) fn define_with_default(&self, stacks: &[Stack<'_>], default: Option<&str>) {
        self.write(stacks, Some("staging"), default);
    }

    fn write(&self, stacks: &[Stack<'_>], environment: Option<&str>, default: Option<&str>) {
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
                for name in parameters(resources) {
                    template["Parameters"][&name] = json!({ "Type": "String" });
                    if let Some(default) = default {
                        template["Parameters"][name]["Default"] = default.into();
                    }
                }
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
                let imports: BTreeSet<&str> = text
                    .split("\"Fn::ImportValue\":\"")
                    .skip(1)
                    .filter_map(|rest| rest.split('"').next())
                    .collect();
                let parameters = parameters(resources);
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
                    "parameters": parameters,
                    "imports": imports,
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

    /// Changes the cloud outside of the program, between two of its runs.
    pub(crate) fn out_of_band<T>(&self, change: impl FnOnce(&mut Cloud) -> T) -> T {
        let settings = Settings {
            caller: caller(),
            ..Settings::default()
        };
        let folder = self.folder.join("cloud");
        let started = Instant::now();
        // A child that another test has just forked holds this process's locks until it executes its program.
        let client = loop {
            match Client::kept(&folder, Options::default(), settings.clone()) {
                Err(JournalError::InUse(_)) if started.elapsed() < LOCK_TIMEOUT => yield_now(),
                other => break other.unwrap(),
            }
        };
        change(&mut client.cloud())
    }

    /// The next operation of this kind on a resource fails.
    pub(crate) fn fail(&self, stack: &str, logical_id: &str, on: ResourceOperation) {
        self.fail_with(stack, logical_id, on, "no");
    }

    /// The same, for a reason.
    pub(crate) fn fail_with(
        &self,
        stack: &str,
        logical_id: &str,
        on: ResourceOperation,
        reason: &str,
    ) {
        self.out_of_band(|cloud| {
            cloud.add_fault(Fault {
                stack: Some(format!("lemonade-staging-{stack}")),
                logical_id: Some(logical_id.to_owned()),
                resource_type: None,
                on,
                times: Some(1),
                effect: Effect::Fail {
                    reason: reason.to_owned(),
                },
            });
        });
    }

    /// Another caller's call.
    pub(crate) fn call(&self, action: &Action) {
        self.out_of_band(|cloud| {
            let now = cloud.now();
            cloud.call(now, &caller(), action).unwrap();
            cloud.settle();
        });
    }

    /// Edits a file in its folder.
    pub(crate) fn edit(&self, file: &str, from: &str, to: &str) {
        let path = self.folder.join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{text}");
        fs::write(path, text.replacen(from, to, 1)).unwrap();
    }

    /// Runs a verb against it.
    pub(crate) fn run(&self, words: &str) -> Output {
        let place = "--env staging --assembly assembly --local cloud --local-speed 6000";
        deploy(&self.folder, &format!("{words} {place}"))
    }

    /// Runs a verb that reads its definition only.
    pub(crate) fn read(&self, words: &str) -> Output {
        let place = "--env staging --assembly assembly";
        deploy(&self.folder, &format!("{words} {place}"))
    }

    /// Runs a verb as `cargo xtask` does, which is called back at `./xtask` for the assembly.
    pub(crate) fn run_from_xtask(&self, words: &str) -> Output {
        program(&self.folder)
            .args(words.split_whitespace())
            .args(["--env", "staging", "--local", "cloud"])
            .env("LEMONADE_XTASK", "./xtask")
            .output()
            .unwrap()
    }

    /// Puts a program at `./xtask` that answers every call with the current assembly.
    #[cfg(unix)]
    pub(crate) fn add_xtask(&self) {
        use std::os::unix::fs::PermissionsExt as _;

        let answer = json!({ "folder": "handover", "assembly": "assembly", "commit": null });
        let path = self.folder.join("xtask");
        fs::write(&path, format!("#!/bin/sh\necho '{answer}'\n")).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Runs a command, and interrupts it as Ctrl-C does once it prints a text.
    pub(crate) fn interrupt(&self, words: &str, text: &str) -> Output {
        let mut child = program(&self.folder)
            .args(words.split_whitespace())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap());
        let mut stdout = Vec::new();
        while !String::from_utf8_lossy(&stdout).contains(text) {
            assert_ne!(said.read_until(b'\n', &mut stdout).unwrap(), 0);
        }
        let id = child.id().to_string();
        let status = Command::new("kill").args(["-INT", &id]).status();
        assert!(status.unwrap().success());
        said.read_to_end(&mut stdout).unwrap();
        let rest = child.wait_with_output().unwrap();
        Output { stdout, ..rest }
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

/// The parameters that resources refer to: their names are none of a resource's.
fn parameters(resources: &Value) -> BTreeSet<String> {
    let text = resources.to_string();
    let references = text.split("\"Ref\":\"").skip(1);
    references
        .filter_map(|rest| rest.split('"').next())
        .filter(|name| resources.get(name).is_none())
        .map(str::to_owned)
        .collect()
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

#[track_caller]
pub(crate) fn succeeded(output: &Output) -> String {
    let printed = printed(output);
    assert!(output.status.success(), "{printed}");
    printed
}
