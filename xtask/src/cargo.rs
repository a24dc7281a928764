//! Calls of cargo.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;

use crate::Error;
use crate::workspace::Workspace;

/// The cargo that runs this program, in a folder.
#[must_use]
pub fn command(folder: &Path) -> Command {
    // Cargo names itself to what it runs; a bare `cargo` could be another version.
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = Command::new(cargo);
    command.current_dir(folder);
    command
}

/// The folder that cargo builds in, unless its configuration names another one.
#[must_use]
pub fn target(workspace: &Workspace) -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        // Relative to the folder that cargo runs in.
        Some(folder) if !folder.is_empty() => workspace.root().join(folder),
        _ => workspace.target(),
    }
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

/// A program of the workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Program<'a> {
    /// The package that it is in.
    pub package: &'a str,
    /// Its name.
    pub binary: &'a str,
}

/// How to build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// As this program was built: then all that both need is built already.
    Same,
    /// To be kept.
    Release,
}

/// Builds the binaries of packages with one call, so that cargo shares and parallelizes the work,
/// and tells where each is.
///
/// # Errors
/// When cargo can't be started, the build fails, or a package has no binary of its name.
pub fn build(root: &Path, packages: &[&str]) -> Result<BTreeMap<String, PathBuf>, Error> {
    let programs: Vec<Program<'_>> = packages
        .iter()
        .map(|package| Program {
            package,
            binary: package,
        })
        .collect();
    // Not each by its name: a package without one is told apart from one that does not build.
    let built = run(root, &programs, &["--bins"], Profile::Same)?.ok_or(Error::Build)?;
    all(&programs, built)
}

/// Builds programs with one call, and tells where each is.
///
/// # Errors
/// When cargo can't be started, or one of them does not build.
pub fn build_programs(
    root: &Path,
    programs: &[Program<'_>],
    profile: Profile,
) -> Result<BTreeMap<String, PathBuf>, Error> {
    let names: Vec<&str> = programs
        .iter()
        .flat_map(|program| ["--bin", program.binary])
        .collect();
    let built = run(root, programs, &names, profile)?.ok_or_else(|| Error::Program {
        programs: programs
            .iter()
            .map(|program| program.binary)
            .collect::<Vec<_>>()
            .join(" and "),
    })?;
    all(programs, built)
}

/// What was built, by name; nothing when it does not build, and cargo has said why.
fn run(
    root: &Path,
    programs: &[Program<'_>],
    which: &[&str],
    profile: Profile,
) -> Result<Option<BTreeMap<String, PathBuf>>, Error> {
    let mut command = command(root);
    command.arg("build").args(which);
    command.arg("--message-format=json-render-diagnostics");
    if profile == Profile::Release || !cfg!(debug_assertions) {
        command.arg("--release");
    }
    // Progress is for a person who waits; a log needs the faults only.
    if !std::io::stderr().is_terminal() {
        command.arg("--quiet");
    }
    for program in programs {
        command.args(["--package", program.package]);
    }
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|source| Error::Start {
            program: "cargo".to_owned(),
            source,
        })?;
    let built = String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str::<Message>(line).ok())
        .filter_map(|message| Some((message.target?.name, message.executable?)))
        .collect();
    Ok(output.status.success().then_some(built))
}

fn all(
    programs: &[Program<'_>],
    built: BTreeMap<String, PathBuf>,
) -> Result<BTreeMap<String, PathBuf>, Error> {
    match programs
        .iter()
        .find(|program| !built.contains_key(program.binary))
    {
        Some(program) => Err(Error::NoBinary {
            package: program.package.to_owned(),
        }),
        None => Ok(built),
    }
}
