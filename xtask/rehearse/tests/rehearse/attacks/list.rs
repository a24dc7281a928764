//! The attacks.

use rehearse::policy::Request;

use super::{Attack, Who};
use crate::names::Names;

const ADMINISTRATOR: &str = "arn:aws:iam::aws:policy/AdministratorAccess";

/// What the condition on the boundary of a role asks for.
const BOUNDARY: &str = "iam:PermissionsBoundary";

/// What the condition on the role that a stack is given asks for.
const GIVEN_ROLE: &str = "cloudformation:RoleArn";

/// All of them, in the order of the table.
pub(super) fn attacks(names: Names<'_>) -> Vec<Attack> {
    let mut attacks = Vec::new();
    for part in [
        rights,
        roles,
        passing,
        bootstrap,
        environments,
        applications,
        secrets,
        images,
        data,
        releases,
        pipelines,
        proposals,
        workloads,
    ] {
        part(names, &mut attacks);
    }
    attacks
}

fn attack(attacks: &mut Vec<Attack>, what: &'static str, who: Who, requests: Vec<Request>) {
    attacks.extend(
        requests
            .into_iter()
            .map(|request| Attack { what, who, request }),
    );
}

/// The same by several.
fn by(attacks: &mut Vec<Attack>, what: &'static str, all: &[Who], requests: &[Request]) {
    for &who in all {
        attack(attacks, what, who, requests.to_vec());
    }
}

/// The other environment, as seen from here.
struct Other {
    name: &'static str,
    account: &'static str,
    region: &'static str,
}

fn other(names: Names<'_>) -> Other {
    let read = crate::support::environments()
        .iter()
        .find(|read| Names(read).environment() != names.environment())
        .unwrap();
    let other = Names(read);
    Other {
        name: other.environment(),
        account: other.account(),
        region: other.region(),
    }
}

/// What limits whoever tries.
fn rights(names: Names<'_>, attacks: &mut Vec<Attack>) {
    let itself = |who: Who| names.any_role(who.name());
    for who in [Who::Execution, Who::Deploy, Who::Role("web-deploy")] {
        attack(
            attacks,
            "widen its own boundary",
            who,
            vec![
                Request::new("iam:PutRolePermissionsBoundary", itself(who))
                    .with(BOUNDARY, ADMINISTRATOR),
                Request::new("iam:CreatePolicyVersion", names.boundary("definition")),
                Request::new("iam:SetDefaultPolicyVersion", names.boundary("definition")),
            ],
        );
        attack(
            attacks,
            "remove its own boundary",
            who,
            vec![
                Request::new("iam:DeleteRolePermissionsBoundary", itself(who))
                    .with(BOUNDARY, names.boundary("definition")),
                Request::new("iam:DeletePolicy", names.boundary("definition")),
            ],
        );
        attack(
            attacks,
            "give itself more",
            who,
            vec![
                Request::new("iam:PutRolePolicy", itself(who))
                    .with(BOUNDARY, names.boundary("definition")),
                Request::new("iam:AttachRolePolicy", itself(who))
                    .with(BOUNDARY, names.boundary("definition"))
                    .with("iam:PolicyARN", ADMINISTRATOR),
            ]
            .into_iter()
            // A role that a template makes is CloudFormation's to change, as the template says.
            .collect(),
        );
    }
    attack(
        attacks,
        "give itself more",
        Who::Execution,
        vec![Request::new(
            "iam:CreatePolicyVersion",
            names.iam(&format!(
                "policy/lemonade/{}/bootstrap/{}",
                names.environment(),
                names.named("execution-1")
            )),
        )],
    );
    attack(
        attacks,
        "let something else act as the deploy role",
        Who::Execution,
        vec![Request::new(
            "iam:UpdateAssumeRolePolicy",
            names.any_role("deploy"),
        )],
    );
}

