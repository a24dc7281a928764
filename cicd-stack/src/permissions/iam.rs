//! CloudFormation's permissions on roles and policies, written by hand.
//!
//! The right to write policies is the right to everything, unless: every role has a boundary that bootstrap
//! holds, roles and policies live under the environment's path, roles are passed to named
//! services only, and nothing of bootstrap can be changed.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html>

use common::environment::Environment;
use common::template::policy::{ManagedPolicy, Statement};

use super::services::page;
use crate::arn;

/// Changes what a role may do: only to roles that have, or are created with, a boundary. Neither
/// `DeleteRolePermissionsBoundary` nor `PutRolePermissionsBoundary` is here: `CreateRole` takes the
/// boundary itself (of its type, creating takes no other action), and a role never gets another.
const BOUNDED: [&str; 5] = [
    "iam:AttachRolePolicy",
    "iam:CreateRole",
    "iam:DeleteRolePolicy",
    "iam:DetachRolePolicy",
    "iam:PutRolePolicy",
];

const ROLES: [&str; 11] = [
    "iam:DeleteRole",
    "iam:GetRole",
    "iam:GetRolePolicy",
    "iam:ListAttachedRolePolicies",
    "iam:ListRolePolicies",
    "iam:ListRoleTags",
    "iam:TagRole",
    "iam:UntagRole",
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateRole",
    "iam:UpdateRoleDescription",
];

const POLICIES: [&str; 8] = [
    "iam:CreatePolicy",
    "iam:CreatePolicyVersion",
    "iam:DeletePolicy",
    "iam:DeletePolicyVersion",
    "iam:GetPolicy",
    "iam:GetPolicyVersion",
    "iam:ListEntitiesForPolicy",
    "iam:ListPolicyVersions",
];

const PROFILES: [&str; 5] = [
    "iam:AddRoleToInstanceProfile",
    "iam:CreateInstanceProfile",
    "iam:DeleteInstanceProfile",
    "iam:GetInstanceProfile",
    "iam:RemoveRoleFromInstanceProfile",
];

const LISTS: [&str; 3] = [
    "iam:ListInstanceProfiles",
    "iam:ListPolicies",
    "iam:ListRoles",
];

const LINKED_ROLES: &str = "iam:CreateServiceLinkedRole";

/// The services that roles of the templates are for.
const PASSED_TO: [&str; 6] = [
    "codebuild.amazonaws.com",
    "codepipeline.amazonaws.com",
    "ec2.amazonaws.com",
    "ecs-tasks.amazonaws.com",
    "lambda.amazonaws.com",
    "vpc-flow-logs.amazonaws.com",
];

/// The services that make a role of their own when something of theirs is first created.
const LINKED: [&str; 6] = [
    "autoscaling.amazonaws.com",
    "ecs.amazonaws.com",
    "ecs.application-autoscaling.amazonaws.com",
    "elasticloadbalancing.amazonaws.com",
    "ssm.amazonaws.com",
    "wafv2.amazonaws.com",
];

/// Everything of a kind under a path: `role/lemonade/staging/*`.
fn under(environment: &Environment, kind: &str, path: &str) -> String {
    arn::global(environment, "iam", &format!("{kind}{path}*"))
}

fn boundaries(environment: &Environment) -> [String; 2] {
    let names = environment.names();
    [names.definition_boundary(), names.workload_boundary()].map(|name| {
        let policy = format!("policy{}{name}", names.bootstrap_path());
        arn::global(environment, "iam", &policy)
    })
}

pub(super) fn statements(environment: &Environment) -> Vec<Statement> {
    let names = environment.names();
    let path = names.role_path();
    let roles = || under(environment, "role", &path);
    let of_the_path = || under(environment, "policy", &path);
    let bounded = boundaries(environment).into_iter().fold(
        Statement::allow(BOUNDED).sid("BoundedRoles").on(roles()),
        |statement, boundary| statement.when("StringEquals", "iam:PermissionsBoundary", boundary),
    );
    let attachable = ManagedPolicy::ALL.into_iter().fold(
        Statement::deny(["iam:AttachRolePolicy"])
            .sid("NoOtherPolicies")
            .on_everything(page("iam"))
            .when("ArnNotLike", "iam:PolicyARN", of_the_path()),
        |statement, policy| {
            statement.when(
                "ArnNotLike",
                "iam:PolicyARN",
                policy.arn::<common::resources::kinds::ManagedPolicyArn>(),
            )
        },
    );
    vec![
        bounded,
        Statement::allow(ROLES).sid("Roles").on(roles()),
        attachable,
        Statement::deny(["iam:AttachRolePolicy"])
            .sid("NoPoliciesOfBootstrap")
            .on_everything(page("iam"))
            .when(
                "ArnLike",
                "iam:PolicyARN",
                under(environment, "policy", &names.bootstrap_path()),
            ),
        Statement::allow(POLICIES).sid("Policies").on(of_the_path()),
        Statement::allow(PROFILES).sid("InstanceProfiles").on(under(
            environment,
            "instance-profile",
            &path,
        )),
        PASSED_TO.into_iter().fold(
            Statement::allow(["iam:PassRole"])
                .sid("PassRoles")
                .on(roles()),
            |statement, service| statement.when("StringEquals", "iam:PassedToService", service),
        ),
        LINKED.into_iter().fold(
            Statement::allow([LINKED_ROLES])
                .sid("ServiceLinkedRoles")
                .on(under(environment, "role", "/aws-service-role/")),
            |statement, service| statement.when("StringEquals", "iam:AWSServiceName", service),
        ),
        Statement::allow(LISTS)
            .sid("ListRoles")
            .on_everything(page("iam")),
    ]
}

