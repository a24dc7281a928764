//! cloudformation-validate, which has no command line: `tests/validators/validate.py` calls it.

use std::path::PathBuf;
use std::process::Command;

use serde::Deserialize;

use super::{Case, Finding, parse, run};
use crate::Error;
use crate::tools::PythonTools;
use crate::workspace::Workspace;

const NAME: &str = "cloudformation-validate";

#[derive(Deserialize)]
struct Output {
    template: PathBuf,
    rule: String,
    severity: String,
    path: String,
    message: String,
}

pub(super) fn validate(
    tools: &PythonTools,
    workspace: &Workspace,
    case: &Case,
) -> Result<Vec<Finding>, Error> {
    let mut command = Command::new(tools.program("python"));
    command
        .arg(workspace.root().join("tests/validators/validate.py"))
        .args([&case.account, &case.region])
        .args(&case.templates);
    let output = run(command, NAME)?;
    let found: Vec<Output> = parse(&output, NAME)?;
    Ok(found
        .into_iter()
        .filter(|found| !matches!(found.severity.as_str(), "info" | "debug"))
        .map(|found| Finding {
            template: found.template,
            path: found.path,
            validator: NAME,
            rule: found.rule,
            message: found.message,
        })
        .collect())
}