/// Roles that reach further than whoever makes them.
fn roles(names: Names<'_>, attacks: &mut Vec<Attack>) {
    let who = Who::Execution;
    let new = names.role("another");
    attack(
        attacks,
        "create a role without a boundary",
        who,
        vec![
            Request::new("iam:CreateRole", &*new),
            Request::new("iam:CreateRole", &*new).with(BOUNDARY, ADMINISTRATOR),
            Request::new("iam:CreateRole", &*new)
                .with(BOUNDARY, names.iam("policy/lemonade/wider")),
        ],
    );
    let outside = names.iam("role/another");
    let bounded = |request: Request| request.with(BOUNDARY, names.boundary("workload"));
    attack(
        attacks,
        "create a role outside of the environment's path",
        who,
        vec![
            bounded(Request::new("iam:CreateRole", &*outside)),
            bounded(Request::new(
                "iam:CreateRole",
                names.iam(&format!(
                    "role/lemonade/{}/bootstrap/another",
                    names.environment()
                )),
            )),
        ],
    );
    let attach = |policy: String| {
        bounded(Request::new("iam:AttachRolePolicy", &*new)).with("iam:PolicyARN", policy)
    };
    attack(
        attacks,
        "give a role a policy that is not the definition's",
        who,
        vec![
            attach(ADMINISTRATOR.to_owned()),
            attach("arn:aws:iam::aws:policy/IAMFullAccess".to_owned()),
            attach(names.iam(&format!(
                "policy/lemonade/{}/bootstrap/{}",
                names.environment(),
                names.named("execution-1")
            ))),
        ],
    );
    attack(
        attacks,
        "make a user",
        who,
        vec![
            Request::new("iam:CreateUser", names.iam("user/another")),
            Request::new("iam:CreateAccessKey", names.iam("user/another")),
            Request::new(
                "iam:CreateOpenIDConnectProvider",
                names.iam("oidc-provider/another"),
            ),
        ],
    );
    attack(
        attacks,
        "act as another role",
        who,
        vec![Request::new("sts:AssumeRole", names.any_role("deploy"))],
    );
    attack(
        attacks,
        "act as another role",
        Who::Role("web-build"),
        vec![
            Request::new("sts:AssumeRole", names.any_role("deploy")),
            Request::new("sts:AssumeRole", names.role("web-deploy")),
        ],
    );
}

fn pass(role: impl Into<String>, service: &str) -> Request {
    Request::new("iam:PassRole", role)
        .with("iam:PassedToService", format!("{service}.amazonaws.com"))
}

/// Roles given to what shouldn't have them.
fn passing(names: Names<'_>, attacks: &mut Vec<Attack>) {
    let execution = || names.any_role("execution");
    attack(
        attacks,
        "pass another role",
        Who::Deploy,
        vec![
            pass(names.any_role("deploy"), "cloudformation"),
            pass(names.role("web-task"), "cloudformation"),
            pass(execution(), "lambda"),
        ],
    );
    attack(
        attacks,
        "pass another role",
        Who::Role("web-deploy"),
        vec![
            pass(names.any_role("deploy"), "cloudformation"),
            pass(execution(), "codebuild"),
        ],
    );
    attack(
        attacks,
        "pass another role",
        Who::Execution,
        vec![
            pass(execution(), "cloudformation"),
            pass(names.iam("role/administrator"), "codebuild"),
            pass(names.role("web-task"), "glue"),
        ],
    );
    let create = |stack: &str| Request::new("cloudformation:CreateChangeSet", names.stack(stack));
    for (who, stack) in [
        (Who::Deploy, "network"),
        (Who::Role("web-deploy"), "service-web"),
    ] {
        attack(
            attacks,
            "deploy with other rights than the execution role's",
            who,
            vec![
                create(stack),
                create(stack).with(GIVEN_ROLE, names.iam("role/administrator")),
                Request::new("cloudformation:UpdateStack", names.stack(stack)),
                Request::new("cloudformation:CreateStack", names.stack(stack)),
            ],
        );
    }
}

