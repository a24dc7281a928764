//! `describe-release`: what a release says of itself.

use common::assembly::read;
use deploy_arguments::exit_code;

use crate::Error;
use crate::cli::DescribeRelease;
use crate::preflight::{Expected, Release, Source, assembly_digest, source};

pub(super) fn run(arguments: &DescribeRelease) -> Result<u8, Error> {
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
    let release = Release::new(&Expected::of(&assembly), &checkout, digest);
    release.write(&arguments.output)?;
    Ok(exit_code::SUCCESS)
}
