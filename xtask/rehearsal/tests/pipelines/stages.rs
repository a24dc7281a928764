//! Stages are allowed what they have to do, which the attacks don't show.

use cicd_stack::permissions::only_reads;
use rehearsal::pipelines::handler_permissions::{
    HandlerPermissions, Operation, RequiredPermission,
};
use rehearsal::pipelines::policy::{Decision, Policies, Request};
use serde_json::Value;

use crate::names::Names;
use crate::support::{Read, environments};

/// Whether all are allowed; those that are not, with the reason.
fn refused(read: &Read, role: &str, requests: &[Request]) -> Vec<String> {
    let arn = Names(read).any_role(role);
    requests
        .iter()
        .filter_map(|request| match read.rights.decide(&arn, request) {
            Decision::Allowed(_) => None,
            Decision::Denied(denial) => Some(format!(
                "{role} may not {} {}: {denial}",
                request.action, request.resource
            )),
        })
        .collect()
}

fn assert_allowed(read: &Read, role: &str, requests: &[Request]) {
    let refused = refused(read, role, requests);
    assert!(refused.is_empty(), "{}", refused.join("\n"));
}

/// What a role lacks to manage the resources of these stacks.
fn missing_permissions(read: &Read, role: &str, stacks: impl Fn(&str) -> bool) -> Vec<String> {
    let permissions = HandlerPermissions::new(&read.stacks, &read.rights);
    let role = Names(read).any_role(role);
    let mut missing = Vec::new();
    let deployed = read.stacks.resources();
    for resource in deployed.filter(|resource| stacks(resource.stack)) {
        for operation in Operation::ALL {
            let found = permissions.missing(&role, &resource, operation).unwrap();
            if let Some((permission, denial)) = found {
                missing.push(format!(
                    "{operation:?} {} {}/{}: {} on {:?}: {denial}",
                    resource.resource_type,
                    resource.stack,
                    resource.id,
                    permission.action(),
                    permission.resource(),
                ));
            }
        }
    }
    missing
}

/// Every resource of every stack that a pipeline deploys.
#[test]
fn cloudformation_may_manage_every_resource() {
    for read in environments() {
        let missing = missing_permissions(read, "execution", |stack| {
            let mut stacks = read.synthesis.assembly.stacks.iter();
            stacks.any(|artifact| artifact.name.as_str() == stack && !artifact.applied_manually)
        });
        assert!(missing.is_empty(), "{}", missing.join("\n"));
    }
}

/// CloudFormation reads with the rights of who looks for drift: every resource of every stack, bootstrap's too.
#[test]
fn who_looks_for_drift_may_read_every_resource() {
    for read in environments() {
        let permissions = HandlerPermissions::new(&read.stacks, &read.rights);
        let role = Names(read).any_role("drift");
        let (mut missing, mut asked) = (Vec::new(), 0);
        for resource in read.stacks.resources() {
            for permission in permissions.required(&resource, Operation::Read).unwrap() {
                if !only_reads(permission.action()) {
                    continue;
                }
                asked += 1;
                let decision = match &permission {
                    RequiredPermission::OnResource(request) => read.rights.decide(&role, request),
                    RequiredPermission::OnAny(action) => read.rights.decide_on_any(&role, action),
                };
                if let Decision::Denied(denial) = decision {
                    missing.push(format!(
                        "{}/{}: {} on {:?}: {denial}",
                        resource.stack,
                        resource.id,
                        permission.action(),
                        permission.resource()
                    ));
                }
            }
        }
        assert!(missing.is_empty(), "{}", missing.join("\n"));
        assert!(asked > 500, "{asked}");
        let mut calls = vec![Request::new(
            "cloudformation:DescribeStackDriftDetectionStatus",
            "*",
        )];
        for stack in &read.synthesis.assembly.stacks {
            let stack = Names(read).stack(stack.name.id());
            for call in [
                "DetectStackDrift",
                "DetectStackResourceDrift",
                "DescribeStackResourceDrifts",
            ] {
                calls.push(Request::new(
                    format!("cloudformation:{call}"),
                    stack.as_str(),
                ));
            }
        }
        assert_allowed(read, "drift", &calls);
    }
}

