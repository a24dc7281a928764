//! Programs that a laptop doesn't have, or may not use: this program under other names, first on
//! the `PATH` of a build.
//!
//! They share the rehearsal's [`World`], and ask it whether the build's role may do what they are
//! told to. They know only the calls that buildspecs and the script of a machine make, and refuse every other, so that a new call
//! is noticed here and not on AWS.

mod aws;
mod cargo;
mod docker;
mod others;

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use super::error::{At as _, RunError};
use super::world::World;
use crate::pipelines::policy::{Denial, Request};

/// The variable that says where the world is.
pub const WORLD: &str = "REHEARSAL_WORLD";

pub use cargo::{CARGO, PROGRAMS, STAND_INS};

/// The programs that are stood in for, and by what.
const PROGRAMS_PLAYED: [(&str, &str); 6] = [
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
pub fn by_what(name: &str) -> &'static str {
    let mut all = PROGRAMS_PLAYED.iter().chain(&[cargo::RELEASE]);
    all.find(|(known, _)| *known == name)
        .map_or("", |(_, what)| what)
}

/// What a stand-in answers.
#[derive(Debug)]
struct Answer {
    code: u8,
    output: String,
    error: String,
}

impl Answer {
    const fn well(output: String) -> Self {
        Self {
            code: 0,
            output,
            error: String::new(),
        }
    }

    const fn failed(code: u8, error: String) -> Self {
        Self {
            code,
            output: String::new(),
            error,
        }
    }
}

/// A call of a stand-in.
struct Call<'a> {
    world: World,
    /// The access key id of the build.
    key: String,
    arguments: &'a [String],
}

impl Call<'_> {
    /// What is not done for real when a program is called so.
    fn stands_in_for<'a>(&self, program: &'a str) -> Option<&'a str> {
        match program {
            "cargo" if cargo::compiles() => cargo::stands_in_for(self),
            "sha256sum" if !others::compares_a_download(self) => None,
            _ => Some(program),
        }
    }

    /// The arguments, to be matched by their beginning.
    fn words(&self) -> Vec<&str> {
        self.arguments.iter().map(String::as_str).collect()
    }

    /// The value of an option.
    fn option(&self, name: &str) -> Option<&str> {
        let at = self.arguments.iter().position(|word| word == name)?;
        self.arguments.get(at + 1).map(String::as_str)
    }

    /// Why the holder of a key may not do all of this, in AWS's words.
    fn refusal(&self, key: &str, requests: &[Request]) -> Result<Option<String>, RunError> {
        let Some(session) = self.world.session_of(key) else {
            let error = "The security token included in the request is invalid.";
            return Ok(Some(error.to_owned()));
        };
        let refused = self.world.refusal(&session.role, requests)?;
        Ok(refused.map(|(request, denial)| {
            let why = match denial {
                Denial::Explicit(_) => "with an explicit deny",
                _ => "because nothing allows it",
            };
            format!(
                "An error occurred (AccessDeniedException): {} is not authorized to perform: {} on \
                 resource: {} {why} ({denial})",
                session.role, request.action, request.resource
            )
        }))
    }
}

/// Plays a program, if `name` is one that is played here.
#[must_use]
pub fn play(name: &str, arguments: &[String]) -> Option<ExitCode> {
    if !PROGRAMS_PLAYED.iter().any(|(known, _)| *known == name) {
        return None;
    }
    let folder = std::env::var(WORLD).unwrap_or_default();
    let call = Call {
        world: World::open(Path::new(&folder)),
        key: std::env::var("AWS_ACCESS_KEY_ID").unwrap_or_default(),
        arguments,
    };
    // A world that can't be written can't be read either, which the answer says.
    if let Some(name) = call.stands_in_for(name) {
        let _ = call.world.stands_in(&call.key, name);
    }
    let answer = match name {
        "aws" => aws::answer(&call),
        "docker" => docker::answer(&call),
        "cargo" => Ok(cargo::answer(&call)),
        _ => Ok(others::answer(name, &call)),
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

/// Puts the stand-ins into a folder: links to this program under their names.
///
/// # Errors
/// When they can't be put there.
pub fn install(program: &Path, folder: &Path) -> Result<(), RunError> {
    std::fs::create_dir_all(folder).at(folder)?;
    for (name, _) in PROGRAMS_PLAYED {
        let link = folder.join(name);
        #[cfg(unix)]
        std::os::unix::fs::symlink(program, &link).at(&*link)?;
        #[cfg(not(unix))]
        std::fs::copy(program, &link).at(&*link)?;
    }
    Ok(())
}