/// The stacks that a person applies, and what they hold.
fn bootstrap(names: Names<'_>, attacks: &mut Vec<Attack>) {
    let execution = names.any_role("execution");
    for stack in ["bootstrap", "bootstrap-roles"] {
        let on =
            |action: &str| Request::new(format!("cloudformation:{action}"), names.stack(stack));
        by(
            attacks,
            "change the stacks of bootstrap",
            &[Who::Deploy, Who::Role("web-deploy")],
            &[
                on("CreateChangeSet").with(GIVEN_ROLE, &*execution),
                on("ExecuteChangeSet"),
                on("DeleteStack").with(GIVEN_ROLE, &*execution),
                on("RollbackStack"),
                on("SetStackPolicy"),
                on("UpdateTerminationProtection"),
            ],
        );
    }
    let key = |action: &str| {
        Request::new(
            format!("kms:{action}"),
            names.key("bootstrap", "ArtifactKey"),
        )
        .with("aws:ResourceTag/lemonade:environment", names.environment())
        .with("aws:ResourceTag/lemonade:stack", "bootstrap")
        .with("aws:RequestTag/lemonade:environment", names.environment())
    };
    attack(
        attacks,
        "change what bootstrap holds",
        Who::Execution,
        vec![
            key("PutKeyPolicy"),
            key("TagResource"),
            key("UntagResource"),
            Request::new("s3:PutBucketPolicy", names.bucket("artifacts")),
            Request::new("s3:PutLifecycleConfiguration", names.bucket("releases")),
            Request::new(
                "sns:SetTopicAttributes",
                names.own("sns", &names.named("pipeline-alarms")),
            ),
            Request::new(
                "lambda:UpdateFunctionCode",
                names.own(
                    "lambda",
                    &format!("function:{}", names.named("service-linked-roles")),
                ),
            ),
            Request::new("iam:DeleteRole", names.any_role("deploy")),
        ],
    );
    attack(
        attacks,
        "change how much may be spent",
        Who::Execution,
        vec![Request::new(
            "budgets:ModifyBudget",
            format!(
                "arn:aws:budgets::{}:budget/{}",
                names.account(),
                names.named("monthly")
            ),
        )],
    );
}

/// The other environment.
fn environments(names: Names<'_>, attacks: &mut Vec<Attack>) {
    let Other {
        name,
        account,
        region,
    } = other(names);
    let theirs =
        |service: &str, resource: &str| format!("arn:aws:{service}:{region}:{account}:{resource}");
    let stack = |id: &str| theirs("cloudformation", &format!("stack/lemonade-{name}-{id}/0"));
    for who in [Who::Deploy, Who::Role("web-deploy")] {
        attack(
            attacks,
            "touch the other environment",
            who,
            vec![
                Request::new("cloudformation:CreateChangeSet", stack("service-web"))
                    .with(GIVEN_ROLE, names.any_role("execution")),
                Request::new("cloudformation:ExecuteChangeSet", stack("service-web")),
                Request::new("cloudformation:DeleteStack", stack("service-web")),
            ],
        );
    }
    attack(
        attacks,
        "touch the other environment",
        Who::Execution,
        vec![
            Request::new("ec2:DeleteVpc", theirs("ec2", "vpc/vpc-1")),
            Request::new(
                "ecr:DeleteRepository",
                theirs("ecr", &format!("repository/lemonade/{name}/web")),
            ),
            Request::new(
                "iam:PutRolePolicy",
                format!("arn:aws:iam::{account}:role/lemonade/{name}/lemonade-{name}-web-task"),
            )
            .with(BOUNDARY, names.boundary("workload")),
            Request::new(
                "s3:PutBucketPolicy",
                format!("arn:aws:s3:::lemonade-{name}-access-logs-{account}-{region}"),
            ),
            Request::new("kms:ScheduleKeyDeletion", theirs("kms", "key/1"))
                .with("aws:ResourceTag/lemonade:environment", name),
        ],
    );
    by(
        attacks,
        "touch the other environment",
        &[Who::Role("web-build"), Who::Deploy],
        &[
            Request::new(
                "ecr:PutImage",
                theirs("ecr", &format!("repository/lemonade/{name}/web")),
            ),
            Request::new(
                "s3:PutObject",
                format!("arn:aws:s3:::lemonade-{name}-releases-{account}-{region}/release.zip"),
            ),
        ],
    );
}

