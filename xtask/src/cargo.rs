//! Builds by cargo.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::SystemTime;

use serde::Deserialize;

use crate::Error;
use crate::assembly_folder::{at, lock};
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

/// Whether cargo can find its own folders: rustup, which starts it, panics where the variable `HOME` is no path
/// that it can print.
///
/// # Errors
/// When it can't.
pub fn check_home() -> Result<(), Error> {
    let has_own = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    match std::env::var_os("HOME") {
        Some(home) if !home.is_empty() => {
            let is_path = home.to_str().is_some() && Path::new(&home).is_absolute();
            if is_path || (has_own("CARGO_HOME") && has_own("RUSTUP_HOME")) {
                Ok(())
            } else {
                Err(Error::Home { home })
            }
        }
        _ => Ok(()),
    }
}

/// The folder that cargo builds in, unless its configuration names another one.
#[must_use]
fn target(workspace: &Workspace) -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        // Relative to the folder that cargo runs in.
        Some(folder) if !folder.is_empty() => workspace.root().join(folder),
        _ => workspace.target(),
    }
}

/// The file that names the checkout whose programs are in a shared build folder.
const CHECKOUT: &str = ".checkout";

/// Locks the build folder for this checkout; cargo builds from this checkout until the lock is dropped.
///
/// Checkouts that share a folder build programs of the same names in it. Where another one has built there, cargo
/// would take its programs for ours if our files are older: it goes by times, and by paths inside of a workspace
/// (<https://doc.rust-lang.org/nightly/nightly-rustc/cargo/core/compiler/fingerprint/index.html>). And until ours
/// have started, another run may not put its own in their place.
///
/// # Errors
/// When the folder can't be changed.
pub fn lock_build_folder(workspace: &Workspace) -> Result<File, Error> {
    let target = target(workspace);
    fs::create_dir_all(&target).map_err(at(&target))?;
    let held = lock(&target.join(".build.lock"))?;
    if target.starts_with(workspace.root()) {
        return Ok(held);
    }
    let marker = target.join(CHECKOUT);
    let own = workspace.root().as_os_str().as_encoded_bytes();
    if fs::read(&marker).is_ok_and(|of| of == own) {
        return Ok(held);
    }
    for profile in ["debug", "release"] {
        for path in entries(&target.join(profile).join(".fingerprint")) {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let package = name.rsplit_once('-').map(|(package, _)| package);
            if package.is_some_and(|package| workspace.has_member(package)) {
                invalidate(&path);
            }
        }
    }
    // Last: a run that is killed before has not taken the folder over.
    fs::write(&marker, own).map_err(at(&marker))?;
    Ok(held)
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect()
}

/// Makes a build older than any source. Nothing is removed: another cargo may be running.
fn invalidate(fingerprint: &Path) {
    for path in entries(fingerprint) {
        let opened = File::options().write(true).open(&path);
        // A missing file causes a rebuild too.
        let _ = opened.and_then(|file| file.set_modified(SystemTime::UNIX_EPOCH));
    }
}

/// A message of `cargo build`; only the path of an executable matters.
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

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Program<'a> {
    pub package: &'a str,
    pub binary: &'a str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// The profile of this program, so that shared dependencies are built already.
    Same,
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
    // Not by name: a package without a binary is not a failed build.
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

/// The executables by name; nothing if the build fails, which cargo reports.
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
    // A log needs errors only, no progress.
    if !crate::output::is_watched() {
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
