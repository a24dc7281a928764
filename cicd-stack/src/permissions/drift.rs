//! The permissions of drift detection: CloudFormation reads the resources that it compares with their templates
//! with the credentials of its caller, not of the stack's role.
//!
//! Generated from the read handlers of the types that the environment's stacks hold, bootstrap's among them.
//! Nothing here writes, and no secret's value is read.
//!
//! Sources: <https://docs.aws.amazon.com/config/latest/developerguide/cloudformation-stack-drift-detection-check.html>,
//! <https://github.com/cdklabs/cdk-drift-monitor/pull/59>,
//! <https://github.com/aws-cloudformation/aws-cloudformation-resource-providers-kms/issues/69>

use common::environment::Environment;
use common::tags;
use common::template::policy::{PolicyDocument, Statement};

use super::policies::{by_service, policies_for_role};
use super::services::page;
use super::{PermissionError, ServiceActions, iam};
use crate::arn;

/// Starts a detection and reads its result. Each call about a stack asks for both of the first two.
///
/// Source: <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudformation.html>
const STACK_ACTIONS: [&str; 3] = [
    "cloudformation:DescribeStackResourceDrifts",
    "cloudformation:DetectStackDrift",
    "cloudformation:DetectStackResourceDrift",
];

/// A detection is identified by its own id rather than a stack's, and type configurations are the account's.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackDriftDetectionStatus.html>
const UNSCOPED_ACTIONS: [&str; 2] = [
    "cloudformation:BatchDescribeTypeConfigurations",
    "cloudformation:DescribeStackDriftDetectionStatus",
];

/// The policies of the role.
///
/// # Errors
/// Policies too long or too many.
pub(crate) fn drift(
    environment: &Environment,
    reads: &ServiceActions,
) -> Result<Vec<PolicyDocument>, Vec<PermissionError>> {
    let stacks = format!("stack/{}-*", environment.names().prefix());
    let mut statements = vec![
        Statement::allow(STACK_ACTIONS)
            .sid("DetectDrift")
            .on(arn::regional(environment, "cloudformation", &stacks)),
        Statement::allow(UNSCOPED_ACTIONS)
            .sid("Detections")
            .on_everything(page("cloudformation")),
    ];
    statements.extend(by_service(reads, |service| service.resources(environment)));
    statements.extend(own(reads, "iam", |statement| {
        statement
            .sid("RolesAndPolicies")
            .on_each(iam::own(environment))
            .on(iam::image_cache_role(environment))
    }));
    statements.extend(own(reads, "kms", |statement| {
        let tag = format!("aws:ResourceTag/{}", tags::ENVIRONMENT);
        statement
            .sid("Keys")
            .on(arn::regional(environment, "kms", "key/*"))
            .when("StringEquals", tag, environment.name.as_str())
    }));
    policies_for_role("the drift role", statements, environment)
}

/// A statement for the actions of a service whose places are written by hand.
fn own(
    reads: &ServiceActions,
    prefix: &str,
    placed: impl FnOnce(Statement) -> Statement,
) -> Option<Statement> {
    let service = super::service(prefix)?;
    let scoped: Vec<String> = reads
        .get(prefix)?
        .iter()
        .filter(|action| !service.is_unscoped(action))
        .map(|action| format!("{prefix}:{action}"))
        .collect();
    (!scoped.is_empty()).then(|| placed(Statement::allow(scoped)))
}
