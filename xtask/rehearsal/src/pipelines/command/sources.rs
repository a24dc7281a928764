//! The repositories of a rehearsal: copies, so that the originals are not touched.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::environment::EnvironmentName;

use super::error::{CommandError, at};

/// A copy of a repository, with its commits and the branches that were pushed to the copy.
#[derive(Debug)]
pub(super) struct Source {
    original: PathBuf,
    pub(super) folder: PathBuf,
}

impl Source {
    /// Clones the repository; uncommitted changes are left out.
    pub(super) fn copy(original: &Path, folder: &Path) -> Result<Self, CommandError> {
        let original = fs::canonicalize(original).map_err(at(original))?;
        let (from, to) = (original.to_string_lossy(), folder.to_string_lossy());
        let clone = ["clone", "--quiet", "--no-checkout", &from, &to];
        git(Path::new("."), &clone)?;
        Ok(Self {
            original,
            folder: folder.to_owned(),
        })
    }

    /// Resolves a revision in the original.
    pub(super) fn commit(&self, revision: &str) -> Result<String, CommandError> {
        let commit = format!("{revision}^{{commit}}");
        let words = ["rev-parse", "--quiet", "--verify", "--end-of-options"];
        git(&self.original, &[&words[..], &[&commit]].concat())
            .map_err(|_| CommandError::NoCommit(revision.to_owned()))
    }

    pub(super) fn push(&self, commit: &str, branch: &str) -> Result<(), CommandError> {
        let reference = format!("refs/heads/{branch}");
        git(&self.folder, &["update-ref", &reference, commit]).map(drop)
    }

    /// `<short hash> (<subject>)`.
    pub(super) fn subject(&self, commit: &str) -> Result<String, CommandError> {
        git(&self.folder, &["log", "-1", "--format=%h (%s)", commit])
    }

    /// The branch of an environment in a commit of the definition. Nothing else of the file is
    /// read: what was valid in an older commit may not be now.
    pub(super) fn branch_at(&self, commit: &str, environment: EnvironmentName) -> Option<String> {
        let file = format!("{commit}:environments/{environment}.toml");
        let text = git(&self.folder, &["show", &file]).ok()?;
        let table: toml::Table = text.parse().ok()?;
        Some(table.get("branch")?.as_str()?.to_owned())
    }
}

/// Makes a repository of the sample application, with this branch.
pub(super) fn sample(to: &Path, branch: &str) -> Result<(), CommandError> {
    let from = Path::new("tests/sample-application");
    copy(from, to)?;
    git(to, &["init", "--quiet", "--initial-branch", branch])?;
    git(to, &["add", "--all"])?;
    let who = [
        "-c",
        "user.name=rehearsal",
        "-c",
        "user.email=rehearsal@example.com",
    ];
    let commit = ["commit", "--quiet", "--message", "the sample application"];
    git(to, &[&who[..], &commit].concat()).map(drop)
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

/// Runs git; returns its output.
fn git(folder: &Path, arguments: &[&str]) -> Result<String, CommandError> {
    let output = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(arguments)
        .output()
        .map_err(at("git"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned());
    }
    Err(CommandError::Git {
        what: arguments.first().copied().unwrap_or_default().to_owned(),
        said: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
    })
}
