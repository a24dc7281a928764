//! What git says of a folder.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::found::{Checkout, PipelineRun};

/// Why git says nothing.
#[derive(Debug, thiserror::Error)]
pub(super) enum GitError {
    /// There is none.
    #[error("git can't be started: {0}")]
    Start(#[from] std::io::Error),
    /// It refuses.
    #[error("git {command}: {said}")]
    Failed {
        /// What was asked.
        command: String,
        /// What it said.
        said: String,
    },
}

/// The checkout around a folder. A new folder that holds `output` was made from the sources, and is
/// none of them: a release may be put together inside of its repository.
pub(super) fn checkout(folder: &Path, output: &Path) -> Result<Checkout, GitError> {
    let text = |arguments: &[&str]| git(folder, arguments);
    let root = PathBuf::from(text(&["rev-parse", "--show-toplevel"])?.trim_end_matches('\n'));
    let output = output.canonicalize().ok();
    let is_output = |line: &str| {
        let new = line.strip_prefix("?? ").map(|path| root.join(path));
        new.zip(output.as_ref())
            .is_some_and(|(new, output)| output.starts_with(new))
    };
    let commit = text(&["rev-parse", "--verify", "HEAD^{commit}"])?;
    Ok(Checkout {
        commit: commit.trim().to_owned(),
        // Fails where no branch is checked out, and says nothing then.
        branch: text(&["symbolic-ref", "--quiet", "--short", "HEAD"])
            .ok()
            .map(|branch| branch.trim().to_owned()),
        changed: text(&["status", "--porcelain=v1", "--untracked-files=normal"])?
            .lines()
            .filter(|line| !is_output(line))
            // Two letters and a space.
            .filter_map(|line| line.get(3..))
            .map(str::to_owned)
            .collect(),
        published_on: text(&[
            "for-each-ref",
            "--contains",
            "HEAD",
            "--format=%(refname)",
            "refs/remotes/origin",
        ])?
        .lines()
        .filter_map(|name| name.strip_prefix("refs/remotes/origin/"))
        .filter(|branch| *branch != "HEAD")
        .map(str::to_owned)
        .collect(),
        pipeline: PipelineRun::current(),
    })
}

fn git(folder: &Path, arguments: &[&str]) -> Result<String, GitError> {
    let output = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(arguments)
        // Looking takes no locks, and speaks English.
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("LC_ALL", "C")
        .output()?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(GitError::Failed {
        command: arguments.first().copied().unwrap_or_default().to_owned(),
        said: said.lines().next().unwrap_or_default().to_owned(),
    })
}
