//! The definition of another commit, for `diff --base` and `rollback`.
//!
//! The commit is checked out in a worktree of its own below `target`, and synthesized there by its
//! own `xtask`: how a definition becomes templates belongs to the commit too. The worktree and its
//! build stay, so that the next comparison builds only what differs.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use common::assembly::{FILE_NAME, ReadError, VERSION, read};
use common::environment::EnvironmentName;

use provenance::git::{FILES_LIMIT, GitError, READ_LIMIT, call};
use provenance::{Sources, inspect};

use super::handover::Handover;
use crate::Error;
use crate::assembly_folder::lock;
use crate::cargo;
use crate::workspace::Workspace;

pub(crate) struct OlderCommit {
    /// The full id.
    pub(crate) commit: String,
    /// With the record of its sources.
    pub(crate) assembly: Handover,
}

impl OlderCommit {
    pub(crate) fn of(
        workspace: &Workspace,
        revision: &str,
        environment: EnvironmentName,
    ) -> Result<Self, Error> {
        let root = workspace.root();
        let folder = workspace.target().join("base");
        fs::create_dir_all(&folder).map_err(writing(&folder))?;
        // Until its assembly is written: another run may check another commit out afterwards.
        let _lock = lock(&folder.join(".lock"))?;

        let commit = resolve(root, revision)?;
        let worktree = folder.join("worktree");
        check_out(root, &worktree, &commit)?;
        let sources = Sources {
            workspace: &worktree,
            inputs: &worktree,
            outputs: Vec::new(),
        };
        let before = inspect(&sources);

        let assembly = Handover::empty(workspace, environment)?;
        let status = cargo::command(&worktree)
            .args(["run", "--quiet", "--package", "xtask", "--", "synth"])
            .args(["--env", environment.as_str(), "--out"])
            .arg(assembly.folder())
            // Not this commit's: the two would rebuild each other's crates.
            .env("CARGO_TARGET_DIR", folder.join("build"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .status()
            .map_err(|source| Error::Start {
                program: "cargo".to_owned(),
                source,
            })?;
        if status.success() && assembly.assembly().join(FILE_NAME).is_file() {
            // Commits from before there were records write none; newer ones are overwritten.
            assembly.record(&before.unless_changed(inspect(&sources)))?;
            check_version(&commit, &assembly, environment)?;
            Ok(Self { commit, assembly })
        } else {
            Err(Error::Base { commit })
        }
    }
}

/// Checks that this commit reads the version of that commit's assembly.
fn check_version(
    commit: &str,
    handover: &Handover,
    environment: EnvironmentName,
) -> Result<(), Error> {
    match read(handover.assembly()) {
        Err(ReadError::Version { found, .. }) => Err(Error::OtherAssembly {
            commit: commit.to_owned(),
            found,
            expected: VERSION,
            environment,
        }),
        // Other errors are reported by the reader.
        Ok(_) | Err(_) => Ok(()),
    }
}

fn resolve(root: &Path, revision: &str) -> Result<String, Error> {
    let commit = format!("{revision}^{{commit}}");
    let words = ["rev-parse", "--verify", "--end-of-options", &commit];
    match call(root, &words, READ_LIMIT) {
        Ok(output) => Ok(String::from_utf8_lossy(&output).trim().to_owned()),
        Err(GitError::Failed { .. }) => Err(Error::Revision {
            revision: revision.to_owned(),
        }),
        Err(other) => Err(other.into()),
    }
}

fn writing(path: &Path) -> impl FnOnce(std::io::Error) -> Error {
    let path = path.to_owned();
    move |source| Error::Write { path, source }
}

/// Checks the commit out. Unchanged files keep their times, so that cargo builds only what differs.
fn check_out(root: &Path, worktree: &Path, commit: &str) -> Result<(), Error> {
    if worktree.join(".git").exists() {
        let words = ["checkout", "--quiet", "--force", "--detach", commit];
        call(worktree, &words, FILES_LIMIT)?;
        return Ok(());
    }
    // If `target` was removed, git still has the worktree registered.
    call(root, &["worktree", "prune"], READ_LIMIT)?;
    let path = worktree.display().to_string();
    let add = [
        "worktree", "add", "--quiet", "--force", "--detach", &path, commit,
    ];
    call(root, &add, FILES_LIMIT)?;
    Ok(())
}