/// The actions on roles, policies and profiles, for the boundary of the definition.
pub(crate) fn actions() -> Vec<String> {
    let actions = BOUNDED.into_iter().chain(ROLES).chain(POLICIES);
    actions
        .chain(PROFILES)
        .chain(["iam:PassRole"])
        .map(str::to_owned)
        .collect()
}

/// The actions that list roles, policies and profiles, the one that creates service-linked roles, and the one that
/// reads a role: not every role lives under the environment's path.
pub(crate) fn everywhere() -> impl Iterator<Item = String> {
    ["iam:List*", "iam:GetRole", LINKED_ROLES]
        .into_iter()
        .map(str::to_owned)
}

/// The environment's roles, policies and profiles under its path, bootstrap's among them.
pub(crate) fn own(environment: &Environment) -> [String; 3] {
    let path = environment.names().role_path();
    ["role", "policy", "instance-profile"].map(|kind| under(environment, kind, &path))
}

/// The only role without the environment's path. What deploys has no right to change it, and detecting drift reads it.
pub(crate) fn image_cache_role(environment: &Environment) -> String {
    let role = environment.names().image_cache_role();
    arn::global(environment, "iam", &format!("role/{role}"))
}

/// The definition boundary's statements about roles and policies: which actions on which resources, and
/// that no role is ever without a boundary.
pub(crate) fn boundary(environment: &Environment, verbs: Vec<String>) -> Vec<Statement> {
    let names = environment.names();
    // By a pattern, which is shorter than both: nothing that is limited by this makes a policy there.
    let boundaries = format!("{}*-boundary", names.bootstrap_path());
    let unbounded = Statement::deny(BOUNDED)
        .sid("NoRoleWithoutBoundary")
        .on_everything(page("iam"))
        .when(
            "StringNotLike",
            "iam:PermissionsBoundary",
            arn::global(environment, "iam", &format!("policy{boundaries}")),
        );
    vec![
        Statement::allow(verbs)
            .sid("RolesUnderThePath")
            .on_each(own(environment)),
        unbounded,
    ]
}

/// The resources of bootstrap, which only a person may change.
#[derive(Clone, Debug)]
pub(crate) struct BootstrapResources {
    arns: Vec<String>,
}

impl BootstrapResources {
    /// Its roles, and its policies with the boundaries among them; and what else it holds, by ARN.
    pub(crate) fn new(environment: &Environment, more: impl IntoIterator<Item = String>) -> Self {
        let path = environment.names().bootstrap_path();
        let own = [
            under(environment, "role", &path),
            under(environment, "policy", &path),
        ];
        let arns = own.into_iter().chain(more).collect();
        Self { arns }
    }

    /// For roles that deploy: bootstrap's stacks are read-only, and the only thing they may do with its roles
    /// and policies is pass the roles.
    pub(crate) fn deny_to_deployers(&self, environment: &Environment) -> [Statement; 2] {
        [
            Statement::deny_all_but(STACK_READS)
                .sid("BootstrapIsAPersons")
                .on(Self::stacks(environment)),
            Statement::deny_all_but(["iam:PassRole"])
                .sid("NoChangeOfOwnRights")
                .on_each(self.arns.clone()),
        ]
    }

    fn stacks(environment: &Environment) -> String {
        let stack = environment
            .names()
            .stack(&common::naming::StackKind::Bootstrap);
        arn::regional(environment, "cloudformation", &format!("stack/{stack}*"))
    }

    /// For CloudFormation: nothing of bootstrap may be changed, whatever another statement allows. Its roles can
    /// be read, and passed to the projects that use them.
    pub(crate) fn deny_changes(&self) -> Statement {
        Statement::deny_all_but(ROLE_USES)
            .sid("BootstrapIsAPersons")
            .on_each(self.arns.clone())
    }

    /// The same for the definition boundary; the stacks are read-only, including drift detection.
    pub(crate) fn deny_changes_with_stacks(&self, environment: &Environment) -> Statement {
        let arns = self.arns.iter().cloned();
        let uses = ["iam:Get*", "iam:List*", "iam:PassRole"];
        let reads = STACK_READS.into_iter().chain(["cloudformation:Detect*"]);
        Statement::deny_all_but(uses.into_iter().chain(reads))
            .sid("BootstrapIsAPersons")
            .on_each(arns.chain([Self::stacks(environment)]))
    }
}

/// What the execution role may do with bootstrap's roles.
const ROLE_USES: [&str; 2] = ["iam:GetRole", "iam:PassRole"];

/// What may be done with bootstrap's stacks. By verbs: denying everything else is as narrow and shorter.
const STACK_READS: [&str; 3] = [
    "cloudformation:Describe*",
    "cloudformation:Get*",
    "cloudformation:List*",
];
