//! Updates during an execution: an update of the pipeline restarts it; an update of what its
//! actions use applies to the next action.

use std::sync::Mutex;

use rehearsal::pipelines::run::{Backend, Event, Outcome, Rehearsal, RunError, Status};
use rehearsal::pipelines::template::Stacks;
use serde_json::{Value, json};

use crate::fixture::{ApplicationFixture, Repository, folder};
use crate::support::staging;

const PIPELINE: &str = "web-lemonade-staging";
const STACK: &str = "lemonade-staging-pipeline-web";

/// Deployed stacks that a test changes.
struct Changing(Mutex<Stacks>);

impl Changing {
    /// Changes the resources of the pipeline's stack.
    fn change(&self, change: impl FnOnce(&mut Value)) {
        let mut stacks = self.0.lock().unwrap();
        let mut template = stacks.template(STACK).unwrap().clone();
        change(&mut template["Resources"]);
        stacks.add(STACK, template);
    }
}

impl Backend for Changing {
    fn deployed(&self) -> Result<Stacks, RunError> {
        Ok(self.0.lock().unwrap().clone())
    }

    fn variables(&self) -> Vec<(String, String)> {
        Vec::new()
    }
}

/// What was seen of the runs.
#[derive(Debug, Default)]
struct Seen {
    stages: Vec<String>,
    said: Vec<String>,
    runs: Vec<Status>,
}

/// Runs the pipeline of `web`, which here starts again when it is updated, and changes what is
/// deployed in the middle of its stage Build.
fn changed_in_build(name: &str, change: impl FnOnce(&mut Value)) -> Seen {
    let folder = folder(name);
    let fixture = ApplicationFixture::new(&folder, staging(), &Repository::sample(&folder));
    fixture.publish("#!/usr/bin/env bash\n");
    let backend = Changing(Mutex::new(fixture.backend.0.clone()));
    backend.change(|resources| {
        resources["Pipeline"]["Properties"]["RestartExecutionOnUpdate"] = json!(true);
        for project in ["BuildProject", "DeployProject", "VerifyProject"] {
            says(resources, project, "before");
        }
    });
    let rehearsal = Rehearsal::new(&fixture.config, &fixture.services, &backend, PIPELINE);
    let mut rehearsal = rehearsal.unwrap_or_else(|error| panic!("{error}"));
    rehearsal.start(None);
    let mut seen = Seen::default();
    let mut change = Some(change);
    rehearsal
        .run(&mut |event| match event {
            Event::Action { stage, .. } if seen.stages.last() != Some(&stage) => {
                seen.stages.push(stage);
            }
            Event::Said(line) => {
                seen.said.push(line);
                if let Some(change) = change.take() {
                    backend.change(change);
                }
            }
            _ => {}
        })
        .unwrap_or_else(|error| panic!("{error}"));
    let runs = rehearsal.queue().executions().iter();
    seen.runs = runs.map(|run| run.status).collect();
    seen
}

/// Runs the pipeline of `web` whose role lacks an action, and stops it in its build where that is wanted.
/// Gives how the run and its last action ended.
fn without(name: &str, action: &str, stops: bool) -> (Status, Outcome) {
    let folder = folder(name);
    let fixture = ApplicationFixture::new(&folder, staging(), &Repository::sample(&folder));
    fixture.publish("#!/usr/bin/env bash\n");
    let backend = Changing(Mutex::new(fixture.backend.0.clone()));
    backend.change(|resources| {
        for project in ["BuildProject", "DeployProject", "VerifyProject"] {
            says(resources, project, "before");
        }
        let policy = &mut resources["PipelineRolePolicy"]["Properties"]["PolicyDocument"];
        for statement in policy["Statement"].as_array_mut().unwrap() {
            if let Some(Value::Array(actions)) = statement.get_mut("Action") {
                actions.retain(|one| one != action);
            }
        }
    });
    let rehearsal = Rehearsal::new(&fixture.config, &fixture.services, &backend, PIPELINE);
    let mut rehearsal = rehearsal.unwrap_or_else(|error| panic!("{error}"));
    rehearsal.start(None);
    if stops {
        rehearsal.stop_in("Build");
    }
    let mut last = Outcome::Succeeded;
    rehearsal
        .run(&mut |event| {
            if let Event::Ended { outcome, .. } = event {
                last = outcome;
            }
        })
        .unwrap_or_else(|error| panic!("{error}"));
    (rehearsal.queue().newest().unwrap().status, last)
}

