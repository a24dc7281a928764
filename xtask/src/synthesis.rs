//! From the input files to the assemblies: what every command but `test` starts with.

use std::path::{Path, PathBuf};

use common::Definition;
use common::assembly::Assembly;
use common::environment::EnvironmentName;
use provenance::{Source, Sources, inspect};

use crate::workspace::Workspace;
use crate::{Error, assembly_folder, cargo, stack_binaries};

/// The assemblies with what they were made from: the sources are inspected before they are read and once
/// more afterwards. `outputs` are files that may lie among them without being any.
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

/// The assemblies of the environments, with their templates inside, sorted by name.
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
    // Worktrees that share a target folder build programs of the same names: until they have run, no other
    // run may put its own in their place.
    let target = cargo::target(workspace);
    std::fs::create_dir_all(&target).map_err(assembly_folder::at(&target))?;
    let _lock = assembly_folder::lock(&target.join(".synthesis.lock"))?;
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
