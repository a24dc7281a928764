//! The stack binaries: their runs and their output.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::thread;

use common::environment::EnvironmentName;
use common::stack::StackArtifact;

use crate::Error;

/// Runs all binaries at the same time, each once for all environments. The stacks come in the
/// order of the binaries' names.
///
/// # Errors
/// When a binary can't be started, fails, or prints anything but its stacks.
pub fn run(
    binaries: &BTreeMap<String, PathBuf>,
    environments: &[EnvironmentName],
    config: &Path,
) -> Result<Vec<StackArtifact>, Error> {
    let outputs: Vec<(&String, std::io::Result<Output>)> = thread::scope(|scope| {
        let running: Vec<_> = binaries
            .iter()
            .map(|(name, path)| (name, scope.spawn(|| run_one(path, environments, config))))
            .collect();
        running
            .into_iter()
            .map(|(name, thread)| {
                // The thread only waits for a process; it has nothing to panic about.
                let output = thread.join().unwrap_or_else(|_| {
                    Err(std::io::Error::other(
                        "the thread that waited for it panicked",
                    ))
                });
                (name, output)
            })
            .collect()
    });

    let mut stacks = Vec::new();
    let mut failures: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (name, output) in outputs {
        let output = output.map_err(|source| Error::Start {
            program: name.clone(),
            source,
        })?;
        if output.status.success() {
            stacks.extend(read(name, environments, &output.stdout)?);
        } else {
            let mut text = String::from_utf8_lossy(&output.stderr)
                .trim_end()
                .to_owned();
            if text.is_empty() {
                text = output.status.to_string();
            }
            failures.entry(text).or_default().push(name);
        }
    }
    if failures.is_empty() {
        Ok(stacks)
    } else {
        Err(failure(&failures))
    }
}

fn run_one(
    binary: &Path,
    environments: &[EnvironmentName],
    config: &Path,
) -> std::io::Result<Output> {
    let mut command = Command::new(binary);
    for environment in environments {
        command.args(["--env", environment.as_str()]);
    }
    command
        .arg("--format")
        .arg("json")
        .arg("--config")
        .arg(config)
        .output()
}

fn read(
    crate_name: &str,
    environments: &[EnvironmentName],
    stdout: &[u8],
) -> Result<Vec<StackArtifact>, Error> {
    let stacks: Vec<StackArtifact> =
        serde_json::from_slice(stdout).map_err(|source| Error::StackOutput {
            crate_name: crate_name.to_owned(),
            source,
        })?;
    for stack in &stacks {
        let foreign = if stack.crate_name != crate_name {
            format!("as a stack of {}", stack.crate_name)
        } else if !environments.contains(&stack.environment) {
            format!(
                "of {}, an environment that was not requested",
                stack.environment
            )
        } else if stack.template.is_none() {
            "without its template".to_owned()
        } else {
            continue;
        };
        return Err(Error::ForeignStack {
            crate_name: crate_name.to_owned(),
            stack: stack.name.to_string(),
            foreign,
        });
    }
    Ok(stacks)
}

/// Each text once: the same error of several binaries is one mistake.
fn failure(failures: &BTreeMap<String, Vec<&str>>) -> Error {
    let mut report = String::new();
    for (text, names) in failures {
        // Writing to a string can't fail.
        let _ = write!(report, "\n{}: {text}", names.join(", "));
    }
    Error::Stacks { report }
}
