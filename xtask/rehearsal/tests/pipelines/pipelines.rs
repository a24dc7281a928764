//! Pipelines as they are read from the templates.

use std::fmt::Write as _;
use std::fs;

use rehearsal::pipelines::pipeline::{
    ActionKind, Buildspec, BuildspecSource, Pipeline, PipelineError, Variables, pipelines, project,
};
use rehearsal::pipelines::policy::ServiceCaller;
use rehearsal::pipelines::template::Stacks;
use serde_json::{Value, json};
use tests::root;

use crate::names::Names;
use crate::support::{environments, snapshot, staging};

/// A pipeline, for a person to read.
fn shown(stacks: &Stacks, pipeline: &Pipeline) -> String {
    let mut text = String::new();
    let role = |arn: &str| arn.rsplit('/').next().unwrap_or(arn).to_owned();
    let restarts = if pipeline.restarts_on_update {
        ", starts again when it is updated"
    } else {
        ""
    };
    let _ = writeln!(
        text,
        "{} ({:?}{restarts}), on pushes to {}, as {}",
        pipeline.name,
        pipeline.mode,
        pipeline.branches.join(", "),
        role(&pipeline.role)
    );
    for (stage, action) in pipeline.actions() {
        let what = match &action.kind {
            ActionKind::Repository {
                repository,
                branch,
                format,
                connection: _,
            } => format!("{repository} at {branch}, {format:?}"),
            ActionKind::Object { bucket, key } => format!("{key} of {bucket}"),
            ActionKind::Build {
                project: name,
                primary,
                variables,
            } => {
                let project = project(stacks, &pipeline.stack, name).unwrap();
                let commands = match &project.commands {
                    BuildspecSource::File(path) => path.clone(),
                    BuildspecSource::Inline(text) => format!("{} lines", text.lines().count()),
                };
                let mut what = format!("{} as {}: {commands}", project.name, role(&project.role));
                if let Some(primary) = primary {
                    let _ = write!(what, ", in {primary}");
                }
                for (name, value) in &project.variables {
                    let _ = write!(what, "\n      {name}={value}");
                }
                for (name, value) in variables {
                    let _ = write!(what, "\n      {name}={value} (of the run)");
                }
                what
            }
        };
        let handed = |names: &[String]| names.join(", ");
        let _ = writeln!(
            text,
            "  {}/{} [{}] -> [{}]\n      {what}",
            stage.name,
            action.name,
            handed(&action.inputs),
            handed(&action.outputs)
        );
    }
    text
}

#[test]
fn pipelines_are_read_as_they_are_synthesized() {
    let all = pipelines(&staging().stacks).unwrap();
    let two = all.iter().filter(|pipeline| {
        ["cicd.definition", "web"]
            .iter()
            .any(|name| pipeline.name.starts_with(name))
    });
    let text: Vec<String> = two
        .map(|pipeline| shown(&staging().stacks, pipeline))
        .collect();
    snapshot("pipelines-staging", &text.join("\n"));
}

#[test]
fn every_buildspec_is_read() {
    for read in environments() {
        for pipeline in pipelines(&read.stacks).unwrap() {
            for (_, action) in pipeline.actions() {
                let ActionKind::Build { project: name, .. } = &action.kind else {
                    continue;
                };
                let project = project(&read.stacks, &pipeline.stack, name).unwrap();
                let text = match &project.commands {
                    BuildspecSource::Inline(text) => text.clone(),
                    BuildspecSource::File(path) => fs::read_to_string(root().join(path)).unwrap(),
                };
                let buildspec = Buildspec::read(&project.name, &text).unwrap();
                assert!(!buildspec.phases.is_empty(), "{}", project.name);
                // What it hands on is what the action says.
                assert_eq!(
                    buildspec.artifacts.is_some(),
                    !action.outputs.is_empty(),
                    "{}",
                    project.name
                );
                // A cache without paths keeps nothing, and paths without a cache are kept nowhere.
                let keeps = !buildspec.cached.is_empty();
                assert_eq!(keeps, project.cache.is_some(), "{}", project.name);
                // Every variable that a later action is given is exported.
                let namespace = action.namespace.as_deref().unwrap_or_default();
                let given = exports_asked_of(&pipeline, namespace);
                assert_eq!(buildspec.exported, given, "{}", project.name);
            }
        }
    }
}

