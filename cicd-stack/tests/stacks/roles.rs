//! What must hold of single roles.

use serde_json::Value;

use crate::support::{is_boundary, named, places, synthesized, texts};

/// `CustomRoleArn` of a repository creation template takes no ARN with a path. What changes roles is allowed to under the
/// environment's path only, so that this one is a person's too.
const WITHOUT_PATH: &str = "ImageCacheRole";

#[test]
fn every_role_is_under_the_path_with_a_boundary() {
    for synthesized in synthesized() {
        let path = synthesized.environment.names().role_path();
        for (stack, id, role) in synthesized.resources("AWS::IAM::Role") {
            let expected = if id == WITHOUT_PATH { "/" } else { &path };
            assert!(
                role["Path"].as_str().unwrap().starts_with(expected),
                "{stack}/{id}"
            );
            let boundary = role["PermissionsBoundary"].to_string();
            assert!(
                boundary.contains("definition-boundary") || boundary.contains("DefinitionBoundary"),
                "{stack}/{id} has the boundary {boundary}"
            );
        }
    }
}

#[test]
fn roles_of_bootstrap_are_where_nothing_else_may_write() {
    for synthesized in synthesized() {
        let path = synthesized.environment.names().bootstrap_path();
        let roles = synthesized.resources("AWS::IAM::Role");
        for (stack, id, role) in roles.filter(|(_, id, _)| *id != WITHOUT_PATH) {
            assert_eq!(
                role["Path"].as_str().unwrap() == path,
                stack.starts_with("bootstrap"),
                "{stack}/{id}"
            );
        }
    }
}

/// A role that may not change what is under bootstrap's path may not change a boundary.
#[test]
fn boundaries_are_where_nothing_else_may_write() {
    for synthesized in synthesized() {
        let path = synthesized.environment.names().bootstrap_path();
        for id in ["DefinitionBoundary", "WorkloadBoundary"] {
            let boundary = &synthesized.template("bootstrap")["Resources"][id]["Properties"];
            assert_eq!(boundary["Path"], path, "{id}");
        }
    }
}

/// Every role that deploys: the definition's, and each application's.
fn deploying() -> Vec<(String, &'static [Value])> {
    let mut all = Vec::new();
    for synthesized in synthesized() {
        all.push((
            "definition".to_owned(),
            synthesized.policy("bootstrap-roles", "DeployRolePolicy"),
        ));
        for application in &synthesized.environment.applications {
            let stack = format!("pipeline-{}", application.name);
            let policy = synthesized.policy(&stack, "DeployRolePolicy");
            all.push((application.name.to_string(), policy));
        }
    }
    all
}

#[test]
fn who_deploys_cannot_touch_bootstrap_or_its_own_rights() {
    for (who, policy) in deploying() {
        let stack = named(policy, "BootstrapIsAPersons");
        assert_eq!(stack["Effect"], "Deny", "{who}");
        assert!(places(stack)[0].ends_with("-bootstrap*"), "{who}");
        for allowed in texts(&stack["NotAction"]) {
            let (_, name) = allowed.split_once(':').unwrap();
            let looks = ["Describe", "Get", "List"];
            assert!(looks.iter().any(|verb| name.starts_with(verb)), "{allowed}");
        }
        let rights = named(policy, "NoChangeOfOwnRights");
        assert_eq!(rights["Effect"], "Deny", "{who}");
        assert_eq!(texts(&rights["NotAction"]), ["iam:PassRole"], "{who}");
        let of = places(rights).join(" ");
        for thing in ["role/", "policy/"] {
            assert!(of.contains(thing), "{who}: {of}");
        }
    }
}

#[test]
fn who_deploys_gives_stacks_one_role_and_no_other() {
    for (who, policy) in deploying() {
        let role = match who.as_str() {
            "definition" => "ExecutionRole",
            _ => "ReleaseRole",
        };
        let plan = named(policy, "PlanStacks");
        assert_eq!(texts(&plan["Action"]), ["cloudformation:CreateChangeSet"]);
        let given = &plan["Condition"]["ArnEquals"]["cloudformation:RoleArn"];
        assert!(given.to_string().contains(role), "{who}: {given}");
        let pass = named(policy, "PassTheExecutionRole");
        assert!(places(pass)[0].contains(role), "{who}");
        let service = &pass["Condition"]["StringEquals"]["iam:PassedToService"];
        assert_eq!(service, "cloudformation.amazonaws.com", "{who}");
        let passing = |statement: &&Value| texts(&statement["Action"]).contains(&"iam:PassRole");
        assert_eq!(policy.iter().filter(passing).count(), 1, "{who}");
        // Without a change set there would be nothing to look at before.
        for action in policy
            .iter()
            .flat_map(|statement| texts(&statement["Action"]))
        {
            assert_ne!(action, "cloudformation:CreateStack", "{who}");
            assert_ne!(action, "cloudformation:UpdateStack", "{who}");
        }
    }
}

