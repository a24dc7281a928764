//! cfn-lint, by its command line.

use std::path::PathBuf;
use std::process::Command;

use serde::Deserialize;

use super::{Case, Finding, output, parse};
use crate::Error;
use crate::tools::PythonTools;

const NAME: &str = "cfn-lint";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Found {
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

pub(super) fn judge(judges: &PythonTools, case: &Case) -> Result<Vec<Finding>, Error> {
    let mut command = Command::new(judges.program(NAME));
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
    // cfn-lint reads `.cfnlintrc` here and at home: what one person's file silences would be
    // silenced for that person only.
    let nowhere = judges.program("");
    command.current_dir(&nowhere).env("HOME", &nowhere);
    let output = output(command, NAME)?;
    let found: Vec<Found> = parse(&output, NAME)?;
    let finding = |found: Found| {
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
            judge: NAME,
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
