//! Runs of pipelines with their real buildspecs. A script replaces the engine, which `engine` runs,
//! and the compiler.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use rehearsal::pipelines::run::{
    Event, GitHost, Outcome, Rehearsal, RunConfig, ServiceState, Status, Synthesized, shim,
};
use tests::root;

use super::run::{RunResult, TestEnvironment};
use crate::fixture::{Repository, copy, folder};

/// An engine that writes the files that it is told to write, and does nothing.
const ENGINE: &str = r#"#!/usr/bin/env bash
while (($#)); do
  case $1 in --findings | --out) echo '{}' > "$2" ;; esac
  shift
done
"#;

/// The pipeline of `web` with the sample application.
pub(super) fn application(test_env: &TestEnvironment<'_>) -> RunResult {
    runs(test_env, "web", Status::Succeeded)
}

/// The same, stopped while its build is running.
pub(super) fn stopped_application(test_env: &TestEnvironment<'_>) -> RunResult {
    runs(test_env, "web", Status::Stopped)
}

pub(super) fn definition(test_env: &TestEnvironment<'_>) -> RunResult {
    runs(test_env, "cicd.definition", Status::Succeeded)
}

/// The same, stopped while its build is running.
pub(super) fn stopped_definition(test_env: &TestEnvironment<'_>) -> RunResult {
    runs(test_env, "cicd.definition", Status::Stopped)
}

fn runs(test_env: &TestEnvironment<'_>, pipeline: &str, expected: Status) -> RunResult {
    let environment = &test_env.environment.read.synthesis.environment;
    let branch = environment.branch.as_str();
    let folder = folder(&format!(
        "{}-{pipeline}-{}",
        test_env.name,
        expected.as_str()
    ));
    let release = folder.join("release");
    write_release(test_env, &release);
    let application = Repository::sample(&folder.join("web"));
    let definition = buildspec_repository(&folder.join("definition"));
    // Repositories are made on the branch of staging.
    if branch != "next" {
        application.branch(branch);
        definition.branch(branch);
    }
    let bin = folder.join("bin");
    shim::install(Path::new(env!("CARGO_BIN_EXE_rehearse")), &bin).unwrap();
    let path = std::env::var("PATH").unwrap();
    let compiled = format!("cp -r '{}' release", release.display());
    let replaced = [
        (". buildspecs/toolchain.sh", ":"),
        (
            "cargo xtask release --env \"$ENVIRONMENT\" --output release",
            compiled.as_str(),
        ),
        ("cargo xtask check --judges", ":"),
        ("cargo xtask test", ":"),
    ];
    let config = RunConfig {
        folder: folder.join("actions"),
        region: environment.region.to_string(),
        git_host: GitHost::default()
            .with_repository("lemonade/web", &application.0)
            .with_repository(environment.pipeline.repository.as_str(), &definition.0),
        path: format!("{}:{path}", bin.display()),
        variables: BTreeMap::new(),
        replaced: replaced
            .map(|(of, by)| (of.to_owned(), by.to_owned()))
            .to_vec(),
    };
    let account = environment.account.as_str();
    let region = environment.region.as_str();
    let services = ServiceState::create(&folder.join("world"), account, region).unwrap();
    publish(test_env, &services, &release);
    // The last run of another pipeline was cancelled: it is started again.
    let waiting = format!("api-{}", environment.names().prefix());
    services
        .record_run(&waiting, Status::Cancelled, None)
        .unwrap();
    let backend = Synthesized(test_env.stacks.clone());
    let name = format!("{pipeline}-{}", environment.names().prefix());
    let mut rehearsal = Rehearsal::new(&config, &services, &backend, &name).unwrap();
    rehearsal.start(None);
    if expected == Status::Stopped {
        rehearsal.stop_in("Build");
    }
    let mut said = Vec::new();
    rehearsal
        .run(&mut |event| match event {
            Event::Said(line) => said.push(line),
            Event::Ended { outcome, .. } if outcome != Outcome::Succeeded => {
                said.extend(outcome.reason());
            }
            _ => {}
        })
        .unwrap();
    let status = rehearsal.queue().newest().unwrap().status;
    // A build may go on without an answer.
    let is_refused = said
        .iter()
        .any(|line| line.contains("AccessDeniedException"));
    RunResult {
        log: services.request_log().unwrap(),
        failed: (status != expected || is_refused).then(|| said.join("\n")),
    }
}

fn buildspec_repository(folder: &Path) -> Repository {
    let repository = Repository(folder.to_owned());
    copy(&root().join("buildspecs"), &folder.join("buildspecs"));
    repository.init("the buildspecs");
    repository
}

/// A release: the environment's assembly, and the engine.
fn write_release(test_env: &TestEnvironment<'_>, folder: &Path) {
    let synthesis = test_env.environment.read.synthesis;
    let assembly = folder.join("assembly");
    fs::create_dir_all(folder.join("bin")).unwrap();
    fs::create_dir_all(&assembly).unwrap();
    fs::write(folder.join("bin/deployer"), ENGINE).unwrap();
    let json = serde_json::to_string(&synthesis.assembly).unwrap();
    fs::write(assembly.join("assembly.json"), json).unwrap();
    for (name, template) in &synthesis.templates {
        let file = assembly.join(format!("{name}.template.json"));
        fs::write(file, template.to_string()).unwrap();
    }
}

/// Puts the release into the bucket that applications take it from.
fn publish(test_env: &TestEnvironment<'_>, services: &ServiceState, release: &Path) {
    let environment = &test_env.environment.read.synthesis.environment;
    let names = environment.names();
    let bucket = names.bucket("releases", &environment.account, environment.region);
    let object = services.object_path(&bucket, "release.zip");
    fs::create_dir_all(object.parent().unwrap()).unwrap();
    let status = std::process::Command::new("python3")
        .args(["-m", "zipfile", "-c"])
        .arg(&object)
        .args(["bin", "assembly"])
        .current_dir(release)
        .status()
        .unwrap();
    assert!(status.success());
}
