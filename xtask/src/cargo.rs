//! Calls of cargo.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;

use crate::Error;

/// The cargo that runs this program, in a folder.
#[must_use]
pub fn command(folder: &Path) -> Command {
    // Cargo names itself to what it runs; a bare `cargo` could be another version.
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = Command::new(cargo);
    command.current_dir(folder);
    command
}

/// A message of `cargo build`; all but the path of a built program is of no interest.
#[derive(Deserialize)]
struct Message {
    #[serde(default)]
    executable: Option<PathBuf>,
    #[serde(default)]
    target: Option<Target>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
}

/// Builds the binaries of packages with one call, so that cargo shares and parallelizes the work,
/// and tells where each is.
///
/// With the profile that this program was built with: then all that both need is built already.
///
/// # Errors
/// When cargo can't be started, the build fails, or a package has no binary of its name.
pub fn build(root: &Path, packages: &[&str]) -> Result<BTreeMap<String, PathBuf>, Error> {
    let mut command = command(root);
    command.args([
        "build",
        "--bins",
        "--message-format=json-render-diagnostics",
    ]);
    if !cfg!(debug_assertions) {
        command.arg("--release");
    }
    // Progress is for a person who waits; a log needs the faults only.
    if !std::io::stderr().is_terminal() {
        command.arg("--quiet");
    }
    for package in packages {
        command.args(["--package", package]);
    }
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|source| Error::Start {
            program: "cargo".to_owned(),
            source,
        })?;
    if !output.status.success() {
        return Err(Error::Build);
    }
    let built: BTreeMap<String, PathBuf> = String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str::<Message>(line).ok())
        .filter_map(|message| Some((message.target?.name, message.executable?)))
        .collect();
    match packages
        .iter()
        .find(|package| !built.contains_key(**package))
    {
        Some(package) => Err(Error::NoBinary {
            package: (*package).to_owned(),
        }),
        None => Ok(built),
    }
}
