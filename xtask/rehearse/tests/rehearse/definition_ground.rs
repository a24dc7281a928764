//! What rehearsals of the definition's own pipeline stand on: a repository with what is here, a
//! local CloudFormation with guarded doors, and programs that were built before.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

use rehearse::run::{Forge, Props, Rehearsal, Scene};
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
    pub(crate) scene: Scene,
    pub(crate) repository: Repository,
}

impl DefinitionGround {
    /// With nothing deployed.
    pub(crate) fn empty(folder: &Path) -> Self {
        Self::with(folder, Forge::default())
    }

    /// With nothing deployed, and more repositories.
    pub(crate) fn with(folder: &Path, forge: Forge) -> Self {
        let environment = &staging().synthesis.environment;
        let repository = definition(folder);
        let replaced = [
            // The judges are asked by another test, of the same templates.
            ("cargo xtask check --judges", "cargo xtask check"),
            ("cargo xtask test", TESTS),
        ];
        let props = Props {
            folder: folder.to_owned(),
            account: environment.account.to_string(),
            region: environment.region.to_string(),
            forge: forge.with("lemonade/infrastructure", &repository.0),
            program: PathBuf::from(env!("CARGO_BIN_EXE_rehearse")),
            programs: programs().to_owned(),
            replaced: replaced
                .map(|(of, by)| (of.to_owned(), by.to_owned()))
                .to_vec(),
        };
        Self {
            scene: Scene::set(props).unwrap_or_else(|error| panic!("{error}")),
            repository,
        }
    }

    /// With what a person deploys: bootstrap, and the pipeline.
    pub(crate) fn bootstrapped(folder: &Path) -> Self {
        let ground = Self::empty(folder);
        let output = ground.scene.bootstrap(&ground.repository.0, "staging");
        let output = output.unwrap_or_else(|error| panic!("{error}"));
        assert!(output.status.success(), "{}", said(&output));
        ground
    }

    pub(crate) fn rehearsal(&self, pipeline: &str) -> Rehearsal<'_> {
        let rehearsal = self.scene.rehearsal(pipeline);
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
