//! Programs that a laptop doesn't have, or may not use: this program under other names, first on
//! the `PATH` of a build.
//!
//! They share the rehearsal's [`ServiceState`], and ask it whether the build's role may do what they are
//! told to. They know only the calls that buildspecs and the script of a machine make, and refuse every other, so that a new call
//! is noticed here and not on AWS.

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

/// The variable that says where the world is.
pub const SERVICES: &str = "REHEARSAL_WORLD";

pub use cargo::{CARGO, PROGRAMS, SHIMS};

/// The programs that are stood in for, and by what.
const SHIM_PROGRAMS: [(&str, &str); 6] = [
    ("aws", "the registry, buckets and pipelines are a folder"),
    (
        "docker",
        "images are not built: a digest is made of their files",
    ),
    ("dnf", "nothing is installed"),
    ("curl", "the toolchain that is here stands in for rustup's"),
    ("sha256sum", "what was not fetched is not compared"),
    (
        "cargo",
        "nothing is compiled: the programs were built before",
    ),
];

/// What stands in for a program, or for a call of one, that a build has taken note of.
#[must_use]
pub fn description(name: &str) -> &'static str {
    let mut all = SHIM_PROGRAMS.iter().chain(&[cargo::RELEASE]);
    all.find(|(known, _)| *known == name)
        .map_or("", |(_, what)| what)
}

/// Plays a program, if `name` is one that is played here.
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
    // A world that can't be written can't be read either, which the answer says.
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
    } = answer.unwrap_or_else(|error| Answer::failed(255, error.to_string()));
    // Whoever doesn't listen misses it.
    let _ = std::io::stdout().write_all(output.as_bytes());
    let _ = std::io::stderr().write_all(error.as_bytes());
    Some(ExitCode::from(code))
}

/// What is not done for real when a program is called so.
fn stands_in_for<'a>(call: &Call<'_>, program: &'a str) -> Option<&'a str> {
    match program {
        "cargo" if cargo::compiles() => cargo::stands_in_for(call),
        "sha256sum" if !tools::compares_a_download(call) => None,
        _ => Some(program),
    }
}

/// Puts the stand-ins into a folder: links to this program under their names.
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
