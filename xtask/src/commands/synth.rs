//! `synth`: writes the assemblies.

use std::path::PathBuf;

use common::assembly::Assembly;
use common::quota::{Usage, usage};
use serde::Serialize;

use crate::cli::{Format, Synth};
use crate::context::Context;
use crate::synthesis::synthesize_recorded;
use crate::template_checks;
use crate::{Error, assembly_folder, output};

/// What `--format json` prints for an environment.
#[derive(Serialize)]
struct Written {
    folder: PathBuf,
    quotas: Vec<Usage>,
    assembly: Assembly,
}

pub(super) fn run(context: &Context, arguments: &Synth) -> Result<(), Error> {
    let Context {
        workspace, config, ..
    } = context;
    let out = arguments
        .out
        .clone()
        .unwrap_or_else(|| workspace.target().join("synth"));
    let environments = arguments.environments.names();
    let (mut assemblies, source) =
        synthesize_recorded(workspace, config, &environments, vec![out.clone()])?;
    refuse_errors(&assemblies)?;
    let folders = assembly_folder::write(&out, &assemblies, Some(&source))?;
    for stack in assemblies
        .iter_mut()
        .flat_map(|assembly| &mut assembly.stacks)
    {
        stack.template = None;
        stack.locations.clear();
    }
    let written = folders.into_iter().zip(assemblies);
    match arguments.output.format {
        Format::Json => output::json(
            &written
                .map(|(folder, assembly)| Written {
                    folder,
                    quotas: usage(&assembly.stacks),
                    assembly,
                })
                .collect::<Vec<_>>(),
        ),
        Format::Text => {
            let tables = written.map(|(folder, assembly)| {
                // The way from here is shorter than the whole way.
                let here = folder.strip_prefix(workspace.root()).unwrap_or(&folder);
                format!(
                    "{}  written to {}\n",
                    output::table(&assembly),
                    here.display()
                )
            });
            output::text(&tables.collect::<Vec<_>>().join("\n"))
        }
    }
}

/// What AWS would refuse is not written.
fn refuse_errors(assemblies: &[Assembly]) -> Result<(), Error> {
    let mut findings = template_checks::of_assemblies(assemblies)?;
    findings.retain(|located| located.finding.rule.severity == checks::Severity::Error);
    if findings.is_empty() {
        Ok(())
    } else {
        Err(Error::Checks(findings))
    }
}