/// Other applications' stacks, and the guards of one's own.
fn applications(names: Names<'_>, attacks: &mut Vec<Attack>) {
    let who = Who::Role("web-deploy");
    let execution = names.any_role("execution");
    for stack in [
        "service-api",
        "application-web",
        "pipeline-web",
        "network",
        "cicd",
    ] {
        attack(
            attacks,
            "touch another stack than its service's",
            who,
            vec![
                Request::new("cloudformation:CreateChangeSet", names.stack(stack))
                    .with(GIVEN_ROLE, &*execution),
                Request::new("cloudformation:ExecuteChangeSet", names.stack(stack)),
                Request::new("cloudformation:DeleteStack", names.stack(stack))
                    .with(GIVEN_ROLE, &*execution),
            ],
        );
    }
    // A name that begins like its own.
    attack(
        attacks,
        "touch another stack than its service's",
        who,
        vec![Request::new(
            "cloudformation:ExecuteChangeSet",
            names.stack("service-web-admin"),
        )],
    );
    attack(
        attacks,
        "lift what guards its stack",
        who,
        vec![
            Request::new("cloudformation:SetStackPolicy", names.stack("service-web")),
            Request::new(
                "cloudformation:UpdateTerminationProtection",
                names.stack("service-web"),
            ),
        ],
    );
    by(
        attacks,
        "deploy, though it only looks",
        &[Who::Role("web-verify"), Who::Role("check")],
        &[
            Request::new("cloudformation:CreateChangeSet", names.stack("service-web"))
                .with(GIVEN_ROLE, &*execution),
            Request::new(
                "cloudformation:ExecuteChangeSet",
                names.stack("service-web"),
            ),
            Request::new("cloudformation:DeleteStack", names.stack("service-web")),
            pass(&*execution, "cloudformation"),
        ],
    );
}

/// Values of secrets.
fn secrets(names: Names<'_>, attacks: &mut Vec<Attack>) {
    let read = |application: &str, name: &str| {
        Request::new(
            "secretsmanager:GetSecretValue",
            names.secret(application, name),
        )
    };
    attack(
        attacks,
        "read another application's secrets",
        Who::Role("api-execution"),
        vec![read("mailer", "MAIL_API_KEY")],
    );
    let all = [
        Who::Execution,
        Who::Deploy,
        Who::Role("check"),
        Who::Role("api-task"),
        Who::Role("api-build"),
        Who::Role("api-deploy"),
        Who::Role("api-pull-request"),
        Who::Role("web-execution"),
        Who::Role("machines"),
    ];
    by(
        attacks,
        "read another application's secrets",
        &all,
        &[read("api", "DATABASE_URL")],
    );
    attack(
        attacks,
        "give a secret another value",
        Who::Role("api-deploy"),
        vec![Request::new(
            "secretsmanager:PutSecretValue",
            names.secret("api", "DATABASE_URL"),
        )],
    );
}

/// Images.
fn images(names: Names<'_>, attacks: &mut Vec<Attack>) {
    for action in ["InitiateLayerUpload", "PutImage"] {
        attack(
            attacks,
            "push to another repository",
            Who::Role("web-build"),
            vec![
                Request::new(format!("ecr:{action}"), names.repository("api")),
                Request::new(
                    format!("ecr:{action}"),
                    names.own(
                        "ecr",
                        &format!("repository/{}/docker/library/debian", names.named("public")),
                    ),
                ),
            ],
        );
    }
    let push = Request::new("ecr:PutImage", names.repository("web"));
    let others = [
        Who::Deploy,
        Who::Execution,
        Who::Role("web-deploy"),
        Who::Role("web-pull-request"),
        Who::Role("web-task"),
        Who::Role("machines"),
    ];
    by(attacks, "push though it doesn't build", &others, &[push]);
    attack(
        attacks,
        "take an image or its tag away",
        Who::Role("web-build"),
        vec![
            Request::new("ecr:BatchDeleteImage", names.repository("web")),
            Request::new("ecr:PutImageTagMutability", names.repository("web")),
            Request::new("ecr:DeleteRepository", names.repository("web")),
        ],
    );
}

