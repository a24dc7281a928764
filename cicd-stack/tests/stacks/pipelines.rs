//! What must hold of pipelines and projects.

use serde_json::Value;

use crate::support::synthesized;

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
                let expected = [
                    "Source",
                    "Build",
                    "Check",
                    "Self-update",
                    "Deploy",
                    "Verify",
                ];
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
        assert_eq!(action(2)["OutputArtifacts"][0]["Name"], "Findings");
        for deploying in [action(3), action(4)] {
            let inputs = deploying["InputArtifacts"].as_array().unwrap();
            let inputs: Vec<&Value> = inputs.iter().map(|input| &input["Name"]).collect();
            assert_eq!(inputs, ["Source", "Release", "Findings"]);
            assert!(deploying["OutputArtifacts"].is_null());
            assert_eq!(deploying["Configuration"]["PrimarySource"], "Source");
        }
    }
}

#[test]
fn only_builds_of_images_are_privileged() {
    for synthesized in synthesized() {
        for (stack, id, project) in synthesized.resources("AWS::CodeBuild::Project") {
            let privileged = project["Environment"]["PrivilegedMode"] == true;
            let of_an_image = stack != "cicd" && id == "BuildProject";
            assert_eq!(privileged, of_an_image, "{stack}/{id}");
            assert!(!project["EncryptionKey"].is_null(), "{stack}/{id}");
            assert!(project["TimeoutInMinutes"].is_number(), "{stack}/{id}");
            let log = &project["LogsConfig"]["CloudWatchLogs"]["GroupName"];
            assert!(!log.is_null(), "{stack}/{id}");
        }
    }
}

