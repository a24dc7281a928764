//! The judges from outside: cfn-lint and cloudformation-validate.
//!
//! Their rules overlap but are not equal. Every finding of warning level or above counts; a rule
//! that is wrong for every template may stand in `tests/judges/exceptions.toml`, with its reason
//! and source.

mod cfn_lint;
mod cloudformation_validate;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::thread;

use serde::{Deserialize, Serialize};

use crate::Error;
use crate::tools::PythonTools;
use crate::workspace::Workspace;

/// Something that a judge found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// The template's file.
    pub template: PathBuf,
    /// Where in the template.
    pub path: String,
    /// Which judge.
    pub judge: &'static str,
    /// Which rule of the judge's.
    pub rule: String,
    /// The judge's words.
    pub message: String,
}

/// A rule that is wrong for every template.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exception {
    /// The judge.
    pub judge: String,
    /// The rule.
    pub rule: String,
    /// Why it is wrong, whatever the template.
    pub reason: String,
    /// Who says so.
    pub source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Exceptions {
    exception: Vec<Exception>,
}

/// Templates that are deployed to one place.
#[derive(Clone, Debug)]
pub struct Case {
    /// The account.
    pub account: String,
    /// The region; both judges know which types and values it has.
    pub region: String,
    /// The templates' files.
    pub templates: Vec<PathBuf>,
}

/// The checked-in exceptions.
///
/// # Errors
/// When the file can't be read.
pub fn exceptions(workspace: &Workspace) -> Result<Vec<Exception>, Error> {
    let path = workspace.root().join("tests/judges/exceptions.toml");
    let text = fs::read_to_string(&path).map_err(|source| Error::Read {
        path: path.clone(),
        source,
    })?;
    let file: Exceptions =
        toml::from_str(&text).map_err(|source| Error::Manifest { path, source })?;
    Ok(file.exception)
}

/// What both judges find, sorted. The judges must be installed.
///
/// # Errors
/// When a judge does not run.
pub fn judge(workspace: &Workspace, cases: &[Case]) -> Result<Vec<Finding>, Error> {
    let judges = PythonTools::judges(workspace);
    judges.require()?;
    let exceptions = exceptions(workspace)?;
    let mut findings = thread::scope(|scope| {
        let judging: Vec<_> = cases
            .iter()
            .flat_map(|case| {
                let judges = &judges;
                [
                    scope.spawn(move || cfn_lint::judge(judges, case)),
                    scope.spawn(move || cloudformation_validate::judge(judges, workspace, case)),
                ]
            })
            .collect();
        judging.into_iter().try_fold(Vec::new(), |mut all, thread| {
            all.extend(thread.join().unwrap_or_else(|_| {
                let output = "the thread that waited for it panicked".to_owned();
                Err(Error::Tool {
                    tool: "a judge".to_owned(),
                    output,
                })
            })?);
            Ok::<_, Error>(all)
        })
    })?;
    findings.retain(|finding| {
        !exceptions
            .iter()
            .any(|one| one.judge == finding.judge && one.rule == finding.rule)
    });
    findings.sort();
    Ok(findings)
}

fn output(mut command: Command, tool: &str) -> Result<Output, Error> {
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

/// The findings by template, as people read them.
#[must_use]
pub fn report(findings: &[Finding]) -> String {
    let mut by_template: BTreeMap<&Path, Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        by_template
            .entry(&finding.template)
            .or_default()
            .push(finding);
    }
    let mut report = match findings.len() {
        1 => "a finding".to_owned(),
        many => format!("{many} findings"),
    };
    for (template, findings) in by_template {
        let _ = write!(report, "\n{}", template.display());
        for Finding {
            path,
            judge,
            rule,
            message,
            ..
        } in findings
        {
            let path = if path.is_empty() {
                "the template"
            } else {
                path
            };
            let _ = write!(report, "\n  {path}\n    {judge} {rule}: {message}");
        }
    }
    report
}