#[test]
fn an_application_deploys_its_own_stack_only() {
    for synthesized in synthesized() {
        for application in &synthesized.environment.applications {
            let name = &application.name;
            let policy = synthesized.policy(&format!("pipeline-{name}"), "DeployRolePolicy");
            for sid in ["PlanStacks", "ChangeStacks", "GoBack"] {
                let of = places(named(policy, sid));
                assert_eq!(of.len(), 1);
                assert!(of[0].ends_with(&format!("-service-{name}/*")), "{of:?}");
            }
        }
    }
}

/// What carries out a release makes no role, gives no right, and passes its application's roles only.
#[test]
fn a_release_reaches_its_service_and_no_rights() {
    for synthesized in synthesized() {
        let names = synthesized.environment.names();
        for application in &synthesized.environment.applications {
            let stack = format!("pipeline-{}", application.name);
            let policy = synthesized.policy(&stack, "ReleaseRolePolicy");
            for statement in policy {
                for action in texts(&statement["Action"]) {
                    let (service, name) = action.split_once(':').unwrap();
                    let known = [
                        "application-autoscaling",
                        "cloudwatch",
                        "ecs",
                        "elasticloadbalancing",
                    ];
                    let looks = service == "ec2" && name.starts_with("Describe");
                    let own = ["iam:GetRole", "iam:PassRole", "iam:CreateServiceLinkedRole"]
                        .contains(&action);
                    assert!(
                        looks || own || known.contains(&service),
                        "{stack}: {action}"
                    );
                }
            }
            let path = names.role_path();
            let own =
                |what: &str| format!("role{path}{}-{what}", names.task_family(&application.name));
            let passed = places(named(policy, "PassOwnRoles"));
            assert_eq!(passed.len(), 2);
            for (role, what) in passed.iter().zip(["task", "execution"]) {
                assert!(role.ends_with(&own(what)), "{stack}: {role}");
            }
            let has_entry = application.ingress.is_some();
            let all = Value::from(policy.to_vec()).to_string();
            assert_eq!(all.contains("elasticloadbalancing:"), has_entry, "{stack}");
        }
    }
}

/// A release doesn't lift what guards its stack, and what looks at it changes nothing.
#[test]
fn an_application_neither_unprotects_its_stack_nor_verifies_as_who_deploys_it() {
    for synthesized in synthesized() {
        for application in &synthesized.environment.applications {
            let stack = format!("pipeline-{}", application.name);
            let deploys = synthesized.policy(&stack, "DeployRolePolicy");
            let all = Value::from(deploys.to_vec()).to_string();
            for action in ["SetStackPolicy", "UpdateTerminationProtection"] {
                assert!(
                    !all.contains(&format!("cloudformation:{action}")),
                    "{stack}"
                );
            }
            let verify = &synthesized.template(&stack)["Resources"]["VerifyProject"]["Properties"];
            let role = verify["ServiceRole"].to_string();
            assert!(role.contains("VerifyRole"), "{stack}: {role}");
            let looks = synthesized.policy(&stack, "VerifyRolePolicy");
            for action in looks
                .iter()
                .flat_map(|statement| texts(&statement["Action"]))
                .filter(|action| !action.starts_with("logs:") && !action.starts_with("kms:"))
            {
                let (_, name) = action.split_once(':').unwrap();
                let verbs = ["Describe", "Get", "List", "Validate"];
                assert!(
                    verbs.iter().any(|verb| name.starts_with(verb)),
                    "{stack}: {action}"
                );
            }
        }
    }
}

/// What the engine calls, one by one: what is not in a policy shows only in an account.
#[test]
fn who_deploys_may_call_what_the_engine_calls() {
    const ENGINE: [&str; 18] = [
        "CancelUpdateStack",
        "ContinueUpdateRollback",
        "CreateChangeSet",
        "DeleteChangeSet",
        "DeleteStack",
        "DescribeChangeSet",
        "DescribeEvents",
        "DescribeStackEvents",
        "DescribeStacks",
        "ExecuteChangeSet",
        "GetStackPolicy",
        "GetTemplate",
        "ListImports",
        "ListStackResources",
        "ListStacks",
        "RollbackStack",
        "SetStackPolicy",
        "UpdateTerminationProtection",
    ];
    /// A service is neither guarded nor retained, and exports nothing.
    const OF_OTHERS: [&str; 6] = [
        "GetStackPolicy",
        "ListImports",
        "ListStackResources",
        "ListStacks",
        "SetStackPolicy",
        "UpdateTerminationProtection",
    ];
    for (who, policy) in deploying() {
        let allowed: Vec<&str> = policy
            .iter()
            .filter(|statement| statement["Effect"] == "Allow")
            .flat_map(|statement| texts(&statement["Action"]))
            .collect();
        for call in ENGINE {
            let action = format!("cloudformation:{call}");
            assert_eq!(
                allowed.contains(&action.as_str()),
                who == "definition" || !OF_OTHERS.contains(&call),
                "{who}: {action}"
            );
        }
    }
}

