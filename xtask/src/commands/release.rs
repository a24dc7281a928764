//! `release`: writes the assembly and the program that deploys it.

use crate::cli::Release;
use crate::context::Context;
use crate::deploying::release;
use crate::{Error, output};

pub(super) fn run(context: &Context, arguments: &Release) -> Result<(), Error> {
    let Context {
        workspace, config, ..
    } = context;
    release::make(workspace, config, arguments.environment, &arguments.output)?;
    output::text(&format!(
        "release of {} written to {}\n",
        arguments.environment,
        arguments.output.display()
    ))
}
