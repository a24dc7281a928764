//! What a rehearsal is played on: stand-ins, a world and a local CloudFormation.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::clouds::Clouds as _;
use super::error::RunError;
use super::forge::Forge;
use super::local::LocalClouds;
use super::rehearsal::{Rehearsal, Setting};
use super::stand_in;
use super::world::World;
use crate::pipelines::pipeline::pipelines;

/// Whose code runs where a command calls cargo.
#[derive(Clone, Debug)]
pub enum Code {
    /// That of programs in a folder, which were built before: nothing is compiled.
    BuiltBefore(PathBuf),
    /// The commit's.
    OfCommit {
        /// The repository that commits are of, `owner/name`.
        repository: String,
        /// A folder that is kept for their files and for what cargo makes of them. Nobody else may
        /// use it meanwhile.
        folder: PathBuf,
    },
}

/// What a scene is made of.
#[derive(Clone, Debug)]
pub struct Props {
    /// A folder for all of it, empty.
    pub folder: PathBuf,
    /// The account, twelve digits.
    pub account: String,
    /// The region.
    pub region: String,
    /// The repositories.
    pub forge: Forge,
    /// This program, which plays the stand-ins.
    pub program: PathBuf,
    /// Whose code runs.
    pub code: Code,
    /// Commands of buildspecs, and what is run instead of them.
    pub replaced: Vec<(String, String)>,
    /// A folder that keeps what is deployed, for a scene that goes on from there.
    pub state: Option<PathBuf>,
}

/// A scene, with nothing deployed unless it goes on from another.
#[derive(Debug)]
pub struct Scene {
    /// What rehearsals are run with.
    pub setting: Setting,
    /// What plays the services.
    pub world: World,
    /// What is deployed.
    pub clouds: LocalClouds,
    /// The stand-ins.
    pub(super) bin: PathBuf,
}

impl Scene {
    /// Sets it.
    ///
    /// # Errors
    /// When a file or the local CloudFormation can't be had.
    pub fn set(props: Props) -> Result<Self, RunError> {
        let Props {
            folder,
            account,
            region,
            forge,
            program,
            code,
            replaced,
            state,
        } = props;
        let bin = folder.join("bin");
        stand_in::install(&program, &bin)?;
        let world = World::create(&folder.join("world"), &account, &region)?;
        let forge = match &code {
            Code::BuiltBefore(_) => forge,
            Code::OfCommit { repository, folder } => {
                forge.keeping(repository, &folder.join("source"))
            }
        };
        let clouds = LocalClouds::start(&world, &account, &region, state)?;
        let path = std::env::var("PATH").unwrap_or_default();
        Ok(Self {
            setting: Setting {
                folder: folder.join("actions"),
                region,
                forge,
                path: format!("{}:{path}", bin.display()),
                variables: variables(&code, &bin),
                replaced,
            },
            world,
            clouds,
            bin,
        })
    }

    /// The names of the pipelines that are deployed.
    ///
    /// # Errors
    /// When what is deployed can't be read.
    pub fn pipelines(&self) -> Result<BTreeSet<String>, RunError> {
        let deployed = pipelines(&self.clouds.deployed()?)?;
        Ok(deployed.into_iter().map(|pipeline| pipeline.name).collect())
    }

    /// A pipeline that is deployed, to be rehearsed.
    ///
    /// # Errors
    /// When there is none of the name.
    pub fn rehearsal(&self, pipeline: &str) -> Result<Rehearsal<'_>, RunError> {
        Rehearsal::new(&self.setting, &self.world, &self.clouds, pipeline)
    }
}

/// What programs of a build are told besides: where those are that were built before, or where what
/// is compiled is kept; and what cargo and the compiler are told here.
fn variables(code: &Code, bin: &Path) -> BTreeMap<String, String> {
    let home = std::env::var("HOME").unwrap_or_default();
    let or = |variable: &str, otherwise: String| std::env::var(variable).unwrap_or(otherwise);
    let of_code = match code {
        // Where nothing is compiled, nothing has to be fetched.
        Code::BuiltBefore(programs) => vec![
            (stand_in::PROGRAMS, programs.to_string_lossy().into_owned()),
            ("CARGO_NET_OFFLINE", "true".to_owned()),
        ],
        Code::OfCommit { folder, .. } => {
            let target = folder.join("target").to_string_lossy().into_owned();
            vec![("CARGO_TARGET_DIR", target)]
        }
    };
    // Where there are several toolchains, the one of whoever rehearses. None is ever installed or
    // brought up to date: a build that does not name one would have rustup do it, for everybody on the
    // machine.
    let toolchain = std::env::var("RUSTUP_TOOLCHAIN").ok();
    [
        (stand_in::STAND_INS, bin.to_string_lossy().into_owned()),
        (stand_in::CARGO, or("CARGO", "cargo".to_owned())),
        ("CARGO_HOME", or("CARGO_HOME", format!("{home}/.cargo"))),
        ("RUSTUP_AUTO_INSTALL", "0".to_owned()),
        ("RUSTUP_HOME", or("RUSTUP_HOME", format!("{home}/.rustup"))),
    ]
    .into_iter()
    .chain(toolchain.map(|toolchain| ("RUSTUP_TOOLCHAIN", toolchain)))
    .chain(of_code)
    .map(|(name, value)| (name.to_owned(), value))
    .collect()
}
