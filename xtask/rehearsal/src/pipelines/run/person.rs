//! What a person does in a scene, with rights of their own.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use common::environment::EnvironmentName;

use super::clouds::Clouds as _;
use super::error::RunError;
use super::local::PERSON;
use super::scene::Scene;
use super::stand_in;

/// Runs a program at a terminal. In Python, which knows terminals without anything installed.
const TERMINAL: &str = include_str!("terminal.py");

impl Scene {
    /// The newest commit of a branch, as a person has it checked out. Where commits are compiled, it is
    /// there where builds have it too, until the next build.
    ///
    /// # Errors
    /// When it can't be checked out.
    pub fn checkout(&self, repository: &str, branch: &str) -> Result<PathBuf, RunError> {
        let forge = &self.setting.forge;
        let commit = forge.head(repository, branch)?;
        let person = self.world.folder().join("checkout").join(&commit);
        forge.clone_at(repository, &commit, &person)
    }

    /// Calls `cargo xtask` as a person would, in a checkout, where nobody can be asked.
    ///
    /// # Errors
    /// When it can't be started.
    pub fn by_a_person(&self, checkout: &Path, arguments: &[&str]) -> Result<Output, RunError> {
        let cargo = self.bin.join("cargo");
        output(self.person(checkout, &cargo).arg("xtask").args(arguments))
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
            self.person(checkout, "python3")
                .args(["-c", TERMINAL, &question, answer])
                .arg(self.bin.join("cargo"))
                .args(["xtask", "bootstrap", "--env", name])
                // One that nothing is drawn on: what is said there is read when it goes wrong.
                .env("TERM", "dumb"),
        )
    }

    /// A program that a person starts.
    fn person(&self, checkout: &Path, program: impl AsRef<OsStr>) -> Command {
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
            .envs(&self.setting.variables)
            .envs(self.clouds.variables())
            .env("PATH", &self.setting.path)
            .env(stand_in::WORLD, self.world.folder())
            .env("AWS_ACCESS_KEY_ID", PERSON)
            .env("AWS_SECRET_ACCESS_KEY", "rehearsal")
            .env("AWS_REGION", &self.setting.region);
        command
    }
}

fn output(command: &mut Command) -> Result<Output, RunError> {
    command.output().map_err(|source| RunError::Program {
        program: command.get_program().to_string_lossy().into_owned(),
        source,
    })
}