/// And for a release every one of the service, but none of another's.
#[test]
fn a_release_may_manage_its_service() {
    for read in environments() {
        let names = Names(read);
        for application in &read.synthesis.environment.applications {
            let role = format!("{}-release", application.name);
            let own = names.named(&format!("service-{}", application.name));
            let missing = missing_permissions(read, &role, |stack| stack == own);
            assert!(missing.is_empty(), "{}", missing.join("\n"));
            let family = format!(
                "task-definition/{}:1",
                names.named(application.name.as_str())
            );
            let register = Request::new("ecs:RegisterTaskDefinition", names.own("ecs", &family));
            assert_allowed(read, &role, &[register.with("ecs:privileged", "false")]);
            let services = names.named("service-");
            for other in read.stacks.names().filter(|name| *name != own) {
                if other.starts_with(&services) {
                    assert!(
                        !missing_permissions(read, &role, |stack| stack == other).is_empty(),
                        "{role}: {other}"
                    );
                }
            }
        }
    }
}

/// An environment of the definition with one template changed, and what a role lacks there.
fn lacks_when(
    read: &Read,
    stack: &str,
    change: impl FnOnce(&mut Value),
    role: &str,
    (id, operation): (&str, Operation),
) -> Option<String> {
    let mut stacks = read.stacks.clone();
    let name = Names(read).named(stack);
    let mut template = stacks.template(&name).unwrap().clone();
    change(&mut template["Resources"]);
    stacks.add(&name, template);
    let rights = Policies::read(&stacks).unwrap();
    let role = Names(read).any_role(role);
    let of = |stack: &str| stacks.resource(&Names(read).named(stack), id);
    let resource = of("network").or_else(|| of("ecs")).unwrap();
    let missing = HandlerPermissions::new(&stacks, &rights).missing(&role, &resource, operation);
    missing
        .unwrap()
        .map(|(permission, _)| permission.action().to_owned())
}

/// Takes an action from every statement of the policies whose logical ids begin so.
fn take(resources: &mut Value, policies: &str, action: &str) {
    let policies = resources
        .as_object_mut()
        .unwrap()
        .iter_mut()
        .filter(|(id, _)| id.starts_with(policies));
    for (_, policy) in policies {
        let statements = &mut policy["Properties"]["PolicyDocument"]["Statement"];
        for statement in statements.as_array_mut().unwrap() {
            match statement.get_mut("Action") {
                Some(Value::Array(actions)) => actions.retain(|one| one != action),
                Some(one) if one == action => *one = "sts:GetCallerIdentity".into(),
                _ => {}
            }
        }
    }
}

/// No schema lists what replaces machines: taken away, an update of the group is refused, and its creation
/// isn't.
#[test]
fn a_rolling_update_asks_for_what_it_calls() {
    for read in environments() {
        for action in [
            "autoscaling:SetDesiredCapacity",
            "autoscaling:SuspendProcesses",
            "autoscaling:TerminateInstanceInAutoScalingGroup",
        ] {
            let missing_permissions = |operation| {
                let without = |resources: &mut Value| {
                    take(resources, "ExecutionRolePolicy", action);
                };
                let what = ("Machines", operation);
                lacks_when(read, "bootstrap-roles", without, "execution", what)
            };
            assert_eq!(
                missing_permissions(Operation::Update).as_deref(),
                Some(action)
            );
            let creates = (action == "autoscaling:SuspendProcesses").then_some(action);
            assert_eq!(missing_permissions(Operation::Create).as_deref(), creates);
        }
        // Scheduled actions are looked at in every update.
        let without = |resources: &mut Value| {
            take(resources, "ExecutionRolePolicy", "autoscaling:Describe*");
        };
        let what = ("Machines", Operation::Update);
        let missing_permissions = lacks_when(read, "bootstrap-roles", without, "execution", what);
        assert_eq!(
            missing_permissions.as_deref(),
            Some("autoscaling:Describe*")
        );
    }
}

