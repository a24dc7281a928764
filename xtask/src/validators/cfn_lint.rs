//! cfn-lint, by its command line.

use std::path::PathBuf;
use std::process::Command;

use serde::Deserialize;

use super::{Case, Finding, parse, run};
use crate::Error;
use crate::tools::PythonTools;

const NAME: &str = "cfn-lint";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Output {
    filename: PathBuf,
    level: String,
    location: Location,
    message: String,
    rule: Rule,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Location {
    path: Option<Vec<serde_json::Value>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Rule {
    id: String,
}

pub(super) fn validate(tools: &PythonTools, case: &Case) -> Result<Vec<Finding>, Error> {
    let mut command = Command::new(tools.program(NAME));
    command
        .args([
            "--format",
            "json",
            "--non-zero-exit-code",
            "none",
            "--regions",
            &case.region,
        ])
        .arg("--")
        .args(&case.templates);
    // cfn-lint reads `.cfnlintrc` in the current and the home folder: a rule that one person silences would be
    // silenced for that person only.
    let empty = tools.program("");
    command.current_dir(&empty).env("HOME", &empty);
    let output = run(command, NAME)?;
    let found: Vec<Output> = parse(&output, NAME)?;
    let finding = |found: Output| {
        let steps = found.location.path.unwrap_or_default();
        let steps: Vec<String> = steps
            .iter()
            .map(|step| {
                step.as_str()
                    .map_or_else(|| step.to_string(), str::to_owned)
            })
            .collect();
        Finding {
            template: found.filename,
            path: steps.join("/"),
            validator: NAME,
            rule: found.rule.id,
            message: found.message,
        }
    };
    Ok(found
        .into_iter()
        .filter(|found| found.level != "Informational")
        .map(finding)
        .collect())
}
