//! The external validators of templates: cfn-lint and cloudformation-validate.
//!
//! Their rules overlap but differ. Every finding of warning level or above counts; a rule that is wrong for every
//! template may stand in `tests/validators/exceptions.toml`, with its reason and source.

mod cfn_lint;
mod cloudformation_validate;
mod finding;

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::thread;

use serde::Deserialize;

pub use finding::{Finding, report};

use crate::Error;
use crate::tools::PythonTools;
use crate::workspace::Workspace;

/// A rule that is wrong for every template.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exception {
    pub validator: String,
    pub rule: String,
    pub reason: String,
    pub source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Exceptions {
    exception: Vec<Exception>,
}

/// Templates that are deployed to one account and region.
#[derive(Clone, Debug)]
pub struct Case {
    pub account: String,
    /// The region; both validators know which types and values it has.
    pub region: String,
    pub templates: Vec<PathBuf>,
}

/// The checked-in exceptions.
///
/// # Errors
/// When the file can't be read.
pub fn exceptions(workspace: &Workspace) -> Result<Vec<Exception>, Error> {
    let path = workspace.root().join("tests/validators/exceptions.toml");
    let text = fs::read_to_string(&path).map_err(|source| Error::Read {
        path: path.clone(),
        source,
    })?;
    let file: Exceptions =
        toml::from_str(&text).map_err(|source| Error::Manifest { path, source })?;
    Ok(file.exception)
}

/// The findings of both validators, sorted. They must be installed.
///
/// # Errors
/// When a validator does not run.
pub fn validate(workspace: &Workspace, cases: &[Case]) -> Result<Vec<Finding>, Error> {
    let tools = PythonTools::validators(workspace);
    tools.require()?;
    let exceptions = exceptions(workspace)?;
    let mut findings = thread::scope(|scope| {
        let running: Vec<_> = cases
            .iter()
            .flat_map(|case| {
                let tools = &tools;
                [
                    scope.spawn(move || cfn_lint::validate(tools, case)),
                    scope.spawn(move || cloudformation_validate::validate(tools, workspace, case)),
                ]
            })
            .collect();
        running.into_iter().try_fold(Vec::new(), |mut all, thread| {
            all.extend(thread.join().unwrap_or_else(|_| {
                let output = "the thread that waited for it panicked".to_owned();
                Err(Error::Tool {
                    tool: "a validator".to_owned(),
                    output,
                })
            })?);
            Ok::<_, Error>(all)
        })
    })?;
    findings.retain(|finding| {
        !exceptions
            .iter()
            .any(|one| one.validator == finding.validator && one.rule == finding.rule)
    });
    findings.sort();
    Ok(findings)
}

fn run(mut command: Command, tool: &str) -> Result<Output, Error> {
    let program = tool.to_owned();
    let output = command
        .output()
        .map_err(|source| Error::Start { program, source })?;
    if output.status.success() {
        Ok(output)
    } else {
        Err(unexpected(tool, &output))
    }
}

fn parse<T: serde::de::DeserializeOwned>(output: &Output, tool: &str) -> Result<T, Error> {
    serde_json::from_slice(&output.stdout).map_err(|_| unexpected(tool, output))
}

fn unexpected(tool: &str, output: &Output) -> Error {
    let said = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    let said = String::from_utf8_lossy(&said).trim().to_owned();
    Error::Tool {
        tool: tool.to_owned(),
        output: format!("{}\n{said}", output.status),
    }
}
