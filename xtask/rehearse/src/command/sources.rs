//! The repositories that are rehearsed with: copies, so that nothing is done to anybody's own.

use std::fs;
use std::path::Path;
use std::process::Command;

use common::environment::Environment;

use super::error::{CommandError, at};

/// What is committed, under the name of the branch that the environment runs.
pub(super) fn clone(from: &Path, to: &Path, environment: &Environment) -> Result<(), CommandError> {
    let from = fs::canonicalize(from).map_err(at(from))?;
    let (from, into) = (from.to_string_lossy(), to.to_string_lossy());
    git(Path::new("."), &["clone", "--quiet", &from, &into])?;
    git(
        to,
        &["checkout", "--quiet", "-B", environment.branch.as_str()],
    )
}

/// The sample application, as a repository.
pub(super) fn sample(to: &Path, environment: &Environment) -> Result<(), CommandError> {
    let from = Path::new("tests/sample-application");
    copy(from, to)?;
    git(
        to,
        &[
            "init",
            "--quiet",
            "--initial-branch",
            environment.branch.as_str(),
        ],
    )?;
    git(to, &["add", "--all"])?;
    let who = [
        "-c",
        "user.name=rehearsal",
        "-c",
        "user.email=rehearsal@example.com",
    ];
    let commit = ["commit", "--quiet", "--message", "the sample application"];
    let all: Vec<&str> = who.into_iter().chain(commit).collect();
    git(to, &all)
}

fn copy(from: &Path, to: &Path) -> Result<(), CommandError> {
    fs::create_dir_all(to).map_err(at(to))?;
    for entry in fs::read_dir(from).map_err(at(from))? {
        let path = entry.map_err(at(from))?.path();
        let target = to.join(path.file_name().unwrap_or_default());
        if path.is_dir() {
            copy(&path, &target)?;
        } else {
            fs::copy(&path, &target).map_err(at(&path))?;
        }
    }
    Ok(())
}

fn git(folder: &Path, arguments: &[&str]) -> Result<(), CommandError> {
    let output = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(arguments)
        .output()
        .map_err(at("git"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(CommandError::Git {
        what: arguments.first().copied().unwrap_or_default().to_owned(),
        said: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
    })
}
