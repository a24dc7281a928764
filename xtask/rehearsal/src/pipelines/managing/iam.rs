//! Roles and policies.
//!
//! Source: <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html>

use super::needs::{Manager, Need, Subject};
use crate::pipelines::policy::{Principal, Request};

/// The role that a service makes for itself, by the type whose creation may be the first use.
const LINKED: [(&str, &str); 6] = [
    (
        "AWS::ApplicationAutoScaling::ScalableTarget",
        "ecs.application-autoscaling.amazonaws.com",
    ),
    (
        "AWS::AutoScaling::AutoScalingGroup",
        "autoscaling.amazonaws.com",
    ),
    ("AWS::ECS::CapacityProvider", "ecs.amazonaws.com"),
    ("AWS::ECS::Cluster", "ecs.amazonaws.com"),
    ("AWS::SSM::Association", "ssm.amazonaws.com"),
    ("AWS::WAFv2::LoggingConfiguration", "wafv2.amazonaws.com"),
];

/// What the schemas list that is never asked for here: users and groups, of which there are none;
/// boundaries, which a role keeps from its creation on; and what is no action of IAM's.
const NEVER: [&str; 7] = [
    "iam:AttachGroupPolicy",
    "iam:AttachUserPolicy",
    "iam:DeleteRolePermissionsBoundary",
    "iam:DescribeOrganization",
    "iam:DetachGroupPolicy",
    "iam:DetachUserPolicy",
    "iam:PutRolePermissionsBoundary",
];

pub(super) fn needs(manager: &Manager<'_>, subject: &Subject<'_>, action: &str) -> Vec<Need> {
    if NEVER.contains(&action) {
        return Vec::new();
    }
    let requests = match action {
        "iam:CreateServiceLinkedRole" => linked(manager, subject, action),
        "iam:PassRole" => passed(manager, subject, action),
        "iam:AddRoleToInstanceProfile" | "iam:RemoveRoleFromInstanceProfile" => {
            own(subject, action).into_iter().collect()
        }
        "iam:ListRoles" | "iam:ListPolicies" | "iam:ListInstanceProfiles" => {
            vec![Request::new(action, "*")]
        }
        _ if subject.resource.resource_type == "AWS::IAM::Role" => of_role(subject, action),
        _ if subject.resource.resource_type == "AWS::IAM::ManagedPolicy" => {
            // Attached to nothing by itself: roles name their policies.
            if action.contains("Attach") || action.contains("Detach") {
                Vec::new()
            } else {
                own(subject, action).into_iter().collect()
            }
        }
        "iam:GetRole" => roles(manager, subject)
            .map(|(role, _)| Request::new(action, role))
            .collect(),
        _ => own(subject, action).into_iter().collect(),
    };
    requests.into_iter().map(Need::On).collect()
}

fn own(subject: &Subject<'_>, action: &str) -> Option<Request> {
    Some(Request::new(action, subject.arn.clone()?))
}

/// On a role, with its boundary; and one request for each policy that is attached.
fn of_role(subject: &Subject<'_>, action: &str) -> Vec<Request> {
    let properties = &subject.properties;
    let Some(mut request) = own(subject, action) else {
        return Vec::new();
    };
    if let Some(boundary) = properties["PermissionsBoundary"].as_str() {
        request = request.with("iam:PermissionsBoundary", boundary);
    }
    match action {
        "iam:AttachRolePolicy" | "iam:DetachRolePolicy" => properties["ManagedPolicyArns"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|policy| policy.as_str())
            .map(|policy| request.clone().with("iam:PolicyARN", policy))
            .collect(),
        "iam:PutRolePolicy" | "iam:DeleteRolePolicy" | "iam:GetRolePolicy"
            if properties["Policies"].is_null() =>
        {
            Vec::new()
        }
        _ => vec![request],
    }
}

/// The roles that the resource's properties name, with the service that each is for.
fn roles<'a>(
    manager: &'a Manager<'_>,
    subject: &'a Subject<'_>,
) -> impl Iterator<Item = (String, String)> + 'a {
    let by_name = subject.properties["Roles"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|name| manager.rights.role_named(name.as_str()?));
    let by_arn = subject
        .mentioned("iam")
        .into_iter()
        .filter_map(|arn| manager.rights.role(&arn));
    by_arn.chain(by_name).map(|role| {
        let trusted =
            role.trust.document.statements.iter().find_map(|statement| {
                match &statement.principal {
                    Some(Principal::Service(services)) => services.first().cloned(),
                    _ => None,
                }
            });
        (role.arn.clone(), trusted.unwrap_or_default())
    })
}

/// The types that pass the role of one property; others, in variables of theirs, they only mention.
const PASSES: [(&str, &str); 1] = [("AWS::CodeBuild::Project", "ServiceRole")];

fn passed(manager: &Manager<'_>, subject: &Subject<'_>, action: &str) -> Vec<Request> {
    let mut passes = PASSES.iter();
    let property = passes.find(|(name, _)| *name == subject.resource.resource_type);
    let passed = property.map(|(_, property)| subject.properties[property].as_str());
    roles(manager, subject)
        .filter(|(role, _)| passed.is_none_or(|passed| passed == Some(role)))
        .map(|(role, service)| Request::new(action, role).with("iam:PassedToService", service))
        .collect()
}

fn linked(manager: &Manager<'_>, subject: &Subject<'_>, action: &str) -> Vec<Request> {
    let of_type = LINKED
        .iter()
        .filter(|(name, _)| *name == subject.resource.resource_type);
    of_type
        .map(|(_, service)| {
            let role = format!(
                "arn:aws:iam::{}:role/aws-service-role/{service}/AWSServiceRole",
                manager.stacks.account()
            );
            Request::new(action, role).with("iam:AWSServiceName", *service)
        })
        .collect()
}
