//! Back to the definition of an older commit: its templates, by this commit's engine.

use std::path::Path;

use common::assembly::{ReadError, VERSION, read};
use deploy_arguments::Rollback;

use super::base::Base;
use super::deployer;
use crate::Error;
use crate::workspace::Workspace;

/// Synthesizes the commit, and hands its assembly on.
pub(crate) fn run(
    workspace: &Workspace,
    config: &Path,
    mut arguments: Rollback,
) -> Result<u8, Error> {
    // Who gives an assembly has it from elsewhere: a release, say.
    if arguments.target.assembly.is_none() {
        let base = Base::of(workspace, &arguments.to, arguments.target.environment)?;
        is_understood(&base, &arguments)?;
        // A name may move; the commit does not.
        arguments.to = base.commit;
        return deployer::run_with(workspace, arguments, base.assembly);
    }
    deployer::run(workspace, config, arguments)
}

/// Whether this engine reads what that commit's synthesis writes. Told before anything is built.
fn is_understood(base: &Base, arguments: &Rollback) -> Result<(), Error> {
    match read(base.assembly.assembly()) {
        Err(ReadError::Version { found, .. }) => Err(Error::OtherAssembly {
            commit: base.commit.clone(),
            found,
            expected: VERSION,
            environment: arguments.target.environment,
        }),
        // Whatever else is wrong with it, the reader says.
        Ok(_) | Err(_) => Ok(()),
    }
}
