//! The definition of another commit, to compare with or to go back to. Needs git, and neither AWS nor
//! its SDK.
//!
//! The commit is checked out in a worktree of its own below `target`, and synthesized there by its
//! own `xtask`: how a definition becomes templates belongs to the commit too. The worktree and its
//! build stay, so that the next comparison builds only what differs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use common::assembly::FILE_NAME;
use common::environment::EnvironmentName;

use super::deployer::run_to_its_end;
use super::synthesized;
use crate::Error;
use crate::assembly_folder::lock;
use crate::cargo::{self, Profile, Program, build_programs};
use crate::workspace::Workspace;

/// The program that compares. It knows no AWS.
const COMPARE: Program<'static> = Program {
    package: "deploy-render",
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
    let after = match &target.assembly {
        Some(assembly) => assembly.clone(),
        None => synthesized(workspace, config, target.environment)?,
    };
    let before = Base::of(workspace, revision, target.environment)?.assembly;
    let built = build_programs(workspace.root(), &[COMPARE], Profile::Same)?;
    let Some(program) = built.get(COMPARE.binary) else {
        return Err(Error::NoBinary {
            package: COMPARE.package.to_owned(),
        });
    };
    let mut command = Command::new(program);
    command.arg(before).arg(after);
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
    /// The folder of the assembly.
    pub(super) assembly: PathBuf,
    /// Where the commit is checked out.
    pub(super) worktree: PathBuf,
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
        let _lock = lock(&folder.join(".lock"))?;

        let commit = resolve(root, revision)?;
        let worktree = folder.join("worktree");
        check_out(root, &worktree, &commit)?;

        // One for each commit: whoever reads it later doesn't hold the lock, and must not find
        // another commit's.
        let synth = folder.join("synth");
        let out = synth.join(&commit);
        forget_others(&synth, &commit)?;
        let status = cargo::command(&worktree)
            .args(["run", "--quiet", "--package", "xtask", "--", "synth"])
            .args(["--env", environment.as_str(), "--out"])
            .arg(&out)
            // Not the one of this commit: each would rebuild what the other has built.
            .env("CARGO_TARGET_DIR", folder.join("build"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .status()
            .map_err(|source| Error::Start {
                program: "cargo".to_owned(),
                source,
            })?;
        let assembly = out.join(environment.as_str());
        if status.success() && assembly.join(FILE_NAME).is_file() {
            Ok(Self {
                commit,
                assembly,
                worktree,
            })
        } else {
            Err(Error::Base { commit })
        }
    }
}

/// The commit that a revision names.
fn resolve(root: &Path, revision: &str) -> Result<String, Error> {
    let commit = format!("{revision}^{{commit}}");
    let asked = ["rev-parse", "--verify", "--end-of-options", &commit];
    git(root, &asked).map_err(|error| match error {
        Error::Git { .. } => Error::Revision {
            revision: revision.to_owned(),
        },
        other => other,
    })
}

/// How many commits' templates are kept.
const KEPT: usize = 8;

/// Removes the templates of other commits, when there are many.
fn forget_others(synth: &Path, commit: &str) -> Result<(), Error> {
    let Ok(entries) = fs::read_dir(synth) else {
        return Ok(());
    };
    let others: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.file_name().is_some_and(|name| name != commit))
        .collect();
    if others.len() < KEPT {
        return Ok(());
    }
    others
        .iter()
        .try_for_each(|path| fs::remove_dir_all(path).map_err(writing(path)))
}

fn writing(path: &Path) -> impl FnOnce(std::io::Error) -> Error {
    let path = path.to_owned();
    move |source| Error::Write { path, source }
}

/// Makes the worktree hold the commit. Files that are the same keep their times, so that cargo
/// builds only what differs.
fn check_out(root: &Path, worktree: &Path, commit: &str) -> Result<(), Error> {
    if worktree.join(".git").exists() {
        git(
            worktree,
            &["checkout", "--quiet", "--force", "--detach", commit],
        )?;
        return Ok(());
    }
    // Where `target` was removed, git still remembers the worktree.
    git(root, &["worktree", "prune"])?;
    let path = worktree.display().to_string();
    let add = [
        "worktree", "add", "--quiet", "--force", "--detach", &path, commit,
    ];
    git(root, &add)?;
    Ok(())
}

/// What git prints, without the end of the line.
fn git(folder: &Path, arguments: &[&str]) -> Result<String, Error> {
    let output = Command::new("git")
        // The repository's hooks are for work in it, not for looking at it.
        .args(["-c", "core.hooksPath=/dev/null"])
        .args(arguments)
        .current_dir(folder)
        // Set where a hook calls this; they would point at another worktree.
        .env_remove("GIT_DIR")
        .env_remove("GIT_WORK_TREE")
        .env_remove("GIT_INDEX_FILE")
        .stdin(Stdio::null())
        .output()
        .map_err(|source| Error::Start {
            program: "git".to_owned(),
            source,
        })?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout)
            .trim_end()
            .to_owned());
    }
    Err(Error::Git {
        what: arguments.join(" "),
        said: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
    })
}
