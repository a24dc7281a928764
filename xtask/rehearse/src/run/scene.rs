//! What a rehearsal is played on: stand-ins, a world, a local CloudFormation, and a person.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use common::environment::EnvironmentName;

use super::clouds::Clouds as _;
use super::error::RunError;
use super::forge::Forge;
use super::local::{LocalClouds, PERSON};
use super::rehearsal::{Rehearsal, Setting};
use super::stand_in;
use super::world::World;

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
    /// The folder of programs that stand in for what cargo would build.
    pub programs: PathBuf,
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
    bin: PathBuf,
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
            programs,
            replaced,
            state,
        } = props;
        let bin = folder.join("bin");
        stand_in::install(&program, &bin)?;
        let world = World::create(&folder.join("world"), &account, &region)?;
        let clouds = LocalClouds::start(&world, &account, &region, state)?;
        let path = std::env::var("PATH").unwrap_or_default();
        Ok(Self {
            setting: Setting {
                folder: folder.join("actions"),
                region,
                forge,
                path: format!("{}:{path}", bin.display()),
                variables: variables(&programs),
                replaced,
            },
            world,
            clouds,
            bin,
        })
    }

    /// A pipeline that is deployed, to be rehearsed.
    ///
    /// # Errors
    /// When there is none of the name.
    pub fn rehearsal(&self, pipeline: &str) -> Result<Rehearsal<'_>, RunError> {
        Rehearsal::new(&self.setting, &self.world, &self.clouds, pipeline)
    }

    /// Calls `cargo xtask` as a person would, in a checkout.
    ///
    /// # Errors
    /// When it can't be started.
    pub fn by_a_person(&self, checkout: &Path, arguments: &[&str]) -> Result<Output, RunError> {
        Command::new(self.bin.join("cargo"))
            .arg("xtask")
            .args(arguments)
            .current_dir(checkout)
            .envs(&self.setting.variables)
            .envs(self.clouds.variables())
            .env("PATH", &self.setting.path)
            .env(stand_in::WORLD, self.world.folder())
            .env("AWS_ACCESS_KEY_ID", PERSON)
            .env("AWS_SECRET_ACCESS_KEY", "rehearsal")
            .env("AWS_REGION", &self.setting.region)
            .env_remove("CARGO")
            .output()
            .map_err(|source| RunError::Program {
                program: "cargo xtask".to_owned(),
                source,
            })
    }

    /// Has a person apply bootstrap and the pipeline, which does everything else. Production takes a
    /// terminal; without one, what was planned before.
    ///
    /// # Errors
    /// When it can't be started.
    pub fn bootstrap(
        &self,
        checkout: &Path,
        environment: EnvironmentName,
    ) -> Result<Output, RunError> {
        let name = environment.as_str();
        if environment == EnvironmentName::Staging {
            return self.by_a_person(checkout, &["bootstrap", "--env", name, "--yes"]);
        }
        let plan = self.world.folder().join("bootstrap-plan.json");
        let plan = plan.to_string_lossy();
        let only = ["bootstrap", "bootstrap-roles", "cicd"].map(|stack| ["--only", stack]);
        let mut arguments = vec!["plan", "--env", name, "--bootstrap", "--out", &*plan];
        arguments.extend(only.as_flattened());
        let planned = self.by_a_person(checkout, &arguments)?;
        if !planned.status.success() {
            return Ok(planned);
        }
        let deploy = ["deploy", "--env", name, "--plan", &*plan, "--confirm", name];
        self.by_a_person(checkout, &deploy)
    }
}

/// What programs of a build are told besides: where those are that were built before, and where
/// cargo keeps what it has fetched.
fn variables(programs: &Path) -> BTreeMap<String, String> {
    let home = std::env::var("HOME").unwrap_or_default();
    let or = |variable: &str, otherwise: String| std::env::var(variable).unwrap_or(otherwise);
    [
        (stand_in::PROGRAMS, programs.to_string_lossy().into_owned()),
        (stand_in::CARGO, or("CARGO", "cargo".to_owned())),
        ("CARGO_HOME", or("CARGO_HOME", format!("{home}/.cargo"))),
        ("RUSTUP_HOME", or("RUSTUP_HOME", format!("{home}/.rustup"))),
        ("CARGO_NET_OFFLINE", "true".to_owned()),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect()
}
