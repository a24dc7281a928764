//! What must hold of pipelines and projects.

use common::environment::ConnectionArn;
use serde_json::Value;

use crate::support::{named, places, staging, synthesized};

fn stages(pipeline: &Value) -> Vec<&str> {
    let stages = pipeline["Stages"].as_array().unwrap();
    stages
        .iter()
        .filter_map(|stage| stage["Name"].as_str())
        .collect()
}

#[test]
fn pipelines_follow_the_environments_branch() {
    for synthesized in synthesized() {
        let branch = synthesized.environment.branch.as_str();
        let mut seen = 0;
        for (stack, _, pipeline) in synthesized.resources("AWS::CodePipeline::Pipeline") {
            let source = &pipeline["Stages"][0]["Actions"][0]["Configuration"];
            assert_eq!(source["BranchName"], branch, "{stack}");
            let push = &pipeline["Triggers"][0]["GitConfiguration"]["Push"][0];
            assert_eq!(push["Branches"]["Includes"][0], branch, "{stack}");
            assert_eq!(pipeline["PipelineType"], "V2", "{stack}");
            seen += 1;
        }
        assert_eq!(seen, 1 + synthesized.environment.applications.len());
    }
}

#[test]
fn modes_and_stages_are_as_designed() {
    for synthesized in synthesized() {
        for (stack, _, pipeline) in synthesized.resources("AWS::CodePipeline::Pipeline") {
            if stack == "cicd" {
                let expected = ["Source", "Check", "Self-update", "Deploy", "Verify"];
                assert_eq!(stages(pipeline), expected);
                assert_eq!(pipeline["ExecutionMode"], "QUEUED");
            } else {
                assert_eq!(stages(pipeline), ["Source", "Build", "Deploy", "Verify"]);
                assert_eq!(pipeline["ExecutionMode"], "SUPERSEDED");
            }
        }
    }
}

/// What deploys is held against what Check has found, and starts in the folder of the source.
#[test]
fn what_deploys_is_told_what_the_check_has_found() {
    for synthesized in synthesized() {
        let mut pipelines = synthesized.resources("AWS::CodePipeline::Pipeline");
        let (_, _, pipeline) = pipelines.find(|(stack, ..)| *stack == "cicd").unwrap();
        let action = |stage: usize| &pipeline["Stages"][stage]["Actions"][0];
        assert_eq!(action(1)["OutputArtifacts"][0]["Name"], "Findings");
        for deploying in [action(2), action(3)] {
            let inputs = deploying["InputArtifacts"].as_array().unwrap();
            let inputs: Vec<&Value> = inputs.iter().map(|input| &input["Name"]).collect();
            assert_eq!(inputs, ["Source", "Findings"]);
            assert_eq!(deploying["Configuration"]["PrimarySource"], "Source");
        }
    }
}

#[test]
fn only_builds_of_images_are_privileged() {
    for synthesized in synthesized() {
        for (stack, id, project) in synthesized.resources("AWS::CodeBuild::Project") {
            let privileged = project["Environment"]["PrivilegedMode"] == true;
            assert_eq!(privileged, id == "BuildProject", "{stack}/{id}");
            assert!(!project["EncryptionKey"].is_null(), "{stack}/{id}");
            assert!(project["TimeoutInMinutes"].is_number(), "{stack}/{id}");
            let log = &project["LogsConfig"]["CloudWatchLogs"]["GroupName"];
            assert!(!log.is_null(), "{stack}/{id}");
        }
    }
}

#[test]
fn tests_come_before_any_login_to_a_registry() {
    for synthesized in synthesized() {
        for (_, id, project) in synthesized.resources("AWS::CodeBuild::Project") {
            if id != "BuildProject" {
                continue;
            }
            let text = project["Source"]["BuildSpec"].as_str().unwrap();
            let place = |what: &str| text.find(what).unwrap_or_else(|| panic!("no {what}"));
            assert!(place("pre_build:") < place("$TEST_COMMAND"));
            assert!(place("$TEST_COMMAND") < place("\n  build:"));
            assert!(place("\n  build:") < place("docker login"));
            assert!(place("docker build") < place("docker push"));
        }
    }
}

/// What the projects of the definition run comes with the commit.
#[test]
fn every_buildspec_of_the_definition_is_in_the_repository() {
    let workspace = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for synthesized in synthesized() {
        let projects = synthesized
            .resources("AWS::CodeBuild::Project")
            .filter(|(stack, ..)| *stack == "cicd");
        for (_, id, project) in projects {
            let path = project["Source"]["BuildSpec"].as_str().unwrap();
            assert!(workspace.join(path).is_file(), "{id}: {path}");
        }
    }
}

