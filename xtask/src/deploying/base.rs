//! The definition of another commit, to compare with or to go back to. Needs git, and neither AWS nor
//! its SDK.
//!
//! The commit is checked out in a worktree of its own below `target`, and synthesized there by its
//! own `xtask`: how a definition becomes templates belongs to the commit too. The worktree and its
//! build stay, so that the next comparison builds only what differs.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use common::assembly::FILE_NAME;
use common::environment::EnvironmentName;

use provenance::git::{FILES_LIMIT, GitError, READ_LIMIT, call};
use provenance::{Sources, inspect};

use super::deployer::run_to_its_end;
use super::handover::Handover;
use crate::Error;
use crate::assembly_folder::lock;
use crate::cargo::{self, Profile, Program, build_programs};
use crate::workspace::Workspace;

/// The program that compares. It knows no AWS.
const COMPARE: Program<'static> = Program {
    package: "deploy",
    binary: "compare-assemblies",
};

/// Compares the definition as it is now with that of a commit.
pub(crate) fn compare(
    workspace: &Workspace,
    config: &Path,
    revision: &str,
    arguments: &deploy_arguments::Diff,
) -> Result<u8, Error> {
    let target = &arguments.target;
    // Faults of what is being worked on are told before time is spent on the other.
    let synthesized;
    let after = match &target.assembly {
        Some(assembly) => assembly,
        None => {
            synthesized = Handover::synthesized(workspace, config, target.environment, Vec::new())?;
            synthesized.assembly()
        }
    };
    let before = Base::of(workspace, revision, target.environment)?;
    let built = build_programs(workspace.root(), &[COMPARE], Profile::Same)?;
    let Some(program) = built.get(COMPARE.binary) else {
        return Err(Error::NoBinary {
            package: COMPARE.package.to_owned(),
        });
    };
    let mut command = Command::new(program);
    command.arg(before.assembly.assembly()).arg(after);
    for stack in &arguments.scope.only {
        command.arg(format!("--only={stack}"));
    }
    if target.format == deploy_arguments::Format::Json {
        command.arg("--format=json");
    }
    run_to_its_end(command)
}

/// A commit's definition of an environment.
pub(super) struct Base {
    /// The commit, by its whole name.
    pub(super) commit: String,
    /// Its assembly, with what it was made from.
    pub(super) assembly: Handover,
}

impl Base {
    /// Synthesizes it.
    pub(super) fn of(
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
            Ok(Self { commit, assembly })
        } else {
            Err(Error::Base { commit })
        }
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
