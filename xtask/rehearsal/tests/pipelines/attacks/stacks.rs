//! Stacks that are not one's own: a person's, the other environment's, another application's.

use rehearsal::pipelines::policy::Request;

use super::list::{ADMINISTRATOR, BOUNDARY, GIVEN_ROLE, Other, attack, by, other};
use super::privileges::pass;
use super::{Attack, Attacker};
use crate::names::Names;

/// The stacks that a person applies, and what they hold.
pub(super) fn bootstrap(names: Names<'_>, attacks: &mut Vec<Attack>) {
    let execution = names.any_role("execution");
    for stack in ["bootstrap", "bootstrap-roles"] {
        let on =
            |action: &str| Request::new(format!("cloudformation:{action}"), names.stack(stack));
        by(
            attacks,
            "change the stacks of bootstrap",
            &[Attacker::Deploy, Attacker::Role("web-deploy")],
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
        Attacker::Execution,
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
        Attacker::Execution,
        vec![Request::new(
            "budgets:ModifyBudget",
            format!(
                "arn:aws:budgets::{}:budget/{}",
                names.account(),
                names.named("bootstrap-Budget")
            ),
        )],
    );
}

pub(super) fn environments(names: Names<'_>, attacks: &mut Vec<Attack>) {
    let Other {
        name,
        account,
        region,
    } = other(names);
    let theirs =
        |service: &str, resource: &str| format!("arn:aws:{service}:{region}:{account}:{resource}");
    let stack = |id: &str| theirs("cloudformation", &format!("stack/lemonade-{name}-{id}/0"));
    for attacker in [Attacker::Deploy, Attacker::Role("web-deploy")] {
        attack(
            attacks,
            "touch the other environment",
            attacker,
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
        Attacker::Execution,
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
        &[Attacker::Role("web-build"), Attacker::Deploy],
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
pub(super) fn applications(names: Names<'_>, attacks: &mut Vec<Attack>) {
    let attacker = Attacker::Role("web-deploy");
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
            attacker,
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
        attacker,
        vec![Request::new(
            "cloudformation:ExecuteChangeSet",
            names.stack("service-web-admin"),
        )],
    );
    attack(
        attacks,
        "lift what guards its stack",
        attacker,
        vec![
            Request::new("cloudformation:SetStackPolicy", names.stack("service-web")),
            Request::new(
                "cloudformation:UpdateTerminationProtection",
                names.stack("service-web"),
            ),
        ],
    );
    attack(
        attacks,
        "have its stack deployed with more rights than a release has",
        attacker,
        vec![
            Request::new("cloudformation:CreateChangeSet", names.stack("service-web"))
                .with(GIVEN_ROLE, &*execution),
            pass(&*execution, "cloudformation"),
        ],
    );
    by(
        attacks,
        "deploy, though it only looks",
        &[Attacker::Role("web-verify"), Attacker::Role("check")],
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

/// A manipulated template of a release.
pub(super) fn releases(names: Names<'_>, attacks: &mut Vec<Attack>) {
    let attacker = Attacker::Role("web-release");
    let cluster = names.named("").trim_end_matches('-').to_owned();
    let ecs = |resource: String| names.own("ecs", &resource);
    attack(
        attacks,
        "run containers as another application",
        attacker,
        ["api-task", "api-execution", "machines"]
            .map(|role| pass(names.any_role(role), "ecs-tasks"))
            .into(),
    );
    attack(
        attacks,
        "change another application's service",
        attacker,
        vec![
            Request::new("ecs:UpdateService", ecs(format!("service/{cluster}/api"))),
            Request::new("ecs:DeleteService", ecs(format!("service/{cluster}/api"))),
            Request::new(
                "ecs:RegisterTaskDefinition",
                ecs(format!("task-definition/{}:1", names.named("api"))),
            ),
        ],
    );
    attack(
        attacks,
        "change another application's alarms",
        attacker,
        ["PutMetricAlarm", "DeleteAlarms"]
            .map(|call| {
                // A name that begins like its own.
                let alarm = format!("alarm:{}", names.named("service-web-admin.errors"));
                Request::new(
                    format!("cloudwatch:{call}"),
                    names.own("cloudwatch", &alarm),
                )
            })
            .into(),
    );
    attack(
        attacks,
        "register a privileged task, and have its machine",
        attacker,
        vec![
            Request::new(
                "ecs:RegisterTaskDefinition",
                ecs(format!("task-definition/{}:1", names.named("web"))),
            )
            .with("ecs:privileged", "true"),
        ],
    );
    let own = names.any_role("web-task");
    let boundary = names.boundary("workload");
    attack(
        attacks,
        "give its containers more rights",
        attacker,
        vec![
            Request::new("iam:PutRolePolicy", &*own).with(BOUNDARY, &*boundary),
            Request::new("iam:AttachRolePolicy", &*own)
                .with(BOUNDARY, &*boundary)
                .with("iam:PolicyARN", ADMINISTRATOR),
            Request::new("iam:UpdateAssumeRolePolicy", &*own),
            Request::new("iam:CreateRole", names.role("another")).with(BOUNDARY, &*boundary),
            Request::new(
                "iam:CreatePolicyVersion",
                names.iam(&format!(
                    "policy/lemonade/{}/{}",
                    names.environment(),
                    names.named("web-execution")
                )),
            ),
        ],
    );
    attack(
        attacks,
        "read secrets, images or logs",
        attacker,
        vec![
            Request::new(
                "secretsmanager:GetSecretValue",
                names.secret("api", "DATABASE_URL"),
            ),
            Request::new("ecr:BatchGetImage", names.repository("api")),
            Request::new("ecr:PutImage", names.repository("web")),
        ],
    );
}
