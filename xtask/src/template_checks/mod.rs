//! The checks of templates: of assemblies, and of files.

pub mod files;
mod report;

use std::thread;

use checks::{Deployment, Finding, Severity, Stack};
use common::assembly::{Assembly, template_file};

use crate::Error;

pub use files::{FileProblem, FileSet};
pub use report::{counted, report};

/// A finding, and the file of its template.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Located {
    /// The template's path as it is shown.
    pub template: String,
    #[serde(flatten)]
    pub finding: Finding,
}

/// Whether a finding has to be dealt with.
#[must_use]
pub fn counts(located: &Located) -> bool {
    located.finding.rule.severity > Severity::Info
}

/// The findings in assemblies.
///
/// # Errors
/// When a template is no JSON, or is missing.
pub fn of_assemblies(assemblies: &[Assembly]) -> Result<Vec<Located>, Error> {
    let each = thread::scope(|scope| {
        let running: Vec<_> = assemblies
            .iter()
            .map(|assembly| scope.spawn(|| of_assembly(assembly)))
            .collect();
        running
            .into_iter()
            .map(|thread| thread.join().unwrap_or(Err(Error::Checker)))
            .collect::<Result<Vec<_>, Error>>()
    })?;
    Ok(each.into_iter().flatten().collect())
}

fn of_assembly(assembly: &Assembly) -> Result<Vec<Located>, Error> {
    let stacks = assembly.stacks.iter().map(|stack| {
        let text = stack.template.as_deref().unwrap_or_default();
        Ok(Stack {
            name: (&stack.name).into(),
            account: Some(assembly.account.clone()),
            region: Some(assembly.region.clone()),
            template: serde_json::from_str(text).map_err(Error::Json)?,
            ..Stack::default()
        })
    });
    let deployment = Deployment {
        stacks: stacks.collect::<Result<_, Error>>()?,
        is_complete: true,
    };
    let located = checks::check(&deployment).into_iter().map(|finding| {
        let stack = assembly
            .stacks
            .iter()
            .find(|stack| finding.stack == stack.name);
        let file = stack.map_or_else(
            || finding.stack.to_string(),
            |stack| template_file(&stack.name),
        );
        Located {
            template: format!("{}/{file}", assembly.environment),
            finding,
        }
    });
    Ok(located.collect())
}

/// The findings in templates that are deployed together.
#[must_use]
pub fn of_files(set: &FileSet) -> Vec<Located> {
    let findings = checks::check(&set.deployment).into_iter();
    findings
        .map(|finding| {
            let file = set.files.get(finding.stack.as_str());
            Located {
                template: file.map_or_else(
                    || finding.stack.to_string(),
                    |path| path.display().to_string(),
                ),
                finding,
            }
        })
        .collect()
}
