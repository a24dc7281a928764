//! Cargo.
//!
//! Where commits are compiled, the shim calls the real cargo with one change: release builds use
//! the dev profile, since the SDK would be compiled a second time for them, with optimization.
//!
//! Elsewhere it runs prebuilt programs instead of building any; `cargo metadata` still goes to the
//! real cargo. A commit's own files (environments, applications, buildspecs) count then, its code
//! does not. The program of a release is a script that calls the prebuilt one: tens of megabytes
//! would be zipped and unzipped in every execution.

#[cfg(unix)]
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::call::{Answer, Call};

/// The variable with the folder of the prebuilt programs. Commits are compiled where it is unset.
pub const PROGRAMS: &str = "REHEARSAL_PROGRAMS";

/// The variable with the real cargo.
pub const CARGO: &str = "REHEARSAL_CARGO";

/// The variable with the folder of the shims.
pub const SHIMS: &str = "REHEARSAL_SHIMS";

/// The call that is changed where commits are compiled, and how.
pub(super) const RELEASE: (&str, &str) = (
    "cargo build --release",
    "the commit is compiled in the dev profile",
);

pub(super) fn compiles() -> bool {
    std::env::var_os(PROGRAMS).is_none()
}

/// The part of a compiling call that is changed.
pub(super) fn stands_in_for(call: &Call<'_>) -> Option<&'static str> {
    call.words().contains(&"--release").then_some(RELEASE.0)
}

pub(super) fn answer(call: &Call<'_>) -> Answer {
    if compiles() {
        return compile(call);
    }
    let folder = PathBuf::from(std::env::var(PROGRAMS).unwrap_or_default());
    match call.words().as_slice() {
        ["--version"] => Answer::success("cargo shim: prebuilt programs\n".into()),
        ["xtask", ..] => pass_on(
            &folder.join("xtask"),
            call.arguments.get(1..).unwrap_or_default(),
        ),
        ["metadata", ..] => {
            let real = std::env::var(CARGO).unwrap_or_default();
            pass_on(Path::new(&real), call.arguments)
        }
        ["build", ..] => built(&folder, call),
        words => Answer::failure(101, format!("cargo {}: not rehearsed\n", words.join(" "))),
    }
}

/// Calls the real cargo. Programs that it runs get this shim as their cargo.
fn compile(call: &Call<'_>) -> Answer {
    let real = std::env::var(CARGO).unwrap_or_default();
    let own = PathBuf::from(std::env::var(SHIMS).unwrap_or_default()).join("cargo");
    let mut arguments = vec![
        "--config".to_owned(),
        // Cargo sets `CARGO` to itself for what it runs; the runner has the last word.
        format!(
            "target.'cfg(all())'.runner=['env', 'CARGO={}']",
            own.display()
        ),
    ];
    // Arguments after `--` belong to the program.
    let mut own_words = true;
    arguments.extend(
        call.arguments
            .iter()
            .filter(|word| {
                own_words &= *word != "--";
                !(own_words && *word == "--release")
            })
            .cloned(),
    );
    pass_on(Path::new(&real), &arguments)
}

/// Runs a program with the streams of this one, and returns its exit code.
fn pass_on(program: &Path, arguments: &[String]) -> Answer {
    // Cargo sets `CARGO` to itself; the shim is found on the `PATH`.
    let status = Command::new(program)
        .args(arguments)
        .env_remove("CARGO")
        .status();
    match status {
        Ok(status) => {
            let code = status.code().and_then(|code| u8::try_from(code).ok());
            Answer {
                code: code.unwrap_or(101),
                ..Answer::success(String::new())
            }
        }
        Err(error) => Answer::failure(101, format!("{}: {error}\n", program.display())),
    }
}

/// Cargo's messages about built programs, by package or by the names of the binaries.
fn built(folder: &Path, call: &Call<'_>) -> Answer {
    let named = |option: &str| {
        let words = call.arguments.iter().zip(call.arguments.iter().skip(1));
        words
            .filter(move |(word, _)| *word == option)
            .map(|(_, name)| name.clone())
            .collect::<Vec<_>>()
    };
    let by_name = named("--bin");
    let programs = if by_name.is_empty() {
        named("--package")
    } else {
        by_name
    };
    let mut messages = String::new();
    for name in programs {
        let executable = folder.join(&name);
        if !executable.exists() {
            let error = format!(
                "{} is not among the prebuilt programs\n",
                executable.display()
            );
            return Answer::failure(101, error);
        }
        let executable = if call.words().contains(&"--release") {
            match launcher(call, &name, &executable) {
                Ok(launcher) => launcher,
                Err(error) => return Answer::failure(101, format!("{name}: {error}\n")),
            }
        } else {
            executable
        };
        let message = serde_json::json!({
            "reason": "compiler-artifact",
            "target": { "name": name },
            "executable": executable,
        });
        messages.push_str(&format!("{message}\n"));
    }
    Answer::success(messages)
}

/// A script that executes a program, wherever the script is copied to.
#[cfg(unix)]
fn launcher(call: &Call<'_>, name: &str, program: &Path) -> io::Result<PathBuf> {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = call.services.folder().join("launchers");
    fs::create_dir_all(&folder)?;
    let launcher = folder.join(name);
    let text = format!("#!/bin/sh\nexec '{}' \"$@\"\n", program.display());
    fs::write(&launcher, text)?;
    fs::set_permissions(&launcher, fs::Permissions::from_mode(0o755))?;
    Ok(launcher)
}

#[cfg(not(unix))]
fn launcher(_: &Call<'_>, _: &str, program: &Path) -> io::Result<PathBuf> {
    Ok(program.to_owned())
}
