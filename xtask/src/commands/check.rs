//! `check`: the checks before a deployment, without writing anything.

use std::fs;

use common::assembly::{Assembly, template_file};
use serde::Serialize;

use crate::cli::{Check, Format};
use crate::context::Context;

use crate::synthesis::synthesize;
use crate::template_checks::{self, Located, counted, counts, files};
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
    /// What our own checks found.
    checks: Vec<Located>,
}

pub(super) fn run(context: &Context, arguments: &Check) -> Result<(), Error> {
    if arguments.templates.is_empty() {
        check_definition(context, arguments)
    } else {
        check_templates(arguments)
    }
}

fn check_definition(context: &Context, arguments: &Check) -> Result<(), Error> {
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
        checks: template_checks::of_assemblies(&assemblies)?,
    };
    let note = if checked.validated {
        "; the validators found nothing"
    } else {
        "; validators not run"
    };
    conclude(arguments, checked, note)
}

/// Checks templates of any origin.
fn check_templates(arguments: &Check) -> Result<(), Error> {
    let target = files::Target {
        account: arguments.account.clone(),
        region: arguments.region.clone(),
    };
    let sets = files::read(&arguments.templates, &target)?;
    let stacks = || sets.iter().flat_map(|set| &set.deployment.stacks);
    let resources = |template| cloudformation::template::resources(template).count();
    let checked = JsonOutput {
        stacks: stacks().count(),
        resources: stacks().map(|stack| resources(&stack.template)).sum(),
        validated: false,
        findings: Vec::new(),
        checks: sets.iter().flat_map(template_checks::of_files).collect(),
    };
    conclude(arguments, checked, "")
}

/// Prints what was found. Findings of the validators, errors and warnings are a failure; advice is not.
fn conclude(arguments: &Check, checked: JsonOutput, note: &str) -> Result<(), Error> {
    let JsonOutput {
        stacks,
        resources,
        ref checks,
        ..
    } = checked;
    let is_fine = checked.findings.is_empty() && !checks.iter().any(counts);
    match arguments.output.format {
        Format::Json => output::json(&checked)?,
        Format::Text => {
            let advice: Vec<&Located> = checks.iter().filter(|one| !counts(one)).collect();
            let mut text = template_checks::report(advice.iter().copied());
            if !advice.is_empty() {
                text += "\n\n";
            }
            if is_fine {
                text += &format!("{stacks} stacks, {resources} resources: fine{note}\n");
            } else {
                text += &format!(
                    "{stacks} stacks, {resources} resources: {}\n",
                    counted(checks)
                );
            }
            output::text(&text)?;
        }
    }
    if is_fine {
        Ok(())
    } else if checked.findings.is_empty() {
        Err(Error::Checks(
            checked.checks.into_iter().filter(counts).collect(),
        ))
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
