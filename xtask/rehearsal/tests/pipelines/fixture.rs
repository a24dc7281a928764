//! Fixtures of rehearsals: folders, repositories and shims.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use rehearsal::pipelines::run::{
    Event, GitHost, Rehearsal, RunConfig, ServiceState, Synthesized, render, shim,
};
use tests::git::git;

use crate::support::Read;

/// A folder for one test, empty.
pub(crate) fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// A repository with the sample application, on the branch of staging.
pub(crate) struct Repository(pub(crate) PathBuf);

impl Repository {
    pub(crate) fn sample(folder: &Path) -> Self {
        let repository = Self(folder.join("repository"));
        copy(
            &tests::root().join("tests/sample-application"),
            &repository.0,
        );
        repository.init("the sample application");
        repository
    }

    /// Makes a repository of a folder.
    pub(crate) fn init(&self, message: &str) {
        self.git(&["init", "--quiet", "--initial-branch", "next"]);
        self.commit(message);
    }

    /// Commits everything; gives the commit.
    pub(crate) fn commit(&self, message: &str) -> String {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", message]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// Replaces a text in a file and commits it.
    pub(crate) fn change(&self, file: &str, from: &str, to: &str) -> String {
        self.edit(file, from, to);
        self.commit(&format!("{from} is {to} now"))
    }

    /// Replaces a text in a file, without committing it.
    pub(crate) fn edit(&self, file: &str, from: &str, to: &str) {
        let path = self.0.join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{file} has no `{from}`");
        fs::write(&path, text.replace(from, to)).unwrap();
    }

    pub(crate) fn write(&self, file: &str, text: &str) {
        fs::write(self.0.join(file), text).unwrap();
    }

    /// Appends to a file, without committing it.
    pub(crate) fn append(&self, file: &str, text: &str) {
        let path = self.0.join(file);
        let there = fs::read_to_string(&path).unwrap();
        fs::write(&path, there + text).unwrap();
    }

    /// Takes a table and those in it out of a file of TOML, without committing it.
    pub(crate) fn without_table(&self, file: &str, table: &str) {
        let path = self.0.join(file);
        let there = fs::read_to_string(&path).unwrap();
        let (own, inner) = (format!("[{table}]"), format!("[{table}."));
        let mut taken = false;
        let left: String = there
            .split_inclusive('\n')
            .filter(|line| {
                if line.starts_with('[') {
                    taken = line.starts_with(&own) || line.starts_with(&inner);
                }
                !taken || line.starts_with('#')
            })
            .collect();
        fs::write(&path, left).unwrap();
    }

    /// A clone, with a branch checked out.
    pub(crate) fn clone_of(&self, branch: &str, into: &Path) {
        let into = into.to_string_lossy();
        self.git(&["clone", "--quiet", "--branch", branch, ".", &into]);
    }

    /// A branch at what is committed last; `next` stays checked out.
    pub(crate) fn branch(&self, name: &str) {
        self.git(&["branch", "--force", name]);
    }

    /// A commit that changes no file.
    pub(crate) fn commit_empty(&self, message: &str) -> String {
        self.git(&["commit", "--quiet", "--allow-empty", "--message", message]);
        self.git(&["rev-parse", "HEAD"])
    }

    fn git(&self, words: &[&str]) -> String {
        git(&self.0, words)
    }
}

/// Copies a folder, without what running things leaves in it.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if ["__pycache__", "reports"].contains(&name.as_str()) {
            continue;
        }
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

/// Everything that a rehearsal of staging's `web` takes.
pub(crate) struct ApplicationFixture {
    pub(crate) config: RunConfig,
    pub(crate) services: ServiceState,
    pub(crate) backend: Synthesized,
}

impl ApplicationFixture {
    pub(crate) fn new(folder: &Path, read: &Read, repository: &Repository) -> Self {
        let environment = &read.synthesis.environment;
        let (account, region) = (environment.account.as_str(), environment.region.as_str());
        let bin = folder.join("bin");
        shim::install(Path::new(env!("CARGO_BIN_EXE_rehearse")), &bin).unwrap();
        let path = std::env::var("PATH").unwrap();
        Self {
            config: RunConfig {
                folder: folder.join("actions"),
                region: region.to_owned(),
                git_host: GitHost::default().with_repository("lemonade/web", &repository.0),
                path: format!("{}:{path}", bin.display()),
                variables: BTreeMap::new(),
                replaced: Vec::new(),
            },
            services: ServiceState::create(&folder.join("world"), account, region).unwrap(),
            backend: Synthesized(read.stacks.clone()),
        }
    }

    pub(crate) fn rehearsal(&self, pipeline: &str) -> Rehearsal<'_> {
        let rehearsal = Rehearsal::new(&self.config, &self.services, &self.backend, pipeline);
        rehearsal.unwrap_or_else(|error| panic!("{error}"))
    }

    /// Publishes a release whose engine only says what it is told to do.
    pub(crate) fn publish(&self, engine: &str) {
        let environment = "staging";
        let read = crate::support::staging();
        let names = read.synthesis.environment.names();
        let bucket = names.bucket(
            "releases",
            &read.synthesis.environment.account,
            read.synthesis.environment.region,
        );
        let object = self.services.object_path(&bucket, "release.zip");
        let folder = self.services.folder().join("release");
        fs::create_dir_all(folder.join("bin")).unwrap();
        fs::create_dir_all(folder.join("assembly")).unwrap();
        fs::write(folder.join("bin/deployer"), engine).unwrap();
        fs::write(folder.join("assembly/assembly.json"), environment).unwrap();
        fs::create_dir_all(object.parent().unwrap()).unwrap();
        let status = Command::new("python3")
            .args(["-m", "zipfile", "-c"])
            .arg(&object)
            .args(["bin", "assembly"])
            .current_dir(&folder)
            .status()
            .unwrap();
        assert!(status.success());
    }
}

/// Runs what there is to run; gives every event as it is shown, without what differs each time.
pub(crate) fn watch(rehearsal: &mut Rehearsal<'_>) -> (Vec<Event>, String) {
    let mut events = Vec::new();
    rehearsal
        .run(&mut |event| events.push(event))
        .unwrap_or_else(|error| panic!("{error}"));
    let text = steady(&events);
    (events, text)
}

/// Events as they are shown, without what differs each time.
pub(crate) fn steady(events: &[Event]) -> String {
    let shown: Vec<String> = events
        .iter()
        .filter(|event| !matches!(event, Event::Said(_)))
        .map(render)
        .collect();
    let text = shown.join("\n");
    let mut steady = String::new();
    for line in text.lines() {
        match line
            .split_once(" in ")
            .filter(|(before, _)| before.ends_with("done"))
        {
            Some((before, _)) => steady.push_str(before),
            None => match line.split_once("FAILED after ") {
                Some((before, after)) => {
                    let reason = after.split_once(": ").map_or("", |(_, reason)| reason);
                    steady.push_str(&format!("{before}FAILED: {reason}"));
                }
                None => steady.push_str(line),
            },
        }
        steady.push('\n');
    }
    steady
}