/// What is kept.
fn data(names: Names<'_>, attacks: &mut Vec<Attack>) {
    let kept = [
        Request::new("ecr:DeleteRepository", names.repository("web")),
        Request::new(
            "secretsmanager:DeleteSecret",
            names.secret("api", "DATABASE_URL"),
        ),
        Request::new("kms:ScheduleKeyDeletion", names.key("network", "DataKey"))
            .with("aws:ResourceTag/lemonade:environment", names.environment())
            .with("aws:ResourceTag/lemonade:stack", "network"),
        Request::new("s3:DeleteBucket", names.bucket("access-logs")),
        Request::new(
            "logs:DeleteLogGroup",
            names.own(
                "logs",
                &format!("log-group:/lemonade/{}/web", names.environment()),
            ),
        ),
    ];
    by(
        attacks,
        "delete what is kept, past CloudFormation",
        &[Who::Deploy, Who::Role("web-deploy"), Who::Role("web-build")],
        &kept,
    );
    attack(
        attacks,
        "delete what bootstrap keeps",
        Who::Execution,
        vec![
            Request::new("s3:DeleteBucket", names.bucket("releases")),
            Request::new(
                "s3:DeleteObject",
                format!("{}/release.zip", names.bucket("releases")),
            ),
            Request::new("s3:DeleteBucketPolicy", names.bucket("artifacts")),
            Request::new(
                "kms:ScheduleKeyDeletion",
                names.key("bootstrap", "ArtifactKey"),
            )
            .with("aws:ResourceTag/lemonade:environment", names.environment())
            .with("aws:ResourceTag/lemonade:stack", "bootstrap"),
        ],
    );
    attack(
        attacks,
        "look into what is kept, or delete it",
        Who::Execution,
        [
            "DeleteObject",
            "DeleteObjectVersion",
            "GetObject",
            "PutObjectAcl",
        ]
        .map(|action| {
            let object = format!("{}/AWSLogs/1", names.bucket("access-logs"));
            Request::new(format!("s3:{action}"), object)
        })
        .to_vec(),
    );
}

/// The published assembly, and what pipelines hand on.
fn releases(names: Names<'_>, attacks: &mut Vec<Attack>) {
    let release = format!("{}/release.zip", names.bucket("releases"));
    let edit = |action: &str| Request::new(format!("s3:{action}"), &*release);
    let everybody = [
        Who::Execution,
        Who::Role("pipeline"),
        Who::Role("check"),
        Who::Role("web-pipeline"),
        Who::Role("web-build"),
        Who::Role("web-deploy"),
        Who::Role("web-verify"),
        Who::Role("web-pull-request"),
    ];
    by(
        attacks,
        "edit the published assembly",
        &everybody,
        &[edit("PutObject")],
    );
    attack(
        attacks,
        "take an older release away",
        Who::Deploy,
        vec![edit("DeleteObject"), edit("DeleteObjectVersion")],
    );
    let handed_on = |pipeline: &str, action: &str| {
        Request::new(format!("s3:{action}"), names.artifact(pipeline))
    };
    attack(
        attacks,
        "replace what a pipeline hands on",
        Who::Role("web-build"),
        vec![
            handed_on("web", "PutObject"),
            handed_on("api", "PutObject"),
            handed_on("cicd.definition", "PutObject"),
        ],
    );
    attack(
        attacks,
        "read what another pipeline hands on",
        Who::Role("web-build"),
        vec![
            handed_on("api", "GetObject"),
            handed_on("cicd.definition", "GetObject"),
        ],
    );
    attack(
        attacks,
        "replace what a pipeline hands on",
        Who::Role("web-pipeline"),
        vec![
            handed_on("api", "PutObject"),
            handed_on("cicd.definition", "PutObject"),
        ],
    );
    attack(
        attacks,
        "replace what a pipeline hands on",
        Who::Role("web-deploy"),
        vec![handed_on("web", "PutObject")],
    );
}

