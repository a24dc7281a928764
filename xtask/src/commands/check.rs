//! `check`: the checks before a deployment, without writing anything.

use std::fs;

use common::assembly::{Assembly, template_file};
use serde::Serialize;

use crate::cli::{Check, Format};
use crate::context::Context;

use crate::synthesis::synthesize;
use crate::tools::PythonTools;
use crate::validators::{Case, Finding, validate};
use crate::{Error, assembly_folder, output};

/// What `--format json` prints.
#[derive(Serialize)]
struct JsonOutput {
    stacks: usize,
    resources: usize,
    #[serde(rename = "judged")]
    validated: bool,
    findings: Vec<Finding>,
}

pub(super) fn run(context: &Context, arguments: &Check) -> Result<(), Error> {
    let assemblies = synthesize(
        &context.workspace,
        &context.config,
        &arguments.environments.names(),
    )?;
    let findings = if arguments.validators {
        run_validators(context, &assemblies)?
    } else {
        Vec::new()
    };
    let stacks = || assemblies.iter().flat_map(|assembly| &assembly.stacks);
    let checked = JsonOutput {
        stacks: stacks().count(),
        resources: stacks().map(|stack| stack.resources).sum(),
        validated: arguments.validators,
        findings,
    };
    match arguments.output.format {
        Format::Json => output::json(&checked)?,
        Format::Text if checked.findings.is_empty() => {
            let JsonOutput {
                stacks, resources, ..
            } = checked;
            let validators = if checked.validated {
                "the validators found nothing"
            } else {
                "validators not run"
            };
            output::text(&format!(
                "{stacks} stacks, {resources} resources: fine; {validators}\n"
            ))?;
        }
        Format::Text => {}
    }
    if checked.findings.is_empty() {
        Ok(())
    } else {
        Err(Error::Findings(checked.findings))
    }
}

/// Runs the validators on files in a temporary folder.
fn run_validators(context: &Context, assemblies: &[Assembly]) -> Result<Vec<Finding>, Error> {
    PythonTools::validators(&context.workspace).install()?;
    let folder = context
        .workspace
        .target()
        .join(format!("check-{}", std::process::id()));
    let findings = assembly_folder::write(&folder, assemblies, None).and_then(|folders| {
        let cases: Vec<Case> = assemblies
            .iter()
            .zip(folders)
            .map(|(assembly, folder)| Case {
                account: assembly.account.clone(),
                region: assembly.region.clone(),
                templates: assembly
                    .stacks
                    .iter()
                    .map(|stack| folder.join(template_file(&stack.name)))
                    .collect(),
            })
            .collect();
        validate(&context.workspace, &cases)
    });
    // A folder that stays behind is less important than the findings.
    let _ = fs::remove_dir_all(&folder);
    let mut findings = findings?;
    for finding in &mut findings {
        if let Ok(short) = finding.template.strip_prefix(&folder) {
            finding.template = short.to_owned();
        }
    }
    Ok(findings)
}
