//! The IAM requests of CloudFormation's calls.
//!
//! Source: <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudformation.html>

use emulator::api::{Action, Caller};

use crate::pipelines::policy::Request;

/// A stack that is not there yet has no id; policies name stacks without it.
const NEW: &str = "00000000-0000-4000-8000-000000000000";

/// The IAM requests of a call; none where it needs no permission.
pub fn requests(caller: &Caller, action: &Action) -> Vec<Request> {
    let (name, stack, role) = describe(action);
    let Some(name) = name else {
        return Vec::new();
    };
    let resource = stack.map_or_else(|| "*".to_owned(), |stack| arn(caller, stack));
    let request = Request::new(format!("cloudformation:{name}"), resource.as_str());
    let mut requests = match role {
        None => vec![request],
        Some(role) => vec![
            request.with("cloudformation:RoleArn", role),
            Request::new("iam:PassRole", role)
                .with("iam:PassedToService", "cloudformation.amazonaws.com"),
        ],
    };
    if is_tagging(action) {
        requests.push(Request::new("cloudformation:TagResource", &*resource));
    }
    if let Action::DetectStackDrift { .. } = action {
        // A detection reads each resource, and the account's configuration of its type.
        requests.extend([
            Request::new("cloudformation:DetectStackResourceDrift", resource),
            Request::new("cloudformation:BatchDescribeTypeConfigurations", "*"),
        ]);
    }
    requests
}

/// Whether a call tags a stack, which needs a permission of its own.
const fn is_tagging(action: &Action) -> bool {
    let (Action::CreateStack { target, .. }
    | Action::UpdateStack { target, .. }
    | Action::CreateChangeSet { target, .. }) = action
    else {
        return false;
    };
    match &target.tags {
        Some(tags) => !tags.is_empty(),
        None => false,
    }
}

/// The entry of a call in the list of changes: only what is executed counts, not what is prepared.
pub(super) fn change(action: &Action) -> Option<String> {
    let (name, stack, _) = describe(action);
    let changes = matches!(
        action,
        Action::CreateStack { .. }
            | Action::UpdateStack { .. }
            | Action::DeleteStack { .. }
            | Action::ExecuteChangeSet { .. }
            | Action::CancelUpdateStack { .. }
            | Action::ContinueUpdateRollback { .. }
            | Action::RollbackStack { .. }
            | Action::SetStackPolicy { .. }
            | Action::UpdateTerminationProtection { .. }
    );
    let stack = stack?;
    let stack = match stack.split_once(":stack/") {
        Some((_, rest)) => rest.split('/').next().unwrap_or(rest),
        None => stack,
    };
    changes.then(|| format!("{} {stack}", name.unwrap_or_default()))
}

/// The name of the action, its stack, and the role that it passes.
fn describe(action: &Action) -> (Option<&'static str>, Option<&str>, Option<&str>) {
    match action {
        Action::GetCallerIdentity => (None, None, None),
        Action::DescribeStacks { stack, .. } => (Some("DescribeStacks"), stack.as_deref(), None),
        Action::ListStacks { .. } => (Some("ListStacks"), None, None),
        Action::CreateStack { target, .. } => (
            Some("CreateStack"),
            Some(&target.stack),
            target.role.as_deref(),
        ),
        Action::UpdateStack { target, .. } => (
            Some("UpdateStack"),
            Some(&target.stack),
            target.role.as_deref(),
        ),
        Action::CreateChangeSet { target, .. } => (
            Some("CreateChangeSet"),
            Some(&target.stack),
            target.role.as_deref(),
        ),
        Action::DeleteStack { stack, role, .. } => {
            (Some("DeleteStack"), Some(stack), role.as_deref())
        }
        Action::CancelUpdateStack { stack, .. } => (Some("CancelUpdateStack"), Some(stack), None),
        Action::ContinueUpdateRollback { stack, .. } => {
            (Some("ContinueUpdateRollback"), Some(stack), None)
        }
        Action::RollbackStack { stack, .. } => (Some("RollbackStack"), Some(stack), None),
        Action::DescribeChangeSet { stack, .. } => (
            Some("DescribeChangeSet"),
            Some(change_set_stack(stack)),
            None,
        ),
        Action::ListChangeSets { stack, .. } => (Some("ListChangeSets"), Some(stack), None),
        Action::ExecuteChangeSet { stack, .. } => (
            Some("ExecuteChangeSet"),
            Some(change_set_stack(stack)),
            None,
        ),
        Action::DeleteChangeSet { stack, .. } => {
            (Some("DeleteChangeSet"), Some(change_set_stack(stack)), None)
        }
        Action::DescribeEvents { stack, .. } => {
            (Some("DescribeEvents"), Some(change_set_stack(stack)), None)
        }
        Action::DescribeStackEvents { stack, .. } => {
            (Some("DescribeStackEvents"), Some(stack), None)
        }
        Action::DescribeStackResources { stack, .. } => {
            (Some("DescribeStackResources"), Some(stack), None)
        }
        Action::ListStackResources { stack, .. } => (Some("ListStackResources"), Some(stack), None),
        Action::GetTemplate { stack, .. } => (Some("GetTemplate"), stack.as_deref(), None),
        Action::GetTemplateSummary { stack, .. } => {
            (Some("GetTemplateSummary"), stack.as_deref(), None)
        }
        Action::ValidateTemplate { .. } => (Some("ValidateTemplate"), None, None),
        Action::ListExports { .. } => (Some("ListExports"), None, None),
        Action::ListImports { .. } => (Some("ListImports"), None, None),
        Action::GetStackPolicy { stack } => (Some("GetStackPolicy"), Some(stack), None),
        Action::SetStackPolicy { stack, .. } => (Some("SetStackPolicy"), Some(stack), None),
        Action::UpdateTerminationProtection { stack, .. } => {
            (Some("UpdateTerminationProtection"), Some(stack), None)
        }
        Action::DetectStackDrift { stack } => (Some("DetectStackDrift"), Some(stack), None),
        Action::DescribeStackDriftDetectionStatus { .. } => {
            (Some("DescribeStackDriftDetectionStatus"), None, None)
        }
        Action::DescribeStackResourceDrifts { stack, .. } => {
            (Some("DescribeStackResourceDrifts"), Some(stack), None)
        }
        Action::SignalResource { stack, .. } => (Some("SignalResource"), Some(stack), None),
    }
}

/// A change set is authorized on its stack. Its ARN alone doesn't name the stack; then the resource
/// is `*`.
fn change_set_stack(stack: &Option<String>) -> &str {
    stack.as_deref().unwrap_or("*")
}

fn arn(caller: &Caller, stack: &str) -> String {
    if stack.starts_with("arn:") || stack == "*" {
        return stack.to_owned();
    }
    format!(
        "arn:aws:cloudformation:{}:{}:stack/{stack}/{NEW}",
        caller.region, caller.account
    )
}