/// A key has no tags while it is made, and IAM would refuse by them.
#[test]
fn a_key_is_set_up_by_its_own_policy() {
    for read in environments() {
        let without = |sid: &'static str| {
            move |resources: &mut Value| {
                let policy = &mut resources["DataKey"]["Properties"]["KeyPolicy"]["Statement"];
                policy
                    .as_array_mut()
                    .unwrap()
                    .retain(|statement| statement["Sid"] != sid);
            }
        };
        let missing_permissions =
            |sid, what| lacks_when(read, "network", without(sid), "execution", what);
        let created = ("DataKey", Operation::Create);
        assert_eq!(missing_permissions("none", created), None);
        assert_eq!(
            missing_permissions("KeySetup", created).as_deref(),
            Some("kms:PutKeyPolicy")
        );
        let alias = ("DataKeyAlias", Operation::Create);
        assert_eq!(missing_permissions("none", alias), None);
        assert_eq!(
            missing_permissions("KeySetup", alias).as_deref(),
            Some("kms:CreateAlias")
        );
        // Later there are tags.
        for operation in [Operation::Read, Operation::Update, Operation::Delete] {
            assert_eq!(
                missing_permissions("KeySetup", ("DataKey", operation)),
                None
            );
        }
    }
}

/// The tables that say what managing takes are not empty: nearly every type needs something.
#[test]
fn managing_asks_for_something() {
    let read = &environments()[0];
    let permissions = HandlerPermissions::new(&read.stacks, &read.rights);
    let asked = |operation| {
        let required = read
            .stacks
            .resources()
            .map(|resource| permissions.required(&resource, operation).unwrap().len());
        required.sum::<usize>()
    };
    for operation in Operation::ALL {
        assert!(
            asked(operation) > 500,
            "{operation:?}: {}",
            asked(operation)
        );
    }
}

/// The calls of the engine's port that plan.
fn read_calls(stack: &str) -> Vec<Request> {
    [
        "DescribeStackEvents",
        "GetStackPolicy",
        "GetTemplate",
        "ListStackResources",
    ]
    .map(|call| Request::new(format!("cloudformation:{call}"), stack))
    .to_vec()
}

fn list_calls() -> Vec<Request> {
    ["DescribeStacks", "ListImports"]
        .map(|call| Request::new(format!("cloudformation:{call}"), "*"))
        .to_vec()
}

fn change_calls(names: Names<'_>, stack: &str, role: &str) -> Vec<Request> {
    let on = |call: &str| Request::new(format!("cloudformation:{call}"), stack);
    let role = names.any_role(role);
    let pass = Request::new("iam:PassRole", role.as_str())
        .with("iam:PassedToService", "cloudformation.amazonaws.com");
    let given = |request: Request| request.with("cloudformation:RoleArn", role.as_str());
    vec![
        pass,
        on("DescribeChangeSet"),
        on("DescribeStackEvents"),
        given(on("CreateChangeSet")),
        on("TagResource"),
        on("ExecuteChangeSet"),
        on("DeleteChangeSet"),
        on("CancelUpdateStack"),
        // The stack has its role already, or is given it.
        on("ContinueUpdateRollback"),
        given(on("ContinueUpdateRollback")),
        on("RollbackStack"),
        on("DeleteStack"),
        given(on("DeleteStack")),
    ]
}

fn protection_calls(stack: &str) -> Vec<Request> {
    ["SetStackPolicy", "UpdateTerminationProtection"]
        .map(|call| Request::new(format!("cloudformation:{call}"), stack))
        .to_vec()
}

/// The stacks that a pipeline deploys.
fn stacks(read: &Read) -> impl Iterator<Item = String> + '_ {
    let stacks = read.synthesis.assembly.stacks.iter();
    stacks
        .filter(|stack| !stack.applied_manually)
        .map(|stack| Names(read).stack(stack.name.id()))
}

#[test]
fn the_definition_is_deployed() {
    for read in environments() {
        let names = Names(read);
        let mut requests = list_calls();
        for stack in stacks(read) {
            requests.extend(read_calls(&stack));
            requests.extend(change_calls(names, &stack, "execution"));
            requests.extend(protection_calls(&stack));
        }
        // Bootstrap can be looked at: what it exports is imported.
        requests.extend(read_calls(&names.stack("bootstrap")));
        requests.extend(read_calls(&names.stack("bootstrap-roles")));
        assert_allowed(read, "deploy", &requests);
    }
}