/// What actions are given of the variables of another one.
fn exports_asked_of(pipeline: &Pipeline, namespace: &str) -> Vec<String> {
    let beginning = format!("#{{{namespace}.");
    let mut asked = std::collections::BTreeSet::new();
    for (_, action) in pipeline.actions() {
        if let ActionKind::Build { variables, .. } = &action.kind {
            let values = variables.iter().map(|(_, value)| value);
            let names = values.filter_map(|value| value.strip_prefix(&beginning));
            asked.extend(names.map(|name| name.trim_end_matches('}').to_owned()));
        }
    }
    asked.into_iter().collect()
}

/// CodePipeline starts nothing as a role that doesn't trust it.
#[test]
fn every_role_is_acted_as_by_what_it_is_for() {
    for read in environments() {
        for pipeline in pipelines(&read.stacks).unwrap() {
            let arn = Names(read).own("codepipeline", &pipeline.name);
            let caller = ServiceCaller {
                service: "codepipeline.amazonaws.com",
                resource: &arn,
            };
            let may = read.rights.may_assume(&pipeline.role, caller);
            assert!(may.is_allowed(), "{}: {may:?}", pipeline.name);
            for (_, action) in pipeline.actions() {
                if let ActionKind::Build { project: name, .. } = &action.kind {
                    let project = project(&read.stacks, &pipeline.stack, name).unwrap();
                    let caller = ServiceCaller {
                        service: "codebuild.amazonaws.com",
                        resource: &project.arn,
                    };
                    let may = read.rights.may_assume(&project.role, caller);
                    assert!(may.is_allowed(), "{}: {may:?}", project.name);
                }
            }
        }
    }
}

/// The pipeline of staging's definition, changed.
fn changed(change: impl Fn(&mut Value)) -> PipelineError {
    let read = staging();
    let name = "lemonade-staging-cicd";
    let mut template = read.stacks.template(name).unwrap().clone();
    change(&mut template["Resources"]["Pipeline"]["Properties"]);
    let mut stacks: Stacks = read.stacks.clone();
    stacks.add(name, template);
    pipelines(&stacks).unwrap_err()
}

#[test]
fn what_is_not_rehearsed_is_not_read() {
    let errors = [
        changed(|pipeline| pipeline["ExecutionMode"] = json!("PARALLEL")),
        changed(|pipeline| pipeline["DisableInboundStageTransitions"] = json!([])),
        changed(|pipeline| pipeline["Stages"][1]["Blockers"] = json!([])),
        changed(|pipeline| {
            pipeline["Stages"][1]["Actions"][0]["ActionTypeId"] =
                json!({ "Category": "Approval", "Provider": "Manual" });
        }),
        changed(|pipeline| {
            pipeline["Stages"][5]["Actions"][0]["InputArtifacts"][1]["Name"] = json!("Built");
        }),
    ];
    let buildspecs = [
        "version: 0.1",
        "version: 0.2\nenv: { shell: bash, variables: { A: b } }",
        "version: 0.2\nenv: { shell: bash }\nphases: { build: { commands: [a] } }",
        "version: 0.2\nenv: { shell: bash }\nphases: { deploy: { commands: [a] } }",
        "version: 0.2\nenv: { shell: bash }\ncache: { key: a, paths: [b] }",
        "version: [",
    ]
    .map(|text| Buildspec::read("it", text).unwrap_err());
    let all = errors.iter().chain(&buildspecs);
    let all: Vec<String> = all.map(ToString::to_string).collect();
    snapshot("pipelines-not-read", &all.join("\n"));
}

#[test]
fn variables_of_a_run_are_filled_in() {
    let mut variables = Variables::default();
    variables.namespace("Source").set("CommitId", "0123");
    let fill = |text: &str| variables.fill(text);
    assert_eq!(fill("a #{Source.CommitId} b").unwrap(), "a 0123 b");
    assert_eq!(fill("none").unwrap(), "none");
    assert_eq!(
        fill("#{Build.Digest}").unwrap_err(),
        PipelineError::NoVariable("Build.Digest".to_owned())
    );
}
