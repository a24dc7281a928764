//! The definition of another commit, to compare with. Needs git, and neither AWS nor its SDK.
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
    let before = assembly(workspace, revision, target.environment)?;
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

/// The folder of the assembly of an environment, as a commit defines it.
fn assembly(
    workspace: &Workspace,
    revision: &str,
    environment: EnvironmentName,
) -> Result<PathBuf, Error> {
    let root = workspace.root();
    let folder = workspace.target().join("base");
    fs::create_dir_all(&folder).map_err(|source| Error::Write {
        path: folder.clone(),
        source,
    })?;
    let _lock = lock(&folder.join(".lock"))?;

    let commit = format!("{revision}^{{commit}}");
    let commit = git(
        root,
        &["rev-parse", "--verify", "--end-of-options", &commit],
    )?;
    let worktree = folder.join("worktree");
    check_out(root, &worktree, &commit)?;

    let out = folder.join("synth");
    // What another commit left must not be taken for this one's.
    if out.exists() {
        fs::remove_dir_all(&out).map_err(|source| Error::Write {
            path: out.clone(),
            source,
        })?;
    }
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
        Ok(assembly)
    } else {
        Err(Error::Base { commit })
    }
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
