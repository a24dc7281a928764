//! Runs of pipelines: the buildspecs as they are, of stages whose engine and compiler are stood in for by a
//! script. The engine runs by itself, in `engine`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use rehearsal::pipelines::run::{
    Event, Forge, Outcome, Rehearsal, Setting, Status, Synthesized, World, stand_in,
};
use tests::root;

use super::run::{Ran, Stage};
use crate::ground::{Repository, copy, folder};

/// An engine that writes the files that it is told to write, and does nothing.
const ENGINE: &str = r#"#!/usr/bin/env bash
while (($#)); do
  case $1 in --findings | --out) echo '{}' > "$2" ;; esac
  shift
done
"#;

/// The pipeline of `web` with the sample application.
pub(super) fn application(stage: &Stage<'_>) -> Ran {
    runs(stage, "web", Status::Succeeded)
}

/// The same, stopped while its build is running.
pub(super) fn stopped_application(stage: &Stage<'_>) -> Ran {
    runs(stage, "web", Status::Stopped)
}

/// The pipeline of the definition.
pub(super) fn definition(stage: &Stage<'_>) -> Ran {
    runs(stage, "cicd.definition", Status::Succeeded)
}

/// The same, stopped while its build is running.
pub(super) fn stopped_definition(stage: &Stage<'_>) -> Ran {
    runs(stage, "cicd.definition", Status::Stopped)
}

fn runs(stage: &Stage<'_>, pipeline: &str, expected: Status) -> Ran {
    let environment = &stage.environment.read.synthesis.environment;
    let branch = environment.branch.as_str();
    let folder = folder(&format!("{}-{pipeline}-{}", stage.name, expected.as_str()));
    let release = folder.join("release");
    write_release(stage, &release);
    let application = Repository::of_sample(&folder.join("web"));
    let definition = of_buildspecs(&folder.join("definition"));
    // Repositories are made on the branch of staging.
    if branch != "next" {
        application.branch(branch);
        definition.branch(branch);
    }
    let bin = folder.join("bin");
    stand_in::install(Path::new(env!("CARGO_BIN_EXE_rehearse")), &bin).unwrap();
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
    let setting = Setting {
        folder: folder.join("actions"),
        region: environment.region.to_string(),
        forge: Forge::default()
            .with("lemonade/web", &application.0)
            .with(environment.pipeline.repository.as_str(), &definition.0),
        path: format!("{}:{path}", bin.display()),
        variables: BTreeMap::new(),
        replaced: replaced
            .map(|(of, by)| (of.to_owned(), by.to_owned()))
            .to_vec(),
    };
    let account = environment.account.as_str();
    let region = environment.region.as_str();
    let world = World::create(&folder.join("world"), account, region).unwrap();
    publish(stage, &world, &release);
    // The last run of another pipeline was cancelled: it is started again.
    let waiting = format!("api-{}", environment.names().prefix());
    world.run_ended(&waiting, "Cancelled", None).unwrap();
    let clouds = Synthesized(stage.stacks.clone());
    let name = format!("{pipeline}-{}", environment.names().prefix());
    let mut rehearsal = Rehearsal::new(&setting, &world, &clouds, &name).unwrap();
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
    let status = rehearsal.line().newest().unwrap().status;
    // A build may go on without an answer.
    let is_refused = said
        .iter()
        .any(|line| line.contains("AccessDeniedException"));
    Ran {
        record: world.record().unwrap(),
        failed: (status != expected || is_refused).then(|| said.join("\n")),
    }
}

/// A repository with the buildspecs.
fn of_buildspecs(folder: &Path) -> Repository {
    let repository = Repository(folder.to_owned());
    copy(&root().join("buildspecs"), &folder.join("buildspecs"));
    repository.init("the buildspecs");
    repository
}

/// A release: the environment's assembly, and the engine.
fn write_release(stage: &Stage<'_>, folder: &Path) {
    let synthesis = stage.environment.read.synthesis;
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
fn publish(stage: &Stage<'_>, world: &World, release: &Path) {
    let environment = &stage.environment.read.synthesis.environment;
    let names = environment.names();
    let bucket = names.bucket("releases", &environment.account, environment.region);
    let object = world.object(&bucket, "release.zip");
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
