//! What a person does in a scene, with rights of their own.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use common::environment::EnvironmentName;

use super::backend::Backend as _;
use super::error::RunError;
use super::local::OPERATOR_KEY;
use super::shim;
use super::test_bed::TestBed;

/// Runs a program at a terminal. In Python, which knows terminals without anything installed.
const TERMINAL: &str = include_str!("terminal.py");

impl TestBed {
    /// The newest commit of a branch, as a person has it checked out. Where commits are compiled, it is
    /// there where builds have it too, until the next build.
    ///
    /// # Errors
    /// When it can't be checked out.
    pub fn checkout(&self, repository: &str, branch: &str) -> Result<PathBuf, RunError> {
        let git_host = &self.config.git_host;
        let commit = git_host.head(repository, branch)?;
        let checkout = self.services.folder().join("checkout").join(&commit);
        git_host.clone_at(repository, &commit, &checkout)
    }

    /// Calls `cargo xtask` as a person would, in a checkout, where nobody can be asked.
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

    /// Has a person apply bootstrap and the pipeline, which does everything else: at a terminal, where
    /// the person is asked, and types what is asked for.
    ///
    /// # Errors
    /// When it can't be started.
    pub fn bootstrap(
        &self,
        checkout: &Path,
        environment: EnvironmentName,
    ) -> Result<Output, RunError> {
        let name = environment.as_str();
        let (question, answer) = match environment {
            EnvironmentName::Staging => (format!("go on with {name}? [y/N] "), "yes"),
            EnvironmentName::Production => (format!("to go on ({name}): "), name),
        };
        output(
            self.operator_command(checkout, "python3")
                .args(["-c", TERMINAL, &question, answer])
                .arg(self.bin.join("cargo"))
                .args(["xtask", "bootstrap", "--env", name])
                // One that nothing is drawn on: what is said there is read when it goes wrong.
                .env("TERM", "dumb"),
        )
    }

    /// A program that a person starts.
    fn operator_command(&self, checkout: &Path, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        // What cargo is told in a build and what a person tells it have to agree, or each would
        // compile again what the other has compiled.
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
