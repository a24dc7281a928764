//! What rehearsals of the definition's own pipeline stand on: a repository with what is here, a
//! local CloudFormation with guarded doors, and programs that were built before.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

use rehearse::run::local::{LocalClouds, PERSON};
use rehearse::run::{Clouds as _, Forge, Rehearsal, Setting, World, stand_in};
use tests::root;
use xtask::cargo::{Profile, Program, build, build_programs};

use crate::ground::Repository;
use crate::support::staging;

/// The definition's pipeline in staging.
pub(crate) const PIPELINE: &str = "cicd.definition-lemonade-staging";

/// The tests of a commit: in a rehearsal, whether it has a file that says that they fail.
const TESTS: &str = "test ! -e tests-fail";

/// The folder of the programs, built once.
fn programs() -> &'static Path {
    static BUILT: LazyLock<PathBuf> = LazyLock::new(|| {
        let stacks = tests::synthesis::CRATES.iter().map(|(name, _)| *name);
        let packages: Vec<&str> = ["xtask"].into_iter().chain(stacks).collect();
        build(root(), &packages).unwrap_or_else(|error| panic!("{error}"));
        let deployer = Program {
            package: "deploy",
            binary: "deployer",
        };
        let local = Program {
            package: "local-cloudformation",
            binary: "local-cloudformation",
        };
        // Both, as `cargo xtask deploy` builds them.
        let built = build_programs(root(), &[deployer, local], Profile::Same);
        let built = built.unwrap_or_else(|error| panic!("{error}"));
        built["deployer"].parent().unwrap().to_owned()
    });
    &BUILT
}

/// A repository with everything that this one has, as it is now, on the branch of staging.
pub(crate) fn definition(folder: &Path) -> Repository {
    let repository = Repository(folder.join("definition"));
    let listed = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .unwrap();
    for file in String::from_utf8(listed.stdout).unwrap().lines() {
        let (from, to) = (root().join(file), repository.0.join(file));
        // One that is deleted and not committed yet.
        if from.is_file() {
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            fs::copy(&from, &to).unwrap();
        }
    }
    repository.init("the definition");
    repository
}

/// Everything that a rehearsal of staging's definition takes.
pub(crate) struct DefinitionGround {
    pub(crate) setting: Setting,
    pub(crate) world: World,
    pub(crate) clouds: LocalClouds,
    pub(crate) repository: Repository,
    folder: PathBuf,
}

impl DefinitionGround {
    /// With nothing deployed.
    pub(crate) fn empty(folder: &Path) -> Self {
        let environment = &staging().synthesis.environment;
        let (account, region) = (environment.account.as_str(), environment.region.as_str());
        let repository = definition(folder);
        let bin = folder.join("bin");
        stand_in::install(Path::new(env!("CARGO_BIN_EXE_rehearse")), &bin, false).unwrap();
        let path = std::env::var("PATH").unwrap();
        let world = World::create(&folder.join("world"), account, region).unwrap();
        let clouds = LocalClouds::start(&world, account, region).unwrap();
        let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
        let text = |path: &Path| path.to_string_lossy().into_owned();
        let real_home = std::env::var("HOME").unwrap();
        let home = |variable: &str, otherwise: &str| {
            std::env::var(variable).unwrap_or_else(|_| format!("{real_home}/{otherwise}"))
        };
        let variables = [
            (stand_in::PROGRAMS, text(programs())),
            (stand_in::CARGO, cargo),
            ("CARGO_HOME", home("CARGO_HOME", ".cargo")),
            ("RUSTUP_HOME", home("RUSTUP_HOME", ".rustup")),
            ("CARGO_NET_OFFLINE", "true".to_owned()),
        ];
        let replaced = [
            // The judges are asked by another test, of the same templates.
            ("cargo xtask check --judges", "cargo xtask check"),
            ("cargo xtask test", TESTS),
        ];
        Self {
            setting: Setting {
                folder: folder.join("actions"),
                region: region.to_owned(),
                forge: Forge::default().with("lemonade/infrastructure", &repository.0),
                path: format!("{}:{path}", bin.display()),
                variables: variables
                    .into_iter()
                    .map(|(name, value)| (name.to_owned(), value))
                    .collect(),
                replaced: replaced
                    .map(|(of, by)| (of.to_owned(), by.to_owned()))
                    .to_vec(),
            },
            world,
            clouds,
            repository,
            folder: folder.to_owned(),
        }
    }

    /// With what a person deploys: bootstrap, and the pipeline.
    pub(crate) fn bootstrapped(folder: &Path) -> Self {
        let ground = Self::empty(folder);
        let output = ground.by_a_person(&[
            "deploy",
            "--env",
            "staging",
            "--only",
            "bootstrap",
            "--only",
            "bootstrap-roles",
            "--only",
            "cicd",
            "--bootstrap",
            "--yes",
        ]);
        assert!(output.status.success(), "{}", said(&output));
        ground
    }

    /// Calls `cargo xtask` as a person would, in the checkout.
    pub(crate) fn by_a_person(&self, arguments: &[&str]) -> Output {
        let mut variables: BTreeMap<String, String> = self.setting.variables.clone();
        variables.extend(self.clouds.variables());
        Command::new(self.folder.join("bin/cargo"))
            .arg("xtask")
            .args(arguments)
            .current_dir(&self.repository.0)
            .envs(variables)
            .env("PATH", &self.setting.path)
            .env("REHEARSAL_WORLD", self.world.folder())
            .env("AWS_ACCESS_KEY_ID", PERSON)
            .env("AWS_SECRET_ACCESS_KEY", "rehearsal")
            .env("AWS_REGION", &self.setting.region)
            .env_remove("CARGO")
            .output()
            .unwrap()
    }

    pub(crate) fn rehearsal(&self) -> Rehearsal<'_> {
        let rehearsal = Rehearsal::new(&self.setting, &self.world, &self.clouds, PIPELINE);
        rehearsal.unwrap_or_else(|error| panic!("{error}"))
    }
}

/// What a program said, for when it should have said something else.
pub(crate) fn said(output: &Output) -> String {
    format!(
        "{}\n{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}