#[test]
fn the_release_is_published_and_waiting_pipelines_start() {
    for read in environments() {
        let names = Names(read);
        let via = format!("s3.{}.amazonaws.com", names.region());
        let key = names.key("bootstrap", "ArtifactKey");
        let mut requests = vec![
            Request::new(
                "s3:PutObject",
                format!("{}/release.zip", names.bucket("releases")),
            ),
            Request::new("s3:GetObject", names.artifact("cicd.definition")),
            Request::new("kms:GenerateDataKey", key).with("kms:ViaService", via),
        ];
        for application in &read.synthesis.environment.applications {
            for call in ["ListPipelineExecutions", "StartPipelineExecution"] {
                let pipeline = names.pipeline(application.name.as_str());
                requests.push(Request::new(format!("codepipeline:{call}"), pipeline));
            }
        }
        assert_allowed(read, "deploy", &requests);
    }
}

/// What is compiled, and what it is compiled with next time.
#[test]
fn build_hands_a_release_on_and_keeps_a_cache() {
    for read in environments() {
        let names = Names(read);
        let via = format!("s3.{}.amazonaws.com", names.region());
        let key = names.key("bootstrap", "ArtifactKey");
        let mut requests = Vec::new();
        for object in [names.artifact("cicd.definition"), names.cache()] {
            for call in ["GetObject", "PutObject"] {
                requests.push(Request::new(format!("s3:{call}"), &*object));
            }
        }
        for call in ["Decrypt", "GenerateDataKey"] {
            let request = Request::new(format!("kms:{call}"), &*key);
            requests.push(request.with("kms:ViaService", via.as_str()));
        }
        assert_allowed(read, "build", &requests);
        // It looks at no stack.
        let looks = read_calls(&names.stack("network"));
        assert_eq!(refused(read, "build", &looks).len(), looks.len());
    }
}

#[test]
fn check_and_verify_look_at_every_stack() {
    for read in environments() {
        let mut requests = list_calls();
        for stack in stacks(read) {
            requests.extend(read_calls(&stack));
        }
        // The rights that deploying takes are compared before anything takes them.
        for stack in ["bootstrap", "bootstrap-roles"] {
            let rights = Names(read).stack(stack);
            requests.push(Request::new("cloudformation:GetTemplate", rights));
        }
        requests.push(Request::new(
            "s3:GetObject",
            Names(read).artifact("cicd.definition"),
        ));
        assert_allowed(read, "check", &requests);
    }
}

#[test]
fn applications_are_tested_built_pushed_and_deployed() {
    for read in environments() {
        let names = Names(read);
        for application in &read.synthesis.environment.applications {
            let app = application.name.as_str();
            let role = |what: &str| format!("{app}-{what}");
            let push = [
                "BatchCheckLayerAvailability",
                "CompleteLayerUpload",
                "DescribeImages",
                "InitiateLayerUpload",
                "PutImage",
                "UploadLayerPart",
            ]
            .map(|call| Request::new(format!("ecr:{call}"), names.repository(app)));
            let base = names.own(
                "ecr",
                &format!("repository/{}/docker/library/debian", names.named("public")),
            );
            let pull = [
                "BatchGetImage",
                "BatchImportUpstreamImage",
                "CreateRepository",
                "GetDownloadUrlForLayer",
            ]
            .map(|call| Request::new(format!("ecr:{call}"), &*base));
            let mut build = vec![
                Request::new("ecr:GetAuthorizationToken", "*"),
                Request::new("s3:GetObject", names.artifact(app)),
                Request::new(
                    "codebuild:CreateReport",
                    names.own(
                        "codebuild",
                        &format!(
                            "report-group/{}",
                            names.named(&format!("{app}-build-tests"))
                        ),
                    ),
                ),
            ];
            build.extend(push);
            build.extend(pull);
            assert_allowed(read, &role("build"), &build);

            let service = names.stack(&format!("service-{app}"));
            let digest = Request::new("ecr:DescribeImages", names.repository(app));
            let verify = vec![
                Request::new("cloudformation:DescribeStacks", "*"),
                Request::new("cloudformation:GetTemplate", &*service),
                digest,
            ];
            assert_allowed(read, &role("verify"), &verify);
            let mut deploy = change_calls(names, &service, &format!("{app}-release"));
            deploy.extend(verify);
            assert_allowed(read, &role("deploy"), &deploy);
            // Other stacks are listed, and not looked at.
            let others = read_calls(&names.stack(&format!("application-{app}")));
            assert_eq!(refused(read, &role("deploy"), &others).len(), others.len());
        }
    }
}

