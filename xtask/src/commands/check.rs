//! `check`: everything that is checked before a deployment, without writing anything.

use std::fs;

use common::assembly::{Assembly, template_file};
use serde::Serialize;

use super::Context;
use crate::cli::{Check, Format};
use crate::judges::{Case, Finding, judge};
use crate::synthesis::synthesize;
use crate::tools::PythonTools;
use crate::{Error, assembly_folder, output};

/// What `--format json` prints.
#[derive(Serialize)]
struct Checked {
    stacks: usize,
    resources: usize,
    judged: bool,
    findings: Vec<Finding>,
}

pub(super) fn run(context: &Context, arguments: &Check) -> Result<(), Error> {
    let assemblies = synthesize(
        &context.workspace,
        &context.config,
        &arguments.environments.names(),
    )?;
    let findings = if arguments.judges {
        ask_judges(context, &assemblies)?
    } else {
        Vec::new()
    };
    let stacks = || assemblies.iter().flat_map(|assembly| &assembly.stacks);
    let checked = Checked {
        stacks: stacks().count(),
        resources: stacks().map(|stack| stack.resources).sum(),
        judged: arguments.judges,
        findings,
    };
    match arguments.output.format {
        Format::Json => output::json(&checked)?,
        Format::Text if checked.findings.is_empty() => {
            let Checked {
                stacks, resources, ..
            } = checked;
            let asked = if checked.judged {
                "the judges found nothing"
            } else {
                "no judge asked"
            };
            output::text(&format!(
                "{stacks} stacks, {resources} resources: fine; {asked}\n"
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

/// The judges read files. Each run has a folder of its own, gone when it ends.
fn ask_judges(context: &Context, assemblies: &[Assembly]) -> Result<Vec<Finding>, Error> {
    PythonTools::judges(&context.workspace).install()?;
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
        judge(&context.workspace, &cases)
    });
    // What the judges said matters more than a folder that stays behind.
    let _ = fs::remove_dir_all(&folder);
    let mut findings = findings?;
    for finding in &mut findings {
        if let Ok(short) = finding.template.strip_prefix(&folder) {
            finding.template = short.to_owned();
        }
    }
    Ok(findings)
}
