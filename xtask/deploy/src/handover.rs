//! The handover: an assembly that `cargo xtask` synthesizes for one run.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;

use crate::Error;
use crate::command_line::CommandLine;
use crate::commands::arguments::Target;

/// A folder with an assembly that no other run reads or writes. It is removed with this value.
#[derive(Debug)]
pub(crate) struct Handover {
    output: HandoverOutput,
}

/// The output of `cargo xtask handover`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct HandoverOutput {
    /// The folder to remove.
    folder: PathBuf,
    /// The assembly in it.
    assembly: PathBuf,
    /// The commit that a revision names, where one was asked for.
    commit: Option<String>,
}

impl Handover {
    /// Has `cargo xtask` synthesize the environment; nothing where this program was started without it.
    pub(crate) fn synthesize(
        line: &CommandLine,
        target: &Target,
        revision: Option<&str>,
    ) -> Result<Option<Self>, Error> {
        let Some(xtask) = &line.caller.xtask else {
            return Ok(None);
        };
        let mut command = Command::new(xtask);
        command.args(["handover", "--env", target.environment.as_str()]);
        if let Some(config) = line.config() {
            command.arg("--config").arg(config);
        }
        if let Some(revision) = revision {
            command.arg(format!("--revision={revision}"));
        }
        for file in line.files() {
            command.arg("--except").arg(file);
        }
        let output = command
            .stdin(Stdio::null())
            .stderr(Stdio::inherit())
            .output()
            .map_err(|source| Error::SynthesisNotStarted {
                program: xtask.clone(),
                environment: target.environment,
                source,
            })?;
        if !output.status.success() {
            let code = output
                .status
                .code()
                .and_then(|code| u8::try_from(code).ok());
            return Err(Error::NotSynthesized {
                code: code.unwrap_or(cli_conventions::exit_code::FAILURE),
            });
        }
        let output = serde_json::from_slice(&output.stdout).map_err(Error::Json)?;
        Ok(Some(Self { output }))
    }

    pub(crate) fn assembly(&self) -> &Path {
        &self.output.assembly
    }

    /// The commit that it was asked to be of.
    pub(crate) fn commit(&self) -> Option<&str> {
        self.output.commit.as_deref()
    }
}

impl Drop for Handover {
    fn drop(&mut self) {
        // What stays is removed by a later `cargo xtask`.
        let _ = std::fs::remove_dir_all(&self.output.folder);
    }
}
