//! The definition of another commit, to compare with or to go back to. Needs git, and neither AWS nor
//! its SDK.
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

/// A commit's definition of an environment.
pub(crate) struct OlderCommit {
    /// The commit, by its whole name.
    pub(crate) commit: String,
    /// Its assembly, with what it was made from.
    pub(crate) assembly: Handover,
}

impl OlderCommit {
    /// Synthesizes it.
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
            // Not the one of this commit: each would rebuild what the other has built.
            .env("CARGO_TARGET_DIR", folder.join("build"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .status()
            .map_err(|source| Error::Start {
                program: "cargo".to_owned(),
                source,
            })?;
        if status.success() && assembly.assembly().join(FILE_NAME).is_file() {
            // A commit from before there were records writes none, and one that does is not asked.
            assembly.record(&before.unless_changed(inspect(&sources)))?;
            is_understood(&commit, &assembly, environment)?;
            Ok(Self { commit, assembly })
        } else {
            Err(Error::Base { commit })
        }
    }
}

/// Whether this commit's engine reads what that commit's synthesis writes.
fn is_understood(
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
        // Whatever else is wrong with it, the reader says.
        Ok(_) | Err(_) => Ok(()),
    }
}

/// The commit that a revision names.
fn resolve(root: &Path, revision: &str) -> Result<String, Error> {
    let commit = format!("{revision}^{{commit}}");
    let asked = ["rev-parse", "--verify", "--end-of-options", &commit];
    match call(root, &asked, READ_LIMIT) {
        Ok(said) => Ok(String::from_utf8_lossy(&said).trim().to_owned()),
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

/// Makes the worktree hold the commit. Files that are the same keep their times, so that cargo
/// builds only what differs.
fn check_out(root: &Path, worktree: &Path, commit: &str) -> Result<(), Error> {
    if worktree.join(".git").exists() {
        let asked = ["checkout", "--quiet", "--force", "--detach", commit];
        call(worktree, &asked, FILES_LIMIT)?;
        return Ok(());
    }
    // Where `target` was removed, git still remembers the worktree.
    call(root, &["worktree", "prune"], READ_LIMIT)?;
    let path = worktree.display().to_string();
    let add = [
        "worktree", "add", "--quiet", "--force", "--detach", &path, commit,
    ];
    call(root, &add, FILES_LIMIT)?;
    Ok(())
}
