//! Synthesis: from the input files to the assemblies.

use std::path::{Path, PathBuf};

use common::Definition;
use common::assembly::Assembly;
use common::environment::EnvironmentName;
use provenance::{Source, Sources, inspect};

use crate::workspace::Workspace;
use crate::{Error, cargo, stack_binaries};

/// Synthesizes the assemblies and records their sources, which are inspected before and after. `outputs` are files to
/// ignore among them.
///
/// # Errors
/// As [`synthesize`].
pub fn synthesize_recorded(
    workspace: &Workspace,
    config: &Path,
    environments: &[EnvironmentName],
    outputs: Vec<PathBuf>,
) -> Result<(Vec<Assembly>, Source), Error> {
    let sources = Sources {
        workspace: workspace.root(),
        inputs: config,
        outputs,
    };
    let before = inspect(&sources);
    let assemblies = synthesize(workspace, config, environments)?;
    Ok((assemblies, before.unless_changed(inspect(&sources))))
}

/// Synthesizes the assemblies of the environments, templates included, sorted by name.
///
/// # Errors
/// When the input files are refused, the stack crates don't build, or the stacks don't fit
/// together.
pub fn synthesize(
    workspace: &Workspace,
    config: &Path,
    environments: &[EnvironmentName],
) -> Result<Vec<Assembly>, Error> {
    // Every stack binary reads the same files. Reading them here first reports what is wrong with
    // them once, and before anything is built.
    let definition = Definition::load(config)?;
    let crates: Vec<&str> = workspace
        .stack_crates()
        .map(|member| member.name.as_str())
        .collect();
    if crates.is_empty() {
        return Err(Error::NoStacks {
            root: workspace.root().to_owned(),
        });
    }
    // Until the stack binaries have run.
    let _lock = cargo::lock_build_folder(workspace)?;
    let built = cargo::build(workspace.root(), &crates)?;
    let binaries = built
        .into_iter()
        .filter(|(name, _)| crates.contains(&name.as_str()))
        .collect();
    let mut stacks = stack_binaries::run(&binaries, environments, config)?;
    definition
        .environments
        .iter()
        .filter(|environment| environments.contains(&environment.name))
        .map(|environment| {
            // Moved, not cloned: the templates of many applications are megabytes.
            let own = stacks.extract_if(.., |stack| stack.environment == environment.name);
            Ok(Assembly::new(environment, own.collect())?)
        })
        .collect()
}
