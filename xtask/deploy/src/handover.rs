//! The handover: an assembly that `cargo xtask` synthesizes for one run.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use cli_conventions::exit_code;
use common::environment::EnvironmentName;
use common::terminal_text::TerminalText;
use serde::Deserialize;

use crate::Error;
use crate::command_line::CommandLine;
use crate::report::terminal::eprint;

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
    assembly: PathBuf,
    /// The commit that a revision names, where one was asked for.
    commit: Option<String>,
}

impl Handover {
    /// Has `cargo xtask` synthesize the environment; nothing where this program was started without it.
    pub(crate) fn synthesize(
        line: &CommandLine,
        environment: EnvironmentName,
        revision: Option<&str>,
    ) -> Result<Option<Self>, Error> {
        let Some(output) = run(line, environment, revision, None, Stdio::inherit())? else {
            return Ok(None);
        };
        if !output.status.success() {
            return Err(Error::NotSynthesized {
                code: code(&output),
            });
        }
        Self::read(&output).map(Some)
    }

    /// The same, for a definition that may be refused: then what `cargo xtask` said of it. `inputs` is another
    /// folder of input files than the command line's.
    pub(crate) fn synthesize_or_refuse(
        line: &CommandLine,
        environment: EnvironmentName,
        inputs: Option<&Path>,
    ) -> Result<Option<Result<Self, String>>, Error> {
        let Some(output) = run(line, environment, None, inputs, Stdio::piped())? else {
            return Ok(None);
        };
        let refused = String::from_utf8_lossy(&output.stderr).into_owned();
        match code(&output) {
            exit_code::SUCCESS => Self::read(&output).map(|handover| Some(Ok(handover))),
            exit_code::INPUT | exit_code::DEFINITION => Ok(Some(Err(refused))),
            code => {
                eprint(&TerminalText::lines(&refused));
                Err(Error::NotSynthesized { code })
            }
        }
    }

    fn read(output: &Output) -> Result<Self, Error> {
        let output = serde_json::from_slice(&output.stdout).map_err(Error::Json)?;
        Ok(Self { output })
    }

    /// A folder for files of this run, which is removed with this value.
    pub(crate) fn scratch(&self) -> PathBuf {
        self.output.folder.join("scratch")
    }

    pub(crate) fn assembly(&self) -> &Path {
        &self.output.assembly
    }

    /// The commit that it was asked to be of.
    pub(crate) fn commit(&self) -> Option<&str> {
        self.output.commit.as_deref()
    }
}

/// Runs `cargo xtask handover`; nothing where this program was started without `cargo xtask`.
fn run(
    line: &CommandLine,
    environment: EnvironmentName,
    revision: Option<&str>,
    inputs: Option<&Path>,
    stderr: Stdio,
) -> Result<Option<Output>, Error> {
    let Some(xtask) = &line.caller.xtask else {
        return Ok(None);
    };
    let mut command = Command::new(xtask);
    command.args(["handover", "--env", environment.as_str()]);
    if let Some(inputs) = inputs.map(Path::to_owned).or_else(|| line.config()) {
        command.arg("--config").arg(inputs);
    }
    if let Some(revision) = revision {
        command.arg(format!("--revision={revision}"));
    }
    for file in line.files() {
        command.arg("--except").arg(file);
    }
    let output = command.stdin(Stdio::null()).stderr(stderr).output();
    output
        .map(Some)
        .map_err(|source| Error::SynthesisNotStarted {
            program: xtask.clone(),
            environment,
            source,
        })
}

fn code(output: &Output) -> u8 {
    let code = output
        .status
        .code()
        .and_then(|code| u8::try_from(code).ok());
    code.unwrap_or(exit_code::FAILURE)
}

impl Drop for Handover {
    fn drop(&mut self) {
        // What stays is removed by a later `cargo xtask`.
        let _ = std::fs::remove_dir_all(&self.output.folder);
    }
}