fn denied(outcome: &Outcome) -> Option<(&str, &str)> {
    match outcome {
        Outcome::Denied { role, action, .. } => Some((role, action)),
        _ => None,
    }
}

const ROLE: &str = "lemonade-staging-web-pipeline";

/// CodePipeline uploads with an access control list, whatever the bucket makes of it.
#[test]
fn a_source_action_fails_that_may_not_set_an_access_control_list() {
    let (status, last) = without("rights-source", "s3:PutObjectAcl", false);
    assert_eq!(status, Status::Failed);
    assert_eq!(denied(&last), Some((ROLE, "s3:PutObjectAcl")));
}

#[test]
fn a_run_is_stopped_with_its_build_where_the_pipeline_may_do_that() {
    let (status, last) = without("rights-stop", "none", true);
    assert_eq!((status, last), (Status::Stopped, Outcome::Stopped));
    let (status, last) = without("rights-no-stop", "codebuild:StopBuild", true);
    assert_eq!(status, Status::Failed);
    assert_eq!(denied(&last), Some((ROLE, "codebuild:StopBuild")));
}

/// Gives a project other commands: it says a word.
fn says(resources: &mut Value, project: &str, word: &str) {
    let buildspec = json!({
        "version": 0.2,
        "env": { "shell": "bash" },
        "phases": { "build": { "on-failure": "ABORT", "commands": [format!("echo {word}")] } },
    });
    let source = &mut resources[project]["Properties"]["Source"];
    assert!(source["BuildSpec"].is_string(), "{project}");
    // JSON is YAML; what has lines is no path.
    source["BuildSpec"] = json!(format!("{buildspec}\n"));
}

#[test]
fn a_change_of_a_project_alone_goes_on_in_the_same_run_and_the_next_stage_uses_it() {
    let seen = changed_in_build("updates-project", |resources| {
        says(resources, "DeployProject", "after");
    });
    assert_eq!(seen.stages, ["Source", "Build", "Deploy", "Verify"]);
    assert_eq!(seen.runs, [Status::Succeeded]);
    assert_eq!(seen.said, ["before", "after", "before"]);
}

#[test]
fn a_change_of_a_role_alone_goes_on_in_the_same_run_and_the_next_stage_has_it() {
    let seen = changed_in_build("updates-role", |resources| {
        resources["DeployRole"]["Properties"]["ManagedPolicyArns"] = json!([]);
    });
    assert_eq!(seen.stages, ["Source", "Build", "Deploy"]);
    assert_eq!(seen.runs, [Status::Failed]);
}

#[test]
fn a_change_of_the_stages_starts_again() {
    let seen = changed_in_build("updates-stages", |resources| {
        resources["Pipeline"]["Properties"]["Stages"][3]["Name"] = json!("Look");
    });
    let again = ["Source", "Build", "Source", "Build", "Deploy", "Look"];
    assert_eq!(seen.stages, again);
    assert_eq!(seen.runs, [Status::Cancelled, Status::Succeeded]);
}

/// What CloudFormation leaves as it is, it does not update.
#[test]
fn what_changes_no_property_of_the_pipeline_starts_nothing() {
    let seen = changed_in_build("updates-nothing", |resources| {
        resources["Pipeline"]["Metadata"] = json!({ "Note": "unused" });
        let name = &mut resources["Pipeline"]["Properties"]["Name"];
        *name = json!({ "Fn::Sub": PIPELINE });
    });
    assert_eq!(seen.stages, ["Source", "Build", "Deploy", "Verify"]);
    assert_eq!(seen.runs, [Status::Succeeded]);
}