#[test]
fn pull_requests_never_build_on_their_own() {
    for synthesized in synthesized() {
        for (stack, id, project) in synthesized.resources("AWS::CodeBuild::Project") {
            if id != "PullRequestProject" {
                continue;
            }
            let policy = &project["Triggers"]["PullRequestBuildPolicy"];
            assert_eq!(
                policy["RequiresCommentApproval"], "ALL_PULL_REQUESTS",
                "{stack}"
            );
            assert_eq!(project["Artifacts"]["Type"], "NO_ARTIFACTS", "{stack}");
            let filters = project["Triggers"]["FilterGroups"][0].to_string();
            assert!(filters.contains("PULL_REQUEST_") && !filters.contains("PUSH"));
        }
    }
}

/// The token of a connection reaches whatever the connection does.
#[test]
fn builds_of_pull_requests_have_connections_of_their_own() {
    for synthesized in synthesized() {
        let pipeline = &synthesized.environment.pipeline;
        let of_applications = pipeline.pull_requests.as_ref().unwrap().as_str();
        let of_definition = pipeline.definition_pull_requests.as_ref();
        let of_definition = of_definition.map(ConnectionArn::as_str);
        let mut seen = 0;
        for (stack, id, project) in synthesized.resources("AWS::CodeBuild::Project") {
            if id != "PullRequestProject" {
                continue;
            }
            seen += 1;
            let (own, others) = match (stack, of_definition) {
                ("cicd", of_definition) => (of_definition.unwrap(), Some(of_applications)),
                (_, of_definition) => (of_applications, of_definition),
            };
            assert_eq!(project["Source"]["Auth"]["Resource"], own, "{stack}");
            let policy = synthesized.policy(stack, "PullRequestRolePolicy");
            assert_eq!(places(named(policy, "Repository")), [own], "{stack}");
            let all = Value::from(policy.to_vec()).to_string();
            for other in others.into_iter().chain([pipeline.connection.as_str()]) {
                assert!(!all.contains(other), "{stack}");
            }
        }
        let applications = synthesized.environment.applications.len();
        assert_eq!(seen, applications + usize::from(of_definition.is_some()));
    }
}

/// No other role of a project holds the token that reaches the definition from a proposal.
#[test]
fn nothing_but_its_build_uses_the_connection_of_the_definitions_pull_requests() {
    let synthesized = staging();
    let pipeline = &synthesized.environment.pipeline;
    let own = pipeline.definition_pull_requests.as_ref().unwrap();
    let users: std::collections::BTreeSet<String> = synthesized
        .statements()
        .filter(|(_, statement)| places(statement).contains(&own.to_string()))
        .map(|(place, _)| place.clone())
        .collect();
    // The execution role makes the webhook.
    for user in users {
        let fine = user == "cicd/PullRequestRolePolicy" || user.contains("ExecutionRole");
        assert!(fine, "{user}");
    }
}

/// What it is proposed for is compared with, and what that takes comes with the proposal.
#[test]
fn a_proposal_for_the_definition_is_cloned_whole() {
    let synthesized = staging();
    let project = &synthesized.template("cicd")["Resources"]["PullRequestProject"]["Properties"];
    let source = &project["Source"];
    assert_eq!(source["GitCloneDepth"], 0);
    assert_eq!(source["BuildSpec"], "buildspecs/pull-request.yml");
    let repository = &synthesized.environment.pipeline.repository;
    let location = format!("https://github.com/{repository}.git");
    assert_eq!(source["Location"], location.as_str());
    let base = &project["Triggers"]["FilterGroups"][0][1];
    assert_eq!(base["Type"], "BASE_REF");
    assert_eq!(base["Pattern"], "^refs/heads/next$");
    assert!(project["Environment"]["EnvironmentVariables"].is_null());
}

#[test]
fn without_a_connection_for_them_the_definitions_pull_requests_are_not_built() {
    let mut environment = staging().environment.clone();
    let of = |environment: &common::environment::Environment| {
        let stack = cicd_stack::definition::stack(environment).unwrap();
        assert!(stack.notes.is_empty(), "{:?}", stack.notes);
        serde_json::from_str::<Value>(stack.template.as_deref().unwrap()).unwrap()
    };
    let mut with = of(&environment);
    environment.pipeline.definition_pull_requests = None;
    let without = of(&environment);
    // The pipeline, its projects and their roles are the same with and without.
    let resources = with["Resources"].as_object_mut().unwrap();
    let before = resources.len();
    resources.retain(|id, _| !id.starts_with("PullRequest"));
    assert!(before > resources.len());
    assert_eq!(with["Resources"], without["Resources"]);
}

