//! The operator: commands that are run by hand, with the operator's own permissions.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use common::environment::EnvironmentName;

use super::backend::Backend as _;
use super::error::RunError;
use super::local::OPERATOR_KEY;
use super::shim;
use super::test_bed::TestBed;

/// Runs a program at a pseudo-terminal. In Python, whose standard library has them.
const TERMINAL: &str = include_str!("terminal.py");

impl TestBed {
    /// Checks out the newest commit of a branch. Where commits are compiled, the folder is the one
    /// that builds use, until the next build.
    ///
    /// # Errors
    /// When it can't be checked out.
    pub fn checkout(&self, repository: &str, branch: &str) -> Result<PathBuf, RunError> {
        let git_host = &self.config.git_host;
        let commit = git_host.head(repository, branch)?;
        let checkout = self.services.folder().join("checkout").join(&commit);
        git_host.clone_at(repository, &commit, &checkout)
    }

    /// Runs `cargo xtask` in a checkout, without a terminal.
    ///
    /// # Errors
    /// When it can't be started.
    pub fn run_xtask(&self, checkout: &Path, arguments: &[&str]) -> Result<Output, RunError> {
        let cargo = self.bin.join("cargo");
        output(
            self.operator_command(checkout, &cargo)
                .arg("xtask")
                .args(arguments),
        )
    }

    /// Runs `cargo xtask bootstrap` at a pseudo-terminal and answers its question.
    ///
    /// # Errors
    /// When it can't be started.
    pub fn bootstrap(
        &self,
        checkout: &Path,
        environment: EnvironmentName,
    ) -> Result<Output, RunError> {
        let name = environment.as_str();
        // The ends of the questions, which older commits word alike.
        let (question, answer) = match environment {
            EnvironmentName::Staging => (format!(" {name}? [y/N] "), "yes"),
            EnvironmentName::Production => (format!("({name}): "), name),
        };
        output(
            self.operator_command(checkout, "python3")
                .args(["-c", TERMINAL, &question, answer])
                .arg(self.bin.join("cargo"))
                .args(["xtask", "bootstrap", "--env", name])
                // No live view: the output is shown when the command fails.
                .env("TERM", "dumb"),
        )
    }

    /// A command with the operator's credentials.
    fn operator_command(&self, checkout: &Path, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        // Cargo's settings in a build and for the operator have to agree, or each would recompile
        // what the other has compiled.
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy();
            if name.starts_with("CARGO") || name.starts_with("RUSTC") || name == "RUSTFLAGS" {
                command.env_remove(&*name);
            }
        }
        command
            .current_dir(checkout)
            .envs(&self.config.variables)
            .envs(self.backend.variables())
            .env("PATH", &self.config.path)
            .env(shim::SERVICES, self.services.folder())
            .env("AWS_ACCESS_KEY_ID", OPERATOR_KEY)
            .env("AWS_SECRET_ACCESS_KEY", "rehearsal")
            .env("AWS_REGION", &self.config.region);
        command
    }
}

fn output(command: &mut Command) -> Result<Output, RunError> {
    command.output().map_err(|source| RunError::Program {
        program: command.get_program().to_string_lossy().into_owned(),
        source,
    })
}