/// Stage Verify fails when the machines' image is old; it runs as the role that looks.
#[test]
fn who_verifies_may_ask_how_old_the_machines_image_is() {
    for synthesized in synthesized() {
        let policy = synthesized.policy("cicd", "CheckRolePolicy");
        let resource = |action: &str| {
            let statement = policy
                .iter()
                .find(|statement| texts(&statement["Action"]).contains(&action));
            statement.unwrap()["Resource"].clone()
        };
        let region = synthesized.environment.region;
        assert_eq!(
            resource("ssm:GetParameter"),
            format!("arn:aws:ssm:{region}::parameter/aws/service/ecs/optimized-ami/*")
        );
        assert_eq!(resource("ec2:DescribeImages"), "*");
    }
}

/// The upload of a source action names an access control list. Builds upload without one, and setting
/// one could not make an artifact public either: the bucket's owner owns its objects.
#[test]
fn pipelines_upload_sources_and_stop_builds_and_nothing_else_does() {
    for synthesized in synthesized() {
        let mut pipelines = 0;
        for (place, statement) in synthesized.statements() {
            if is_boundary(&place) || statement["Effect"] != "Allow" {
                continue;
            }
            let actions = texts(&statement["Action"]);
            let has = |action: &str| actions.contains(&action);
            let pipeline = place.ends_with("/PipelineRolePolicy");
            let uploads = pipeline && statement["Sid"] == "Artifacts";
            let builds = pipeline && statement["Sid"] == "Builds";
            assert_eq!(has("s3:PutObjectAcl"), uploads, "{place}");
            assert_eq!(has("codebuild:StopBuild"), builds, "{place}");
            pipelines += usize::from(uploads);
        }
        let applications = synthesized.environment.applications.len();
        assert_eq!(pipelines, applications + 1);
    }
}

#[test]
fn a_build_pushes_to_its_own_repository_only() {
    for synthesized in synthesized() {
        for application in &synthesized.environment.applications {
            let name = &application.name;
            let policy = synthesized.policy(&format!("pipeline-{name}"), "BuildRolePolicy");
            let pushes = |statement: &&Value| texts(&statement["Action"]).contains(&"ecr:PutImage");
            let pushing: Vec<&Value> = policy.iter().filter(pushes).collect();
            assert_eq!(pushing.len(), 1);
            let of = places(pushing[0]);
            assert_eq!(of.len(), 1);
            assert!(
                of[0].contains(&format!("-application-{name}-Repository")),
                "{of:?}"
            );
        }
    }
}

#[test]
fn only_the_definitions_deployment_writes_the_release() {
    for synthesized in synthesized() {
        for (place, statement) in synthesized.statements() {
            let writes = texts(&statement["Action"]).contains(&"s3:PutObject");
            let release = places(statement)
                .iter()
                .any(|resource| resource.contains("-releases-"));
            if writes && release && statement["Effect"] == "Allow" {
                assert_eq!(place, "bootstrap-roles/DeployRolePolicy");
            }
        }
    }
}

#[test]
fn the_definitions_deployment_starts_pipelines_of_applications_and_not_its_own() {
    for synthesized in synthesized() {
        let names = synthesized.environment.names();
        let policy = synthesized.policy("bootstrap-roles", "DeployRolePolicy");
        let starts = named(policy, "PipelinesOfApplications");
        assert_eq!(
            texts(&starts["Action"]),
            [
                "codepipeline:ListPipelineExecutions",
                "codepipeline:StartPipelineExecution"
            ]
        );
        let places_of_it = places(starts);
        let [pattern] = places_of_it.as_slice() else {
            panic!("{places_of_it:?}");
        };
        let (before, after) = pattern.split_once('*').unwrap();
        let matches = |name: &str| format!("{before}{name}").ends_with(after);
        for application in &synthesized.environment.applications {
            assert!(matches(&names.pipeline(&application.name)));
        }
        let denied = named(policy, "NotItself");
        assert_eq!(denied["Effect"], "Deny");
        assert_eq!(
            places(denied),
            [format!("{before}{}", names.definition_pipeline())]
        );
        // CloudFormation starts a pipeline that is to be restarted when it is updated.
        let others = synthesized.statements().filter(|(place, statement)| {
            !place.contains("ExecutionRole")
                && statement["Effect"] == "Allow"
                && texts(&statement["Action"]).contains(&"codepipeline:StartPipelineExecution")
        });
        assert_eq!(others.count(), 1);
    }
}

/// What the boundary doesn't allow, a policy gives in vain.
#[test]
fn the_boundary_of_the_definition_allows_what_its_roles_are_given() {
    for synthesized in synthesized() {
        let boundary: Vec<&str> = synthesized
            .policy("bootstrap", "DefinitionBoundary")
            .iter()
            .filter(|statement| statement["Effect"] == "Allow")
            .flat_map(|statement| texts(&statement["Action"]))
            .collect();
        let allows = |action: &str| {
            boundary
                .iter()
                .any(|pattern| match pattern.strip_suffix('*') {
                    Some(verb) => action.starts_with(verb),
                    None => action == *pattern,
                })
        };
        for (place, statement) in synthesized.statements() {
            if statement["Effect"] == "Allow" && !place.ends_with("Boundary") {
                for action in texts(&statement["Action"]) {
                    assert!(allows(action), "{place}: the boundary cuts off {action}");
                }
            }
        }
    }
}