/// A pipeline starts its own projects, and hands on what they make.
#[test]
fn pipelines_run_their_own_projects() {
    for read in environments() {
        let names = Names(read);
        let run = |role: &str, pipeline: &str, projects: &[String], repository: &str| {
            let connection = &read.synthesis.environment.pipeline.connection;
            let service = connection.service();
            let mut requests = vec![
                Request::new("s3:GetObject", names.artifact(pipeline)),
                Request::new("s3:PutObject", names.artifact(pipeline)),
                Request::new(format!("{service}:UseConnection"), connection.as_str())
                    .with(&format!("{service}:FullRepositoryId"), repository),
            ];
            for project in projects {
                for call in ["BatchGetBuilds", "StartBuild"] {
                    requests.push(Request::new(
                        format!("codebuild:{call}"),
                        names.project(project),
                    ));
                }
            }
            assert_allowed(read, role, &requests);
        };
        let own = ["build", "check", "self-update", "deploy", "verify"].map(str::to_owned);
        run(
            "pipeline",
            "cicd.definition",
            &own,
            "lemonade/infrastructure",
        );
        for application in &read.synthesis.environment.applications {
            let app = application.name.as_str();
            let projects = ["build", "deploy", "verify"].map(|what| format!("{app}-{what}"));
            run(
                &format!("{app}-pipeline"),
                app,
                &projects,
                application.repository.as_str(),
            );
        }
    }
}

#[test]
fn what_runs_reads_its_own_secrets_and_images() {
    for read in environments() {
        let names = Names(read);
        let via = format!("secretsmanager.{}.amazonaws.com", names.region());
        for application in &read.synthesis.environment.applications {
            let app = application.name.as_str();
            let mut requests = Vec::new();
            for secret in &application.secrets {
                let arn = names.secret(app, secret.as_str());
                requests.push(Request::new("secretsmanager:GetSecretValue", arn));
                requests.push(
                    Request::new("kms:Decrypt", names.key("network", "DataKey"))
                        .with("kms:ViaService", via.as_str()),
                );
            }
            assert_allowed(read, &format!("{app}-execution"), &requests);
        }
        let image = names.repository("web");
        let machines = [
            Request::new("ecr:GetAuthorizationToken", "*"),
            Request::new("ecr:BatchGetImage", image.as_str()),
            Request::new("ecs:RegisterContainerInstance", "*"),
            Request::new("ssm:UpdateInstanceInformation", "*"),
            Request::new("cloudwatch:PutMetricData", "*"),
        ];
        assert_allowed(read, "machines", &machines);
    }
}

/// A deployer sees why a service does not stabilize, and no other log.
#[test]
fn who_deploys_reads_what_tasks_wrote_last_and_nothing_else() {
    for read in environments() {
        let names = Names(read);
        let environment = &read.synthesis.environment;
        let lines = |group: &str, stream: &str| {
            let stream = format!(
                "arn:aws:logs:{}:{}:log-group:{group}:log-stream:{stream}",
                environment.region, environment.account
            );
            Request::new("logs:GetLogEvents", stream)
        };
        let group = |application: &str| format!("/lemonade/{}/{application}", environment.name);
        let of_task = |application: &str| lines(&group(application), "task/app/0a1b2c3d");
        assert_allowed(read, "deploy", &[of_task("web"), of_task("api")]);
        assert_allowed(read, "web-deploy", &[of_task("web")]);
        let others = [
            of_task("api"),
            lines(&environment.names().log_group("cicd", "deploy"), "0a1b2c3d"),
            lines(&group("web"), "foreign"),
        ];
        assert_eq!(refused(read, "web-deploy", &others).len(), others.len());
        assert_eq!(refused(read, "deploy", &others[1..]).len(), 2);
        let role = names.any_role("web-build");
        assert!(!read.rights.decide(&role, &of_task("web")).is_allowed());
    }
}