/// They may start containers from the cache, which takes a login. It gives them nothing: they run as the role that
/// signs in.
#[test]
fn tests_come_after_the_login_and_before_any_image() {
    for synthesized in synthesized() {
        for (stack, id, project) in synthesized.resources("AWS::CodeBuild::Project") {
            if stack == "cicd" || id != "BuildProject" {
                continue;
            }
            let text = project["Source"]["BuildSpec"].as_str().unwrap();
            let place = |what: &str| text.find(what).unwrap_or_else(|| panic!("no {what}"));
            assert!(place("pre_build:") < place("docker login"));
            assert!(place("docker login") < place("$TEST_COMMAND"));
            assert!(place("$TEST_COMMAND") < place("\n  build:"));
            assert!(place("\n  build:") < place("docker build"));
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

/// The toolchain is installed for one processor architecture, and images are built on the machines'.
#[test]
fn only_builds_of_images_follow_the_machines_architecture() {
    let mut environment = synthesized()[0].environment.clone();
    environment.cluster.machine = "m7g.large".parse().unwrap();
    let arm = crate::support::synthesize(environment);
    let mut seen = (0, 0);
    for (stack, id, project) in arm.resources("AWS::CodeBuild::Project") {
        let machine = &project["Environment"];
        if machine["PrivilegedMode"] == true {
            seen.0 += 1;
            assert_eq!(machine["Type"], "ARM_CONTAINER", "{stack}/{id}");
        } else {
            seen.1 += 1;
            assert_eq!(machine["Type"], "LINUX_CONTAINER", "{stack}/{id}");
        }
    }
    assert!(seen.0 > 0 && seen.1 > 0, "{seen:?}");
}

/// A commit whose run was cancelled by an update of its pipeline, or stopped, is not deployed.
#[test]
fn runs_that_deploy_nothing_are_started_again_or_told() {
    for synthesized in synthesized() {
        // It would run after every update, also where nothing was cancelled: an application that was
        // brought back to an older image would go forward again.
        for (stack, _, pipeline) in synthesized.resources("AWS::CodePipeline::Pipeline") {
            let restarts = pipeline["RestartExecutionOnUpdate"] == true;
            assert_eq!(restarts, stack == "cicd", "{stack}");
        }
        let mut rules = 0;
        for (stack, id, rule) in synthesized.resources("AWS::Events::Rule") {
            if id != "Failures" {
                continue;
            }
            rules += 1;
            let told = rule["EventPattern"]["detail"]["state"].to_string();
            assert!(
                told.contains("FAILED") && told.contains("STOPPED"),
                "{stack}"
            );
            assert_eq!(told.contains("CANCELED"), stack != "cicd", "{stack}");
        }
        assert_eq!(rules, synthesized.environment.applications.len() + 1);
    }
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
/// does not escape it. What the definition's Build makes is trusted whole.
#[test]
fn nothing_but_the_commit_and_the_releases_digest_goes_from_one_action_to_another() {
    for synthesized in synthesized() {
        let mut seen = 0;
        for (stack, _, pipeline) in synthesized.resources("AWS::CodePipeline::Pipeline") {
            for variable in pipeline.to_string().split("#{").skip(1) {
                seen += 1;
                let digest = stack == "cicd" && variable.starts_with("Build.RELEASE_DIGEST}");
                assert!(
                    digest || variable.starts_with("Source.CommitId}"),
                    "{stack}: {variable}"
                );
            }
        }
        assert!(seen > 0);
    }
}

/// A clone has no branch to ask for: what deploys compares the commit with the branch's head.
#[test]
fn what_deploys_is_told_the_commit_and_what_build_made() {
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
                if stage["Name"] != "Build" {
                    assert_eq!(variables[1]["name"], "RELEASE_DIGEST");
                    assert_eq!(variables[1]["value"], "#{Build.RELEASE_DIGEST}");
                }
                told.push(stage["Name"].as_str().unwrap());
            }
        }
        let stages = ["Build", "Check", "Self-update", "Deploy", "Verify"];
        assert_eq!(told, stages);
    }
}

/// A build that runs an application's code could put its own engine where the deployment takes it.
#[test]
fn an_applications_projects_write_no_artifacts() {
    for synthesized in synthesized() {
        for application in &synthesized.environment.applications {
            let stack = format!("pipeline-{}", application.name);
            for role in ["BuildRolePolicy", "DeployRolePolicy", "VerifyRolePolicy"] {
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

/// A buildspec with the scripts of the repository that it calls, and those that they call.
fn commands(buildspec: &str) -> String {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../buildspecs");
    let mut all = match buildspec.strip_prefix("buildspecs/") {
        Some(file) => std::fs::read_to_string(folder.join(file)).unwrap(),
        None => buildspec.to_owned(),
    };
    let mut called = std::collections::BTreeSet::new();
    loop {
        let scripts = std::fs::read_dir(&folder).unwrap();
        let new = scripts
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .find(|name| name.ends_with(".sh") && !called.contains(name) && all.contains(name));
        let Some(script) = new else {
            return all;
        };
        all += &std::fs::read_to_string(folder.join(&script)).unwrap();
        called.insert(script);
    }
}

/// Projects that run as a role that may change a stack.
fn deploying_projects() -> Vec<(String, String)> {
    let mut all = Vec::new();
    for synthesized in synthesized() {
        for (stack, id, project) in synthesized.resources("AWS::CodeBuild::Project") {
            let properties = project["ServiceRole"].to_string();
            if properties.contains("DeployRole") {
                let buildspec = project["Source"]["BuildSpec"].as_str().unwrap();
                all.push((format!("{stack}/{id}"), commands(buildspec)));
            }
        }
    }
    all
}

/// Compiling, downloading and installing all run third-party code.
#[test]
fn nothing_is_compiled_downloaded_or_installed_as_a_role_that_deploys() {
    let projects = deploying_projects();
    let per_environment = |environment: &crate::support::Synthesized| {
        // Self-update and Deploy, and one of each application.
        2 + environment.environment.applications.len()
    };
    let expected: usize = synthesized().iter().map(per_environment).sum();
    assert_eq!(projects.len(), expected);
    let tools = [
        "cargo",
        "curl",
        "dnf",
        "install",
        "npm",
        "npx",
        "pip",
        "pip3",
        "runtime-versions",
        "rustc",
        "rustup",
        "toolchain.sh",
        "wget",
        "yum",
    ];
    for (project, commands) in &projects {
        assert!(commands.contains("deployer"), "{project}");
        let lines = commands.lines().map(str::trim);
        for line in lines.filter(|line| !line.starts_with('#') && !line.starts_with("echo ")) {
            let words =
                line.split(|letter: char| !letter.is_alphanumeric() && !"-_.".contains(letter));
            for word in words {
                assert!(!tools.contains(&word), "{project}: {line}");
            }
        }
    }
}

/// The cache is compiled into what deploys: it is the definition's Build's alone.
#[test]
fn only_the_definitions_build_has_a_cache() {
    for synthesized in synthesized() {
        for (stack, id, project) in synthesized.resources("AWS::CodeBuild::Project") {
            let builds = stack == "cicd" && id == "BuildProject";
            assert_eq!(!project["Cache"].is_null(), builds, "{stack}/{id}");
            if builds {
                assert_eq!(project["Cache"]["Type"], "S3");
                let location = project["Cache"]["Location"].as_str().unwrap();
                assert!(location.ends_with("/cache.definition"), "{location}");
            }
        }
        let policy = &synthesized.template("bootstrap")["Resources"]["ArtifactBucketPolicy"];
        let statements = policy["Properties"]["PolicyDocument"]["Statement"].as_array();
        let statement = crate::support::named(statements.unwrap(), "OnlyBuildHasTheCache");
        assert_eq!(statement["Effect"], "Deny");
        let build = statement["Condition"]["ArnNotEquals"]["aws:PrincipalArn"].to_string();
        assert!(build.contains("-build"), "{build}");
    }
}

/// Production can't know what staging has shown, so its Check leaves nothing out: one buildspec, no variable that
/// differs but the environment's own, and the tests as a command of their own.
#[test]
fn production_skips_no_test() {
    let projects: Vec<(String, serde_json::Value)> = synthesized()
        .iter()
        .map(|synthesized| {
            let template = synthesized.template("cicd");
            let project = &template["Resources"]["CheckProject"]["Properties"];
            let name = synthesized.environment.name.as_str();
            let place = format!(
                "{}-{}",
                synthesized.environment.account, synthesized.environment.region
            );
            let text = project
                .to_string()
                .replace(&place, "<place>")
                .replace(name, "<env>");
            (name.to_owned(), serde_json::from_str(&text).unwrap())
        })
        .collect();
    let [(_, one), (_, other)] = projects.as_slice() else {
        panic!("{projects:?}");
    };
    for part in ["Environment", "Source"] {
        assert_eq!(one[part], other[part], "{part}");
    }
    assert_eq!(one["Source"]["BuildSpec"], "buildspecs/check.yml");
    let buildspec = include_str!("../../../buildspecs/check.yml");
    for command in ["cargo xtask check --judges", "cargo xtask test"] {
        assert!(
            buildspec.contains(&format!("      - {command}\n")),
            "{command}"
        );
    }
}
