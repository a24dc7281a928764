//! The fixture of the definition's pipeline: a repository with the files of this one, a local
//! CloudFormation with authorization, and prebuilt programs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

use common::environment::EnvironmentName;
use rehearsal::pipelines::permission_use::RequestLog;
use rehearsal::pipelines::run::{
    Backend as _, CodeSource, GitHost, Rehearsal, ServiceState, Status, TestBed, TestBedConfig,
};
use tests::{root, sample};
use xtask::cargo::{Profile, Program, build, build_programs};

use crate::fixture::{Repository, copy, folder, watch};
use crate::support::{Read, staging};

pub(crate) const PIPELINE: &str = "cicd.definition-lemonade-staging";

const REPOSITORY: &str = "lemonade/infrastructure";

/// In every question before a deployment.
const QUESTION: &str = "continue ";

/// The tests of a commit: in a rehearsal, whether it has a file that says that they fail.
const TESTS: &str = "test ! -e tests-fail";

/// The folder of the programs, built once.
pub(crate) fn programs() -> &'static Path {
    static BUILT: LazyLock<PathBuf> = LazyLock::new(|| {
        let stacks = tests::synthesis::CRATES.iter().map(|(name, _)| *name);
        let packages: Vec<&str> = ["xtask"].into_iter().chain(stacks).collect();
        build(root(), &packages).unwrap_or_else(|error| panic!("{error}"));
        let deployer = Program {
            package: "aws",
            binary: "deployer",
        };
        let local = Program {
            package: "emulator",
            binary: "emulator",
        };
        // Both, as `cargo xtask deploy` builds them.
        let built = build_programs(root(), &[deployer, local], Profile::Same);
        let built = built.unwrap_or_else(|error| panic!("{error}"));
        built["deployer"].parent().unwrap().to_owned()
    });
    &BUILT
}

/// A repository with everything that this one has, as it is now, and the sample in the place of the
/// definition, on the branch of staging.
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
    sample::copy_to(&repository.0);
    // No application is promoted automatically here: these rehearsals change staging's branch, and
    // with it the trust policy of a workflow's role, which has to be acknowledged.
    let opts_in = "promote = \"automatic\"\nrepository_ids = \"123456/456789\"\n";
    repository.edit("applications.toml", opts_in, "");
    repository.init("the definition");
    repository
}

/// Everything that a rehearsal of staging's definition takes.
pub(crate) struct DefinitionFixture {
    pub(crate) test_bed: TestBed,
    pub(crate) repository: Repository,
}

/// What one test has rehearsed, for others to go on from.
struct Settled {
    folder: PathBuf,
    /// What the pass that deployed everything has shown and changed.
    shown: String,
    changes: Vec<String>,
}

/// Bootstrapped, and the pipeline has passed once.
fn settled() -> &'static Settled {
    static SETTLED: LazyLock<Settled> = LazyLock::new(|| {
        let folder = folder("definition-settled");
        let repository = definition(&folder);
        let fixture = DefinitionFixture::of(&folder, repository, staging(), GitHost::default());
        let output = fixture
            .test_bed
            .bootstrap(&fixture.repository.0, EnvironmentName::Staging);
        let output = output.unwrap_or_else(|error| panic!("{error}"));
        assert!(output.status.success(), "{}", said(&output));
        fixture.test_bed.services.take_changes();
        let mut rehearsal = fixture.rehearsal(PIPELINE);
        rehearsal.start(None);
        let shown = settle(&mut rehearsal, Status::Succeeded);
        Settled {
            shown,
            changes: fixture.test_bed.services.take_changes(),
            folder,
        }
    });
    &SETTLED
}

/// What the first pass has shown, and what it has changed.
pub(crate) fn first_pass() -> (&'static str, &'static [String]) {
    let settled = settled();
    (&settled.shown, &settled.changes)
}

/// What the first pass, and the bootstrap before it, were asked to have rights for.
pub(crate) fn first_pass_record() -> RequestLog {
    ServiceState::open(&settled().folder.join("world"))
        .request_log()
        .unwrap()
}