/// Pipelines and their projects.
fn pipelines(names: Names<'_>, attacks: &mut Vec<Attack>) {
    let start = |pipeline: &str| {
        Request::new(
            "codepipeline:StartPipelineExecution",
            names.pipeline(pipeline),
        )
    };
    attack(
        attacks,
        "start its own pipeline",
        Who::Deploy,
        vec![start("cicd.definition")],
    );
    by(
        attacks,
        "start its own pipeline",
        &[
            Who::Role("web-deploy"),
            Who::Role("web-build"),
            Who::Role("web-pipeline"),
        ],
        &[start("web"), start("cicd.definition")],
    );
    let changes = [
        Request::new(
            "codepipeline:UpdatePipeline",
            names.pipeline("cicd.definition"),
        ),
        Request::new(
            "codepipeline:DeletePipeline",
            names.pipeline("cicd.definition"),
        ),
        Request::new(
            "codepipeline:DisableStageTransition",
            names.pipeline("cicd.definition"),
        ),
        Request::new("codebuild:UpdateProject", names.project("self-update")),
        Request::new("codebuild:DeleteProject", names.project("self-update")),
    ];
    by(
        attacks,
        "change a pipeline past CloudFormation",
        &[Who::Deploy, Who::Role("pipeline"), Who::Role("web-deploy")],
        &changes,
    );
    let build = |project: &str| Request::new("codebuild:StartBuild", names.project(project));
    attack(
        attacks,
        "start a project that deploys",
        Who::Role("web-pipeline"),
        vec![build("deploy"), build("self-update"), build("api-deploy")],
    );
    by(
        attacks,
        "start a project that deploys",
        &[Who::Deploy, Who::Role("web-build")],
        &[build("deploy"), build("web-deploy")],
    );
    let connection = names.0.synthesis.environment.pipeline.connection.as_str();
    let service = names.0.synthesis.environment.pipeline.connection.service();
    attack(
        attacks,
        "read another repository",
        Who::Role("web-pipeline"),
        vec![
            Request::new(format!("{service}:UseConnection"), connection).with(
                &format!("{service}:FullRepositoryId"),
                "lemonade/infrastructure",
            ),
        ],
    );
    attack(
        attacks,
        "read another repository",
        Who::Role("web-build"),
        vec![
            Request::new(format!("{service}:UseConnection"), connection).with(
                &format!("{service}:FullRepositoryId"),
                "lemonade/infrastructure",
            ),
        ],
    );
}

/// Builds of what nobody has read yet.
fn proposals(names: Names<'_>, attacks: &mut Vec<Attack>) {
    let environment = &names.0.synthesis.environment;
    let service = environment.pipeline.connection.service();
    attack(
        attacks,
        "do more than test a proposal",
        Who::Role("web-pull-request"),
        vec![
            Request::new("cloudformation:DescribeStacks", "*"),
            Request::new("ecr:GetAuthorizationToken", "*"),
            Request::new("s3:GetObject", names.artifact("web")),
            Request::new(
                "s3:GetObject",
                format!("{}/release.zip", names.bucket("releases")),
            ),
            Request::new("sts:AssumeRole", names.role("web-build")),
            Request::new(
                format!("{service}:UseConnection"),
                environment.pipeline.connection.as_str(),
            ),
            Request::new(
                "codebuild:CreateReport",
                names.own(
                    "codebuild",
                    &format!("report-group/{}", names.named("web-build-tests")),
                ),
            ),
        ],
    );
}

/// What runs.
fn workloads(names: Names<'_>, attacks: &mut Vec<Attack>) {
    by(
        attacks,
        "do more than run",
        &[
            Who::Role("web-task"),
            Who::Role("web-execution"),
            Who::Role("machines"),
        ],
        &[
            Request::new("iam:CreateRole", names.role("another"))
                .with(BOUNDARY, names.boundary("workload")),
            Request::new(
                "cloudformation:ExecuteChangeSet",
                names.stack("service-web"),
            ),
            Request::new(
                "ecs:UpdateService",
                names.own(
                    "ecs",
                    &format!("service/lemonade-{}/web", names.environment()),
                ),
            ),
            Request::new(
                "s3:GetObject",
                format!("{}/release.zip", names.bucket("releases")),
            ),
        ],
    );
    attack(
        attacks,
        "do more than run",
        Who::Role("machines"),
        vec![Request::new(
            "ssm:GetParameter",
            names.own("ssm", "parameter/somebody-elses"),
        )],
    );
    attack(
        attacks,
        "do more than run",
        Who::Role("close-default-security-group"),
        vec![
            Request::new(
                "ec2:AuthorizeSecurityGroupIngress",
                names.own("ec2", "security-group/sg-1"),
            ),
            Request::new("iam:CreateRole", names.role("another")),
        ],
    );
}
