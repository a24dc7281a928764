//! What deploys, as programs of their own: what they need is never compiled for a synthesis.

pub(crate) mod base;
pub(crate) mod deployer;
pub(crate) mod drill;
pub(crate) mod release;
pub(crate) mod rollback;

use std::path::{Path, PathBuf};

use common::environment::EnvironmentName;

use crate::synthesis::synthesize;
use crate::workspace::Workspace;
use crate::{Error, assembly_folder};

/// Synthesizes an environment into `target/synth`, always: what is deployed is what the files say
/// now. Gives the folder of the assembly.
fn synthesized(
    workspace: &Workspace,
    config: &Path,
    environment: EnvironmentName,
) -> Result<PathBuf, Error> {
    let assemblies = synthesize(workspace, config, &[environment])?;
    let out = workspace.target().join("synth");
    assembly_folder::write(&out, &assemblies)?;
    Ok(out.join(environment.as_str()))
}
