//! `describe-release`: writes the description of a release.

use std::path::PathBuf;

use clap::Args;
use cli_conventions::exit_code;
use common::assembly::read;
use common::environment::EnvironmentName;

use crate::Error;
use crate::backend::Backend;
use crate::command_line::CommandLine;
use crate::preflight::{ExpectedTarget, Release, Source, assembly_digest, source};

/// The last step of `cargo xtask release`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The environment
    #[arg(long = "env", value_name = "ENVIRONMENT")]
    pub environment: EnvironmentName,

    /// The folder of the release's assembly
    #[arg(long, value_name = "DIR")]
    pub assembly: PathBuf,

    /// The file to write
    #[arg(long, value_name = "FILE")]
    pub output: PathBuf,
}

#[expect(
    clippy::extra_unused_type_parameters,
    reason = "every verb is called alike"
)]
pub(super) async fn run<B: Backend>(_: &CommandLine, arguments: &Arguments) -> Result<u8, Error> {
    let folder = &arguments.assembly;
    let assembly = read(folder)?;
    if assembly.environment != arguments.environment {
        return Err(Error::OtherEnvironment {
            folder: folder.clone(),
            asked: arguments.environment,
            found: assembly.environment,
        });
    }
    let checkout = match source(&assembly, folder) {
        Source::Checkout(checkout) => checkout,
        Source::Release { .. } => return Err(Error::Sources("it is a release already".to_owned())),
        Source::Unknown { why } => return Err(Error::Sources(why)),
    };
    let digest = assembly_digest(folder, &assembly)?;
    let release = Release::new(&ExpectedTarget::of(&assembly), &checkout, digest);
    release.write(&arguments.output)?;
    Ok(exit_code::SUCCESS)
}
