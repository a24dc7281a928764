//! Roles, and the services that things give them to.

use crate::finding::Report;
use crate::model::{Model, Resource};
use crate::rule::{Evidence, Rule, Severity};

pub(super) static NOT_TRUSTED: Rule = Rule {
    code: "iam/role-not-trusted",
    severity: Severity::Error,
    summary: "a role that does not trust the service which is to assume it",
    why: "The service is refused the role: the resource is not created, or what it starts has no permissions.",
    fix: "Name the service in the role's trust policy, or give the resource another role.",
    source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-service.html",
    evidence: Evidence::AnyVariant,
};

/// The type, the property with the role, and the first label of the principal that assumes it.
///
/// Sources: the pages of the types, for instance
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html>,
/// <https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html>,
/// <https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html>,
/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/how-to-custom-role.html>,
/// <https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html>
const USES: [(&str, &str, &str); 9] = [
    ("AWS::AutoScaling::LifecycleHook", "RoleARN", "autoscaling"),
    ("AWS::CodeBuild::Project", "ServiceRole", "codebuild"),
    ("AWS::CodePipeline::Pipeline", "RoleArn", "codepipeline"),
    (
        "AWS::EC2::FlowLog",
        "DeliverLogsPermissionArn",
        "vpc-flow-logs",
    ),
    ("AWS::ECS::TaskDefinition", "ExecutionRoleArn", "ecs-tasks"),
    ("AWS::ECS::TaskDefinition", "TaskRoleArn", "ecs-tasks"),
    ("AWS::Events::Rule", "Targets[].RoleArn", "events"),
    ("AWS::IAM::InstanceProfile", "Roles[]", "ec2"),
    ("AWS::Lambda::Function", "Role", "lambda"),
];

pub(super) fn check<'m>(model: &'m Model<'m>, report: &mut Report<'m>) {
    for (kind, property, service) in USES {
        for resource in model.resources(kind) {
            for node in resource.each_property(property) {
                let Some(role) = node.resource_of("AWS::IAM::Role") else {
                    continue;
                };
                if let Some(trusted) = trusted(role)
                    && !trusted.iter().any(|one| is_of(one, service))
                {
                    let trusted = trusted.join("`, `");
                    let message = format!(
                        "{service}.amazonaws.com assumes the role, which trusts `{trusted}`"
                    );
                    report.add(&NOT_TRUSTED, node.place(), message);
                }
            }
        }
    }
}

/// The services that may assume a role; none where one of its statements may mean others.
fn trusted(role: Resource<'_>) -> Option<Vec<String>> {
    let document = role.property("AssumeRolePolicyDocument");
    let statements = document.get("Statement").items();
    if !statements.is_exact || statements.nodes.is_empty() {
        return None;
    }
    let mut trusted = Vec::new();
    for statement in &statements.nodes {
        let principal = statement.get("Principal");
        let services = principal.get("Service");
        let is_known = statement.get("Effect").text().as_deref() == Some("Allow")
            && statement.get("NotPrincipal").is_absent()
            && principal.text().is_none()
            && !principal.is_unknown();
        if !is_known {
            return None;
        }
        if services.is_absent() {
            continue;
        }
        let services = services.items();
        if !services.is_exact {
            return None;
        }
        for service in &services.nodes {
            trusted.push(service.text()?.into_owned());
        }
    }
    Some(trusted)
}

/// Whether it is the principal of a service, in any partition or region.
fn is_of(principal: &str, service: &str) -> bool {
    principal == "*" || principal.split('.').next() == Some(service)
}
