//! Commands of a buildspec, run as CodeBuild runs them.
//!
//! Each command is a script. Variables and the working directory carry over to the next command;
//! options of the shell don't. The first failure ends the phase.
//!
//! Source: <https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-cmd.html>

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::error::{At as _, RunError};

/// Saves the variables and the folder whatever the command does, and keeps its exit code.
const AROUND: &str = r#"
trap 'code=$?; env -0 > "$0/variables"; pwd > "$0/folder"; exit $code' EXIT
. "$0/command"
"#;

/// A shell between two commands.
#[derive(Debug)]
pub(super) struct Shell {
    folder: PathBuf,
    state: PathBuf,
    variables: BTreeMap<String, String>,
}

impl Shell {
    /// A shell in a folder, with exactly these variables. `state` is a folder for its own files.
    pub(super) fn new(
        folder: &Path,
        state: &Path,
        variables: BTreeMap<String, String>,
    ) -> Result<Self, RunError> {
        fs::create_dir_all(state).at(state)?;
        Ok(Self {
            folder: folder.to_owned(),
            state: state.to_owned(),
            variables,
        })
    }

    /// A variable, as the commands so far have left it.
    pub(super) fn variable(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str)
    }

    /// Runs a command; `line` gets each line of its output. Returns the exit code.
    pub(super) fn run(
        &mut self,
        command: &str,
        mut line: impl FnMut(&str),
    ) -> Result<i32, RunError> {
        let script = self.state.join("command");
        fs::write(&script, command).at(&*script)?;
        let program = |source| RunError::Program {
            program: "bash".to_owned(),
            source,
        };
        let (reader, writer) = std::io::pipe().map_err(program)?;
        let errors = writer.try_clone().map_err(program)?;
        let mut shell = Command::new("bash");
        shell
            .args(["--noprofile", "--norc", "-c", AROUND])
            .arg(&self.state)
            .current_dir(&self.folder)
            .env_clear()
            .envs(&self.variables)
            .stdin(Stdio::null())
            .stdout(writer)
            .stderr(errors);
        let mut child = shell.spawn().map_err(program)?;
        // Our ends of the pipe have to be closed, or reading never ends.
        drop(shell);
        for said in BufReader::new(reader).split(b'\n') {
            line(&String::from_utf8_lossy(&said.map_err(program)?));
        }
        let status = child.wait().map_err(program)?;
        self.keep()?;
        Ok(status.code().unwrap_or(-1))
    }

    fn keep(&mut self) -> Result<(), RunError> {
        let variables = self.state.join("variables");
        let text = fs::read(&variables).at(variables)?;
        self.variables = text
            .split(|&byte| byte == 0)
            .filter_map(|entry| {
                let entry = String::from_utf8_lossy(entry);
                let (name, value) = entry.split_once('=')?;
                Some((name.to_owned(), value.to_owned()))
            })
            .collect();
        let folder = self.state.join("folder");
        let text = fs::read_to_string(&folder).at(folder)?;
        self.folder = PathBuf::from(text.trim_end_matches('\n'));
        Ok(())
    }
}
