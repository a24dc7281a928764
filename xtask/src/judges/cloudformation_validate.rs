//! cloudformation-validate, which has no command line: `tests/judges/validate.py` calls it.

use std::path::PathBuf;
use std::process::Command;

use serde::Deserialize;

use super::{Case, Finding, output, parse};
use crate::Error;
use crate::tools::PythonTools;
use crate::workspace::Workspace;

const NAME: &str = "cloudformation-validate";

#[derive(Deserialize)]
struct Found {
    template: PathBuf,
    rule: String,
    severity: String,
    path: String,
    message: String,
}

pub(super) fn judge(
    judges: &PythonTools,
    workspace: &Workspace,
    case: &Case,
) -> Result<Vec<Finding>, Error> {
    let mut command = Command::new(judges.program("python"));
    command
        .arg(workspace.root().join("tests/judges/validate.py"))
        .args([&case.account, &case.region])
        .args(&case.templates);
    let output = output(command, NAME)?;
    let found: Vec<Found> = parse(&output, NAME)?;
    Ok(found
        .into_iter()
        .filter(|found| !matches!(found.severity.as_str(), "info" | "debug"))
        .map(|found| Finding {
            template: found.template,
            path: found.path,
            judge: NAME,
            rule: found.rule,
            message: found.message,
        })
        .collect())
}