#[test]
fn without_a_connection_for_them_pull_requests_are_not_built() {
    let mut environment = staging().environment.clone();
    environment.pipeline.pull_requests = None;
    let application = environment.applications[0].clone();
    let stack = cicd_stack::application::stack(&environment, &application).unwrap();
    let template = stack.template.as_deref().unwrap();
    assert!(!template.contains("PullRequest") && !template.contains("pull-request"));
    let [note] = stack.notes.as_slice() else {
        panic!("{:?}", stack.notes);
    };
    assert!(note.contains("pull requests are not built"), "{note}");
}

#[test]
fn the_definitions_pipeline_imports_only_from_bootstrap() {
    for synthesized in synthesized() {
        let (cicd, _) = synthesized
            .stacks
            .iter()
            .find(|(stack, _)| stack.id == "cicd")
            .unwrap();
        for import in &cicd.imports {
            assert!(import.contains("-bootstrap-"), "{import}");
        }
    }
}

#[test]
fn the_budget_tells_before_it_is_spent() {
    for synthesized in synthesized() {
        let budget = &synthesized.template("bootstrap")["Resources"]["Budget"]["Properties"];
        let told = |index: usize| {
            let notification = &budget["NotificationsWithSubscribers"][index]["Notification"];
            assert_eq!(notification["ComparisonOperator"], "GREATER_THAN");
            assert_eq!(notification["ThresholdType"], "PERCENTAGE");
            (
                notification["NotificationType"].as_str(),
                notification["Threshold"].as_f64(),
            )
        };
        assert_eq!(told(0), (Some("ACTUAL"), Some(80.0)));
        assert_eq!(told(1), (Some("FORECASTED"), Some(100.0)));
        let limit = f64::from(synthesized.environment.budget.monthly_usd);
        assert_eq!(
            budget["Budget"]["BudgetLimit"]["Amount"].as_f64(),
            Some(limit)
        );
    }
}

/// What an action exports is untrusted where an application's tests ran in it, and CodePipeline
/// does not escape it.
#[test]
fn nothing_but_the_commit_goes_from_one_action_to_another() {
    for synthesized in synthesized() {
        let mut seen = 0;
        for (stack, _, pipeline) in synthesized.resources("AWS::CodePipeline::Pipeline") {
            for variable in pipeline.to_string().split("#{").skip(1) {
                seen += 1;
                assert!(
                    variable.starts_with("Source.CommitId}"),
                    "{stack}: {variable}"
                );
            }
        }
        assert!(seen > 0);
    }
}

/// A clone has no branch to ask for: what deploys compares the commit with the branch's head.
#[test]
fn what_deploys_is_told_the_commit() {
    for synthesized in synthesized() {
        let mut told = Vec::new();
        for (stack, _, pipeline) in synthesized.resources("AWS::CodePipeline::Pipeline") {
            if stack != "cicd" {
                continue;
            }
            for stage in pipeline["Stages"].as_array().unwrap() {
                let variables = &stage["Actions"][0]["Configuration"]["EnvironmentVariables"];
                let Some(text) = variables.as_str() else {
                    continue;
                };
                let variables: Value = serde_json::from_str(text).unwrap();
                assert_eq!(variables[0]["name"], "COMMIT");
                assert_eq!(variables[0]["value"], "#{Source.CommitId}");
                told.push(stage["Name"].as_str().unwrap());
            }
        }
        assert_eq!(told, ["Check", "Self-update", "Deploy"]);
    }
}

/// A build that runs an application's code could put its own engine where the deployment takes it.
#[test]
fn an_applications_projects_write_no_artifacts() {
    for synthesized in synthesized() {
        for application in &synthesized.environment.applications {
            let stack = format!("pipeline-{}", application.name);
            for role in [
                "BuildRolePolicy",
                "DeployRolePolicy",
                "PullRequestRolePolicy",
                "VerifyRolePolicy",
            ] {
                let text = Value::from(synthesized.policy(&stack, role).to_vec()).to_string();
                assert!(!text.contains("s3:PutObject"), "{stack}: {role}");
            }
        }
    }
}

/// CodeBuild runs every entry as a script of its own: what one sets is gone in the next.
#[test]
fn a_shell_option_stands_with_what_it_is_for() {
    for synthesized in synthesized() {
        for (stack, id, project) in synthesized.resources("AWS::CodeBuild::Project") {
            let Some(buildspec) = project["Source"]["BuildSpec"].as_str() else {
                continue;
            };
            for line in buildspec.lines() {
                assert_ne!(line.trim(), "- set -euo pipefail", "{stack}: {id}");
            }
        }
    }
}
