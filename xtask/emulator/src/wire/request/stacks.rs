//! Requests about stacks.

use cloudformation::ClientToken;
use cloudformation::status::StackStatus;

use super::statuses;
use super::target::target;
use crate::api::{Action, OnFailure};
use crate::wire::error;
use crate::wire::reader::Reader;
use crate::wire::rule;

const ON_FAILURE: &[(&str, OnFailure)] = &[
    ("DO_NOTHING", OnFailure::DoNothing),
    ("ROLLBACK", OnFailure::RollBack),
    ("DELETE", OnFailure::Delete),
];

const DELETION_MODES: &[(&str, ())] = &[("STANDARD", ()), ("FORCE_DELETE_STACK", ())];

pub(super) fn describe(reader: &mut Reader<'_>) -> Action {
    Action::DescribeStacks {
        stack: reader.optional("StackName", &rule::STACK),
        next: reader.optional("NextToken", &rule::NEXT_TOKEN),
    }
}

pub(super) fn list(reader: &mut Reader<'_>) -> Action {
    Action::ListStacks {
        statuses: statuses(reader, "StackStatusFilter", StackStatus::ALL),
        next: reader.optional("NextToken", &rule::NEXT_TOKEN),
    }
}

pub(super) fn create(reader: &mut Reader<'_>) -> Action {
    reader.number("TimeoutInMinutes", 1..=u64::MAX);
    reader.not_modelled(&["TimeoutInMinutes"]);
    let disable_rollback = reader.flag("DisableRollback");
    let on_failure = reader.choice("OnFailure", ON_FAILURE);
    if disable_rollback.is_some() && on_failure.is_some() {
        reader.refuse(error::validation(
            "Either DisableRollback or OnFailure can be specified, not both.",
        ));
    }
    let otherwise = if disable_rollback == Some(true) {
        OnFailure::DoNothing
    } else {
        OnFailure::RollBack
    };
    Action::CreateStack {
        target: target(
            reader,
            &rule::NEW_STACK,
            ("ClientRequestToken", &rule::TOKEN),
        ),
        on_failure: on_failure.unwrap_or(otherwise),
        termination_protection: reader.flag("EnableTerminationProtection").unwrap_or(false),
        policy: reader.optional("StackPolicyBody", &rule::POLICY),
    }
}

pub(super) fn update(reader: &mut Reader<'_>) -> Action {
    reader.optional("StackPolicyDuringUpdateURL", &rule::URL);
    reader.not_modelled(&["StackPolicyDuringUpdateURL"]);
    Action::UpdateStack {
        target: target(reader, &rule::STACK, ("ClientRequestToken", &rule::TOKEN)),
        disable_rollback: reader.flag("DisableRollback").unwrap_or(false),
        policy: reader.optional("StackPolicyBody", &rule::POLICY),
        policy_during_update: reader.optional("StackPolicyDuringUpdateBody", &rule::POLICY),
    }
}

pub(super) fn delete(reader: &mut Reader<'_>) -> Action {
    reader.choice("DeletionMode", DELETION_MODES);
    reader.not_modelled(&["DeletionMode", "DeploymentConfig.Mode"]);
    Action::DeleteStack {
        stack: reader.required("StackName", &rule::STACK),
        retain: reader.texts("RetainResources").unwrap_or_default(),
        role: reader.optional("RoleARN", &rule::ROLE),
        token: token(reader),
    }
}

pub(super) fn cancel_update(reader: &mut Reader<'_>) -> Action {
    Action::CancelUpdateStack {
        stack: reader.required("StackName", &rule::STACK),
        token: token(reader),
    }
}

/// `RoleARN` has no effect, here and when rolling back: a role only limits what CloudFormation may
/// do, and permissions are not modelled.
pub(super) fn continue_rollback(reader: &mut Reader<'_>) -> Action {
    reader.optional("RoleARN", &rule::ROLE);
    Action::ContinueUpdateRollback {
        stack: reader.required("StackName", &rule::STACK),
        skip: reader
            .texts_with("ResourcesToSkip", &rule::RESOURCE_TO_SKIP)
            .unwrap_or_default(),
        token: token(reader),
    }
}

pub(super) fn roll_back(reader: &mut Reader<'_>) -> Action {
    reader.optional("RoleARN", &rule::ROLE);
    reader.not_modelled(&["RetainExceptOnCreate", "DeploymentConfig.Mode"]);
    Action::RollbackStack {
        stack: reader.required("StackName", &rule::STACK),
        token: token(reader),
    }
}

pub(super) fn policy(reader: &mut Reader<'_>) -> Action {
    Action::GetStackPolicy {
        stack: reader.required("StackName", &rule::STACK),
    }
}

pub(super) fn set_policy(reader: &mut Reader<'_>) -> Action {
    reader.optional("StackPolicyURL", &rule::URL);
    reader.not_modelled(&["StackPolicyURL"]);
    let stack = reader.required("StackName", &rule::STACK);
    let policy = reader.optional("StackPolicyBody", &rule::POLICY);
    if policy.is_none() {
        reader.refuse(error::validation(
            "Either Stack Policy URL or Stack Policy Body must be specified.",
        ));
    }
    Action::SetStackPolicy {
        stack,
        policy: policy.unwrap_or_default(),
    }
}

pub(super) fn protect(reader: &mut Reader<'_>) -> Action {
    let enabled = reader.required_flag("EnableTerminationProtection");
    Action::UpdateTerminationProtection {
        stack: reader.required("StackName", &rule::STACK),
        enabled,
    }
}

pub(super) fn token(reader: &mut Reader<'_>) -> Option<ClientToken> {
    let token = reader.optional("ClientRequestToken", &rule::TOKEN);
    token.map(ClientToken::new)
}
