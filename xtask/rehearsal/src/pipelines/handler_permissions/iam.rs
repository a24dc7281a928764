//! Permissions of IAM.
//!
//! Source: <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html>

use super::call::{HandlerCall, RequiredPermission};
use crate::pipelines::policy::{Principal, Request};

/// Service-linked roles, by the types whose creation may create them.
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

/// Actions in the schemas that are never needed: there are no users or groups, a role keeps its
/// boundary, and one is no action of IAM.
const NEVER: [&str; 7] = [
    "iam:AttachGroupPolicy",
    "iam:AttachUserPolicy",
    "iam:DeleteRolePermissionsBoundary",
    "iam:DescribeOrganization",
    "iam:DetachGroupPolicy",
    "iam:DetachUserPolicy",
    "iam:PutRolePermissionsBoundary",
];

pub(super) fn required(call: &HandlerCall<'_>, action: &str) -> Vec<RequiredPermission> {
    if NEVER.contains(&action) {
        return Vec::new();
    }
    let requests = match action {
        "iam:CreateServiceLinkedRole" => linked(call, action),
        "iam:PassRole" => passed(call, action),
        "iam:AddRoleToInstanceProfile" | "iam:RemoveRoleFromInstanceProfile" => {
            own(call, action).into_iter().collect()
        }
        "iam:ListRoles" | "iam:ListPolicies" | "iam:ListInstanceProfiles" => {
            vec![Request::new(action, "*")]
        }
        _ if call.resource.resource_type == "AWS::IAM::Role" => of_role(call, action),
        _ if call.resource.resource_type == "AWS::IAM::ManagedPolicy" => {
            // The roles name their policies, not the other way round.
            if action.contains("Attach") || action.contains("Detach") {
                Vec::new()
            } else {
                own(call, action).into_iter().collect()
            }
        }
        "iam:GetRole" => roles(call)
            .map(|(role, _)| Request::new(action, role))
            .collect(),
        _ => own(call, action).into_iter().collect(),
    };
    requests
        .into_iter()
        .map(RequiredPermission::OnResource)
        .collect()
}

fn own(call: &HandlerCall<'_>, action: &str) -> Option<Request> {
    Some(Request::new(action, call.arn.clone()?))
}

/// Requests on a role carry its boundary; attaching makes one request per policy.
fn of_role(call: &HandlerCall<'_>, action: &str) -> Vec<Request> {
    let properties = &call.properties;
    let Some(mut request) = own(call, action) else {
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

/// The roles in the resource's properties, each with the service that it trusts.
fn roles<'a>(call: &'a HandlerCall<'_>) -> impl Iterator<Item = (String, String)> + 'a {
    let by_name = call.properties["Roles"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|name| call.rights.role_named(name.as_str()?));
    let by_arn = call
        .mentioned_arns("iam")
        .into_iter()
        .filter_map(|arn| call.rights.role(&arn));
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

/// Types that pass the role of one property only, and may mention others in variables.
const PASSES: [(&str, &str); 1] = [("AWS::CodeBuild::Project", "ServiceRole")];

fn passed(call: &HandlerCall<'_>, action: &str) -> Vec<Request> {
    let mut passes = PASSES.iter();
    let property = passes.find(|(name, _)| *name == call.resource.resource_type);
    let passed = property.map(|(_, property)| call.properties[property].as_str());
    roles(call)
        .filter(|(role, _)| passed.is_none_or(|passed| passed == Some(role)))
        .map(|(role, service)| Request::new(action, role).with("iam:PassedToService", service))
        .collect()
}

fn linked(call: &HandlerCall<'_>, action: &str) -> Vec<Request> {
    let resources_of_type = LINKED
        .iter()
        .filter(|(name, _)| *name == call.resource.resource_type);
    resources_of_type
        .map(|(_, service)| {
            let role = format!(
                "arn:aws:iam::{}:role/aws-service-role/{service}/AWSServiceRole",
                call.stacks.account()
            );
            Request::new(action, role).with("iam:AWSServiceName", *service)
        })
        .collect()
}