/// Runs until nothing is left to do; the newest execution must end with this status.
pub(crate) fn settle(rehearsal: &mut Rehearsal<'_>, expected: Status) -> String {
    let (events, shown) = watch(rehearsal);
    let newest = rehearsal.queue().newest().unwrap().status;
    assert_eq!(newest, expected, "{shown}\n{events:#?}");
    shown
}

impl DefinitionFixture {
    /// An environment as its state in the folder says, which is empty at first.
    pub(crate) fn of(
        folder: &Path,
        repository: Repository,
        read: &Read,
        git_host: GitHost,
    ) -> Self {
        let code = CodeSource::Prebuilt(programs().to_owned());
        Self::with(folder, repository, read, git_host, code)
    }

    fn with(
        folder: &Path,
        repository: Repository,
        read: &Read,
        git_host: GitHost,
        code: CodeSource,
    ) -> Self {
        let environment = &read.synthesis.environment;
        let replaced = [
            // The judges are asked by another test, of the same templates.
            ("cargo xtask check --judges", "cargo xtask check"),
            ("cargo xtask test", TESTS),
        ];
        let config = TestBedConfig {
            folder: folder.to_owned(),
            account: environment.account.to_string(),
            region: environment.region.to_string(),
            git_host: git_host.with_repository(REPOSITORY, &repository.0),
            program: PathBuf::from(env!("CARGO_BIN_EXE_rehearse")),
            code,
            replaced: replaced
                .map(|(of, by)| (of.to_owned(), by.to_owned()))
                .to_vec(),
            state: Some(folder.join("state")),
        };
        Self {
            test_bed: TestBed::start(config).unwrap_or_else(|error| panic!("{error}")),
            repository,
        }
    }

    /// A copy of staging, settled: everything is deployed that needs no image.
    pub(crate) fn settled(name: &str) -> Self {
        Self::settled_with(name, CodeSource::Prebuilt(programs().to_owned()))
    }

    /// The same, where the code of commits is compiled from here on. What is compiled is kept from one
    /// run of the tests to the next.
    pub(crate) fn settled_compiling(name: &str) -> Self {
        let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-compiled"));
        fs::create_dir_all(&kept).unwrap();
        let code = CodeSource::Compiled {
            repository: REPOSITORY.to_owned(),
            folder: kept,
        };
        Self::settled_with(name, code)
    }

    fn settled_with(name: &str, code: CodeSource) -> Self {
        let (from, folder) = (&settled().folder, folder(name));
        for part in ["definition", "state", "world"] {
            copy(&from.join(part), &folder.join(part));
        }
        let repository = Repository(folder.join("definition"));
        Self::with(&folder, repository, staging(), GitHost::default(), code)
    }

    /// A person applies bootstrap, and then again, which asks and changes nothing. Gives what was said
    /// the first time.
    pub(crate) fn bootstrap_twice(&self, checkout: &Path, environment: EnvironmentName) -> String {
        let apply = || {
            let output = self.test_bed.bootstrap(checkout, environment).unwrap();
            assert!(output.status.success(), "{}", said(&output));
            (said(&output), self.test_bed.services.take_changes())
        };
        let (first, changes) = apply();
        assert_ne!(changes, [""; 0]);
        assert!(first.contains(QUESTION), "{first}");
        let (second, changes) = apply();
        assert_eq!(changes, [""; 0], "{second}");
        assert!(!second.contains(QUESTION), "{second}");
        first
    }

    /// The template of a stack, as it is deployed.
    pub(crate) fn deployed(&self, stack: &str) -> serde_json::Value {
        let deployed = self.test_bed.backend.deployed().unwrap();
        deployed.template(stack).unwrap().clone()
    }

    pub(crate) fn rehearsal(&self, pipeline: &str) -> Rehearsal<'_> {
        let rehearsal = self.test_bed.rehearsal(pipeline);
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
