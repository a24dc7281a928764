//! The Git host: local repositories that stand for those on GitHub.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::error::{At as _, RunError};

/// Local repositories by their names on GitHub, `owner/name`.
#[derive(Clone, Debug, Default)]
pub struct GitHost {
    repositories: BTreeMap<String, PathBuf>,
    /// The folder of each repository whose clones reuse one folder.
    reused: BTreeMap<String, PathBuf>,
}

impl GitHost {
    #[must_use]
    pub fn with_repository(mut self, name: &str, folder: &Path) -> Self {
        self.repositories.insert(name.to_owned(), folder.to_owned());
        self
    }

    /// Adds a folder that all clones of a repository reuse, one after another: files that two
    /// commits share keep their times and are not compiled again. Nothing else stays in the folder.
    #[must_use]
    pub fn with_reused_clone(mut self, name: &str, folder: &Path) -> Self {
        self.reused.insert(name.to_owned(), folder.to_owned());
        self
    }

    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.repositories.contains_key(name)
    }

    /// The newest commit of a branch.
    ///
    /// # Errors
    /// When there is no such repository or branch.
    pub fn head(&self, repository: &str, branch: &str) -> Result<String, RunError> {
        let folder = self.folder(repository)?;
        let reference = format!("refs/heads/{branch}");
        git(
            folder,
            &["rev-parse", "--verify", &reference],
            "find the branch",
        )
    }

    /// Clones a repository with its history and checks out a commit, as CodeBuild does for a
    /// reference. Returns the folder: `into`, or the one that the repository's clones reuse.
    ///
    /// # Errors
    /// When git can't.
    pub fn clone_at(
        &self,
        repository: &str,
        commit: &str,
        into: &Path,
    ) -> Result<PathBuf, RunError> {
        let folder = self.folder(repository)?;
        if let Some(reused) = self.reused.get(repository) {
            // A clone that an interrupted run left behind is made again.
            if update_clone(folder, commit, reused).is_err() {
                if reused.exists() {
                    fs::remove_dir_all(reused).at(reused)?;
                }
                update_clone(folder, commit, reused)?;
            }
            return Ok(reused.clone());
        }
        let (from, to) = (folder.to_string_lossy(), into.to_string_lossy());
        let clone = ["clone", "--quiet", "--no-checkout", "--shared", &from, &to];
        git(Path::new("."), &clone, "clone")?;
        git(
            into,
            &["checkout", "--quiet", "--detach", commit],
            "check out",
        )?;
        Ok(into.to_owned())
    }

    /// The files of a commit, without history.
    ///
    /// # Errors
    /// When git or tar can't.
    pub fn export_files(
        &self,
        repository: &str,
        commit: &str,
        into: &Path,
    ) -> Result<(), RunError> {
        let folder = self.folder(repository)?;
        fs::create_dir_all(into).at(into)?;
        let program = |program: &str| {
            let program = program.to_owned();
            move |source| RunError::Program { program, source }
        };
        let mut archive = command(folder)
            .args(["archive", "--format=tar", commit])
            .stdout(Stdio::piped())
            .spawn()
            .map_err(program("git"))?;
        let mut unpack = Command::new("tar");
        unpack.args(["-x", "-C"]).arg(into);
        if let Some(stdout) = archive.stdout.take() {
            unpack.stdin(stdout);
        }
        let unpacked = unpack.status().map_err(program("tar"))?;
        let archived = archive.wait().map_err(program("git"))?;
        if archived.success() && unpacked.success() {
            return Ok(());
        }
        Err(RunError::Git {
            what: "take the files".to_owned(),
            message: format!("of {commit} in {repository}"),
        })
    }

    fn folder(&self, repository: &str) -> Result<&Path, RunError> {
        self.repositories
            .get(repository)
            .map(PathBuf::as_path)
            .ok_or_else(|| RunError::NoRepository(repository.to_owned()))
    }
}

/// Updates a clone to a commit and removes everything that builds left in it. It shares no objects
/// with the repository, which may be another one each time.
fn update_clone(from: &Path, commit: &str, clone: &Path) -> Result<(), RunError> {
    fs::create_dir_all(clone).at(clone)?;
    let from = from.to_string_lossy();
    let branches = "+refs/heads/*:refs/remotes/origin/*";
    let steps: [(&[&str], &str); 4] = [
        (&["init", "--quiet"], "make a clone"),
        (
            &[
                "-c",
                "gc.auto=0",
                "fetch",
                "--quiet",
                "--prune",
                &from,
                branches,
            ],
            "fetch",
        ),
        (
            &["checkout", "--quiet", "--force", "--detach", commit],
            "check out",
        ),
        // `-f` twice: nested repositories too.
        (&["clean", "--quiet", "-ffdx"], "clean up"),
    ];
    for (arguments, what) in steps {
        git(clone, arguments, what)?;
    }
    Ok(())
}

/// Git in a folder, without the variables that a surrounding hook sets.
fn command(folder: &Path) -> Command {
    let mut command = Command::new("git");
    for variable in ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"] {
        command.env_remove(variable);
    }
    command.arg("-C").arg(folder);
    command
}

fn git(folder: &Path, arguments: &[&str], what: &str) -> Result<String, RunError> {
    let output = command(folder)
        .args(arguments)
        .output()
        .map_err(|source| RunError::Program {
            program: "git".to_owned(),
            source,
        })?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned());
    }
    Err(RunError::Git {
        what: what.to_owned(),
        message: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
    })
}
