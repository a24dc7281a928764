//! Shims of programs that a laptop doesn't have or must not use: this program under other names,
//! first on the `PATH` of a build.
//!
//! They share the rehearsal's [`ServiceState`], which authorizes their calls with the build's role.
//! They know only the calls that buildspecs and the script of a machine make, and refuse every
//! other, so that a new call is noticed here and not on AWS.

mod aws;
mod call;
mod cargo;
mod docker;
mod tools;

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use self::call::{Answer, Call};
use super::error::{At as _, RunError};
use super::service_state::ServiceState;

/// The variable with the folder of the service state.
pub const SERVICES: &str = "REHEARSAL_SERVICES";

pub use cargo::{CARGO, PROGRAMS, SHIMS};

/// The programs that have a shim, and what it does instead.
const SHIM_PROGRAMS: [(&str, &str); 6] = [
    ("aws", "ECR, S3 and CodePipeline are a local folder"),
    (
        "docker",
        "no image is built: its digest is computed from its files",
    ),
    ("dnf", "nothing is installed"),
    (
        "curl",
        "rustup is not downloaded: the installed toolchain is used",
    ),
    (
        "sha256sum",
        "the checksum of a replaced download is not verified",
    ),
    ("cargo", "nothing is compiled: prebuilt programs run"),
];

/// The description of a recorded shim or changed call.
#[must_use]
pub fn description(name: &str) -> &'static str {
    let mut all = SHIM_PROGRAMS.iter().chain(&[cargo::RELEASE]);
    all.find(|(known, _)| *known == name)
        .map_or("", |(_, what)| what)
}

/// Runs the shim of this name, if there is one.
#[must_use]
pub fn runner(name: &str, arguments: &[String]) -> Option<ExitCode> {
    if !SHIM_PROGRAMS.iter().any(|(known, _)| *known == name) {
        return None;
    }
    let folder = std::env::var(SERVICES).unwrap_or_default();
    let call = Call {
        services: ServiceState::open(Path::new(&folder)),
        key: std::env::var("AWS_ACCESS_KEY_ID").unwrap_or_default(),
        arguments,
    };
    // A state that can't be written can't be read either, which the answer reports.
    if let Some(name) = stands_in_for(&call, name) {
        let _ = call.services.stands_in(&call.key, name);
    }
    let answer = match name {
        "aws" => aws::answer(&call),
        "docker" => docker::answer(&call),
        "cargo" => Ok(cargo::answer(&call)),
        _ => Ok(tools::answer(name, &call)),
    };
    let Answer {
        code,
        output,
        error,
    } = answer.unwrap_or_else(|error| Answer::failure(255, error.to_string()));
    // Output after the reader has closed the pipe is lost.
    let _ = std::io::stdout().write_all(output.as_bytes());
    let _ = std::io::stderr().write_all(error.as_bytes());
    Some(ExitCode::from(code))
}

/// The program or call that the shim replaces; `None` where the real one runs unchanged.
fn stands_in_for<'a>(call: &Call<'_>, program: &'a str) -> Option<&'a str> {
    match program {
        "cargo" if cargo::compiles() => cargo::stands_in_for(call),
        "sha256sum" if !tools::compares_a_download(call) => None,
        _ => Some(program),
    }
}

/// Installs the shims into a folder: links to this program under their names.
///
/// # Errors
/// When they can't be put there.
pub fn install(program: &Path, folder: &Path) -> Result<(), RunError> {
    std::fs::create_dir_all(folder).at(folder)?;
    for (name, _) in SHIM_PROGRAMS {
        let link = folder.join(name);
        #[cfg(unix)]
        std::os::unix::fs::symlink(program, &link).at(&*link)?;
        #[cfg(not(unix))]
        std::fs::copy(program, &link).at(&*link)?;
    }
    Ok(())
}
