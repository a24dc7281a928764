//! Attacks on boundaries, roles and `iam:PassRole`.

use rehearsal::pipelines::policy::Request;

use super::list::{ADMINISTRATOR, BOUNDARY, GIVEN_ROLE, attack, by};
use super::{Attack, Attacker};
use crate::names::Names;

/// Attacks on the attacker's own limits.
pub(super) fn privileges(names: Names<'_>, attacks: &mut Vec<Attack>) {
    let itself = |attacker: Attacker| names.any_role(attacker.name());
    for attacker in [
        Attacker::Execution,
        Attacker::Deploy,
        Attacker::Role("web-deploy"),
    ] {
        attack(
            attacks,
            "widen its own boundary",
            attacker,
            vec![
                Request::new("iam:PutRolePermissionsBoundary", itself(attacker))
                    .with(BOUNDARY, ADMINISTRATOR),
                Request::new("iam:CreatePolicyVersion", names.boundary("definition")),
                Request::new("iam:SetDefaultPolicyVersion", names.boundary("definition")),
            ],
        );
        attack(
            attacks,
            "remove its own boundary",
            attacker,
            vec![
                Request::new("iam:DeleteRolePermissionsBoundary", itself(attacker))
                    .with(BOUNDARY, names.boundary("definition")),
                Request::new("iam:DeletePolicy", names.boundary("definition")),
            ],
        );
        attack(
            attacks,
            "give itself more",
            attacker,
            vec![
                Request::new("iam:PutRolePolicy", itself(attacker))
                    .with(BOUNDARY, names.boundary("definition")),
                Request::new("iam:AttachRolePolicy", itself(attacker))
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
        Attacker::Execution,
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
        Attacker::Execution,
        vec![Request::new(
            "iam:UpdateAssumeRolePolicy",
            names.any_role("deploy"),
        )],
    );
}

/// Roles with more permissions than their creator.
pub(super) fn roles(names: Names<'_>, attacks: &mut Vec<Attack>) {
    let attacker = Attacker::Execution;
    let new = names.role("another");
    attack(
        attacks,
        "create a role without a boundary",
        attacker,
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
        attacker,
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
        attacker,
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
        attacker,
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
        attacker,
        vec![Request::new("sts:AssumeRole", names.any_role("deploy"))],
    );
    attack(
        attacks,
        "act as another role",
        Attacker::Role("web-build"),
        vec![
            Request::new("sts:AssumeRole", names.any_role("deploy")),
            Request::new("sts:AssumeRole", names.role("web-deploy")),
        ],
    );
    by(
        attacks,
        "read everything, as who looks for drift does",
        &[
            attacker,
            Attacker::Deploy,
            Attacker::Role("check"),
            Attacker::Role("web-build"),
            Attacker::Role("web-task"),
        ],
        &[Request::new("sts:AssumeRole", names.any_role("drift"))],
    );
    attack(
        attacks,
        "change what is looked at for drift",
        Attacker::Role("drift"),
        vec![
            Request::new("cloudformation:CreateChangeSet", names.stack("network")),
            Request::new("cloudformation:ExecuteChangeSet", names.stack("bootstrap")),
            Request::new("cloudformation:SetStackPolicy", names.stack("network")),
            Request::new("iam:PassRole", names.any_role("execution")),
            Request::new("iam:UpdateAssumeRolePolicy", names.any_role("deploy")),
            Request::new("kms:PutKeyPolicy", names.key("network", "DataKey"))
                .with("aws:ResourceTag/lemonade:environment", names.environment()),
            Request::new("s3:PutBucketPolicy", names.bucket("artifacts")),
        ],
    );
    attack(
        attacks,
        "read more than settings, as who looks for drift",
        Attacker::Role("drift"),
        vec![
            Request::new(
                "s3:GetObject",
                format!("{}/release.zip", names.bucket("releases")),
            ),
            Request::new("ecr:BatchGetImage", names.repository("web")),
            Request::new(
                "logs:GetLogEvents",
                names.own(
                    "logs",
                    &format!("log-group:/lemonade/{}/web", names.environment()),
                ),
            ),
        ],
    );
}

pub(super) fn pass(role: impl Into<String>, service: &str) -> Request {
    Request::new("iam:PassRole", role)
        .with("iam:PassedToService", format!("{service}.amazonaws.com"))
}

/// Roles given to what shouldn't have them.
pub(super) fn passing(names: Names<'_>, attacks: &mut Vec<Attack>) {
    let execution = || names.any_role("execution");
    attack(
        attacks,
        "pass another role",
        Attacker::Deploy,
        vec![
            pass(names.any_role("deploy"), "cloudformation"),
            pass(names.role("web-task"), "cloudformation"),
            pass(execution(), "lambda"),
        ],
    );
    attack(
        attacks,
        "pass another role",
        Attacker::Role("web-deploy"),
        vec![
            pass(names.any_role("deploy"), "cloudformation"),
            pass(execution(), "codebuild"),
        ],
    );
    attack(
        attacks,
        "pass another role",
        Attacker::Execution,
        vec![
            pass(execution(), "cloudformation"),
            pass(names.iam("role/administrator"), "codebuild"),
            pass(names.role("web-task"), "glue"),
        ],
    );
    let create = |stack: &str| Request::new("cloudformation:CreateChangeSet", names.stack(stack));
    for (attacker, stack) in [
        (Attacker::Deploy, "network"),
        (Attacker::Role("web-deploy"), "service-web"),
    ] {
        attack(
            attacks,
            "deploy with other rights than the execution role's",
            attacker,
            vec![
                create(stack),
                create(stack).with(GIVEN_ROLE, names.iam("role/administrator")),
                Request::new("cloudformation:UpdateStack", names.stack(stack)),
                Request::new("cloudformation:CreateStack", names.stack(stack)),
            ],
        );
    }
}
