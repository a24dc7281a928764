//! Between the SDK's values and the port's.
//!
//! The SDK makes everything optional and gives empty text where there is none; here both become
//! `None`, and what the engine can't do without becomes an error. Statuses and times stay the texts
//! that CloudFormation wrote: new ones must not be lost.

use std::collections::BTreeSet;

use aws_sdk_cloudformation::operation::describe_change_set::DescribeChangeSetOutput;
use aws_sdk_cloudformation::operation::describe_stack_drift_detection_status::DescribeStackDriftDetectionStatusOutput;
use aws_sdk_cloudformation::primitives::{DateTime, DateTimeFormat};
use aws_sdk_cloudformation::types as sdk;
use aws_sdk_sts::operation::get_caller_identity::GetCallerIdentityOutput;
use cloudformation::{
    ChangeAction, ChangeSetKind, ChangeSetStatus, ChangeSetView, ClientError, ClientResult,
    DeletedStackView, DetectionState, DetectionView, ExecutionStatus, Identity, LastDetectionView,
    OutputView, Parameter, ParameterValue, PropertyDriftView, Replacement, ResourceChange,
    ResourceDriftView, ResourceToImport, ResourceView, StackEvent, StackView, Tag,
};

/// The longest description of a change set, in characters.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateChangeSet.html>
const DESCRIPTION: usize = 1024;

/// A text that says something.
pub(super) fn text(value: Option<String>) -> Option<String> {
    value.filter(|text| !text.is_empty())
}

/// A text that has to be there.
pub(super) fn required(value: Option<String>, otherwise: &str) -> ClientResult<String> {
    text(value).ok_or_else(|| ClientError::Other {
        code: "IncompleteAnswer".into(),
        message: otherwise.into(),
    })
}

/// A list for a request; nothing instead of an empty one, which would be written as an empty field.
pub(super) fn each<S, T>(list: &[S], one: impl Fn(&S) -> T) -> Option<Vec<T>> {
    (!list.is_empty()).then(|| list.iter().map(one).collect())
}

/// Every element of a list.
pub(super) fn all<S, T>(
    list: Option<Vec<S>>,
    one: impl Fn(S) -> ClientResult<T>,
) -> ClientResult<Vec<T>> {
    list.unwrap_or_default().into_iter().map(one).collect()
}

/// A time as CloudFormation writes it: `2026-01-02T03:04:05.678Z`.
fn time(value: Option<DateTime>) -> String {
    value
        .and_then(|time| time.fmt(DateTimeFormat::DateTime).ok())
        .unwrap_or_default()
}

pub(super) fn identity(answer: GetCallerIdentityOutput) -> ClientResult<Identity> {
    Ok(Identity {
        account: required(answer.account, "an identity without an account")?,
        arn: required(answer.arn, "an identity without an ARN")?,
    })
}

pub(super) fn stack(stack: sdk::Stack) -> ClientResult<StackView> {
    let status = stack.stack_status.map(|status| status.as_str().to_owned());
    Ok(StackView {
        id: required(stack.stack_id, "a stack without an id")?,
        name: required(stack.stack_name, "a stack without a name")?,
        status: required(status, "a stack without a status")?.into(),
        status_reason: text(stack.stack_status_reason),
        changed: time(stack.last_updated_time.or(stack.creation_time)),
        outputs: all(stack.outputs, output)?,
        parameters: stack
            .parameters
            .unwrap_or_default()
            .into_iter()
            .filter_map(|parameter| {
                Some((
                    parameter.parameter_key?,
                    parameter.parameter_value.unwrap_or_default(),
                ))
            })
            .collect(),
        tags: stack
            .tags
            .unwrap_or_default()
            .into_iter()
            .filter_map(|tag| Some((tag.key?, tag.value.unwrap_or_default())))
            .collect(),
        termination_protection: stack.enable_termination_protection.unwrap_or_default(),
        role: text(stack.role_arn),
    })
}

fn output(output: sdk::Output) -> ClientResult<OutputView> {
    Ok(OutputView {
        key: required(output.output_key, "an output without a key")?,
        value: output.output_value.unwrap_or_default(),
        export: text(output.export_name),
    })
}

pub(super) fn resource(resource: sdk::StackResourceSummary) -> ClientResult<ResourceView> {
    Ok(ResourceView {
        logical_id: required(resource.logical_resource_id, "a resource without an id")?,
        physical_id: text(resource.physical_resource_id),
        resource_type: required(resource.resource_type, "a resource without a type")?,
        status: resource
            .resource_status
            .map(|status| status.as_str().to_owned())
            .unwrap_or_default(),
    })
}

/// Events of hooks have no resource status; they are kept, since a reason may be in one.
pub(super) fn event(event: sdk::StackEvent) -> ClientResult<StackEvent> {
    Ok(StackEvent {
        id: required(event.event_id, "an event without an id")?,
        at: time(event.timestamp),
        logical_id: event.logical_resource_id.unwrap_or_default(),
        physical_id: text(event.physical_resource_id),
        resource_type: event.resource_type.unwrap_or_default(),
        status: event
            .resource_status
            .map(|status| status.as_str().to_owned())
            .unwrap_or_default(),
        reason: text(event.resource_status_reason).or(text(event.hook_status_reason)),
        token: text(event.client_request_token),
    })
}

pub(super) const fn kind(kind: ChangeSetKind) -> sdk::ChangeSetType {
    match kind {
        ChangeSetKind::Create => sdk::ChangeSetType::Create,
        ChangeSetKind::Update => sdk::ChangeSetType::Update,
    }
}

pub(super) fn parameter(parameter: &Parameter) -> sdk::Parameter {
    let builder = sdk::Parameter::builder().parameter_key(&parameter.name);
    match &parameter.value {
        ParameterValue::Given(value) => builder.parameter_value(value),
        ParameterValue::Previous => builder.use_previous_value(true),
    }
    .build()
}

pub(super) fn tag(tag: &Tag) -> sdk::Tag {
    sdk::Tag::builder().key(&tag.key).value(&tag.value).build()
}

/// A description that CloudFormation takes. One that is too long is cut, visibly: who deploys with
/// a long reason is not to be refused for it.
pub(super) fn description(description: &str) -> String {
    if description.chars().count() <= DESCRIPTION {
        return description.to_owned();
    }
    let mut cut: String = description.chars().take(DESCRIPTION - 1).collect();
    cut.push('…');
    cut
}

pub(super) fn change_set(answer: DescribeChangeSetOutput) -> ClientResult<ChangeSetView> {
    let reason = text(answer.status_reason);
    let status = answer
        .status
        .as_ref()
        .map_or("nothing", sdk::ChangeSetStatus::as_str);
    let status =
        ChangeSetStatus::parse(status, reason.as_deref()).ok_or_else(|| ClientError::Other {
            code: "UnknownStatus".into(),
            message: format!("a change set in status {status}").into(),
        })?;
    let execution = answer
        .execution_status
        .as_ref()
        .map_or("", sdk::ExecutionStatus::as_str);
    let execution = ExecutionStatus::parse(execution);
    let changes = answer
        .changes
        .unwrap_or_default()
        .into_iter()
        .filter_map(|change| change.resource_change)
        .collect();
    Ok(ChangeSetView {
        id: required(answer.change_set_id, "a change set without an id")?,
        stack_id: required(answer.stack_id, "a change set without a stack")?,
        status,
        status_reason: reason,
        execution,
        changes: all(Some(changes), change)?,
        next: text(answer.next_token),
    })
}

fn change(change: sdk::ResourceChange) -> ClientResult<ResourceChange> {
    let replaces = change
        .policy_action
        .as_ref()
        .is_some_and(|action| action.as_str().starts_with("Replace"));
    let replacement = match change.replacement.as_ref().map(sdk::Replacement::as_str) {
        Some("True") => Replacement::Always,
        _ if replaces => Replacement::Always,
        Some("False") | None => Replacement::Never,
        // A word that is not known may mean it.
        Some(_) => Replacement::Conditional,
    };
    let action = match change.action.as_ref().map(sdk::ChangeAction::as_str) {
        Some("Add") => ChangeAction::Add,
        Some("Modify" | "SyncWithActual") => ChangeAction::Modify,
        Some("Remove") => ChangeAction::Remove,
        Some("Import") => ChangeAction::Import,
        _ => ChangeAction::Dynamic,
    };
    Ok(ResourceChange {
        action,
        logical_id: required(change.logical_resource_id, "a change without a resource")?,
        physical_id: text(change.physical_resource_id),
        resource_type: required(change.resource_type, "a change without a type")?,
        replacement,
        properties: properties(change.details.unwrap_or_default()),
    })
}

/// What changes of a resource, each once. CloudFormation lists a property twice that changes both
/// by itself and through a reference.
fn properties(details: Vec<sdk::ResourceChangeDetail>) -> Vec<String> {
    details
        .into_iter()
        .filter_map(|detail| detail.target)
        .filter_map(|target| {
            let path = text(target.path)
                .map(|path| path.trim_start_matches("/Properties").to_owned())
                .map(|path| path.trim_start_matches('/').replace('/', "."));
            let attribute = target.attribute.map(|name| name.as_str().to_owned());
            path.filter(|path| !path.is_empty())
                .or(text(target.name))
                .or(attribute)
        })
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect()
}

/// What validation before deployment found, in a line; nothing for other events.
pub(super) fn validation(event: sdk::OperationEvent) -> Option<String> {
    let reason = text(event.validation_status_reason)
        .or(text(event.hook_status_reason))
        .or(text(event.resource_status_reason))?;
    let place = text(event.validation_path).or(text(event.logical_resource_id));
    Some(match place {
        Some(place) => format!("{place}: {reason}"),
        None => reason,
    })
}

pub(super) fn detection(answer: DescribeStackDriftDetectionStatusOutput) -> DetectionView {
    use sdk::StackDriftDetectionStatus as Status;

    DetectionView {
        state: match answer.detection_status {
            Some(Status::DetectionComplete) => DetectionState::Complete,
            Some(Status::DetectionFailed) => DetectionState::Failed,
            // A state that nobody knows is waited out; the waiting has an end.
            _ => DetectionState::InProgress,
        },
        reason: text(answer.detection_status_reason),
    }
}

pub(super) fn last_detection(stack: sdk::Stack) -> ClientResult<LastDetectionView> {
    use sdk::StackDriftStatus as Status;
    let information = stack.drift_information;
    let status = information
        .as_ref()
        .and_then(|one| one.stack_drift_status.clone());
    Ok(LastDetectionView {
        stack: required(stack.stack_name, "a stack without a name")?,
        drifted: match status {
            Some(Status::Drifted) => Some(true),
            Some(Status::InSync) => Some(false),
            _ => None,
        },
        at: information
            .and_then(|one| one.last_check_timestamp)
            .map(|at| time(Some(at))),
    })
}

pub(super) fn drift(drift: sdk::StackResourceDrift) -> ClientResult<ResourceDriftView> {
    Ok(ResourceDriftView {
        logical_id: required(
            drift.logical_resource_id,
            "a drifted resource without a name",
        )?,
        physical_id: text(drift.physical_resource_id),
        resource_type: drift.resource_type.unwrap_or_default(),
        deleted: drift.stack_resource_drift_status == Some(sdk::StackResourceDriftStatus::Deleted),
        differences: drift
            .property_differences
            .unwrap_or_default()
            .into_iter()
            .map(property_drift)
            .collect(),
    })
}

/// Of a value that was added or taken away, the other side is a text all the same (`null`).
fn property_drift(difference: sdk::PropertyDifference) -> PropertyDriftView {
    let kind = difference.difference_type;
    PropertyDriftView {
        path: difference.property_path.unwrap_or_default(),
        expected: difference
            .expected_value
            .filter(|_| kind != Some(sdk::DifferenceType::Add)),
        actual: difference
            .actual_value
            .filter(|_| kind != Some(sdk::DifferenceType::Remove)),
    }
}

pub(super) fn to_import(resource: &ResourceToImport) -> sdk::ResourceToImport {
    sdk::ResourceToImport::builder()
        .logical_resource_id(&resource.logical_id)
        .resource_type(&resource.resource_type)
        .set_resource_identifier(Some(
            resource
                .identifier
                .iter()
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect(),
        ))
        .build()
}

pub(super) fn deleted(summary: sdk::StackSummary) -> ClientResult<DeletedStackView> {
    Ok(DeletedStackView {
        id: required(summary.stack_id, "a deleted stack without an id")?,
        name: required(summary.stack_name, "a deleted stack without a name")?,
        deleted: time(summary.deletion_time),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_description_is_cut_at_a_character() {
        let long = "ä".repeat(DESCRIPTION + 1);
        let cut = description(&long);
        assert_eq!(cut.chars().count(), DESCRIPTION);
        assert!(cut.ends_with("ä…"));
        let fits = "ä".repeat(DESCRIPTION);
        assert_eq!(description(&fits), fits);
    }

    #[test]
    fn paths_are_written_as_people_write_them() {
        let detail = |path: Option<&str>, name: Option<&str>, attribute: sdk::ResourceAttribute| {
            sdk::ResourceChangeDetail::builder()
                .target(
                    sdk::ResourceTargetDefinition::builder()
                        .set_path(path.map(str::to_owned))
                        .set_name(name.map(str::to_owned))
                        .attribute(attribute)
                        .build(),
                )
                .build()
        };
        let found = properties(vec![
            detail(
                Some("/Properties/Tags/0/Value"),
                Some("Tags"),
                sdk::ResourceAttribute::Properties,
            ),
            detail(
                Some("/Properties/CidrBlock"),
                Some("CidrBlock"),
                sdk::ResourceAttribute::Properties,
            ),
            detail(None, Some("CidrBlock"), sdk::ResourceAttribute::Properties),
            detail(None, None, sdk::ResourceAttribute::DeletionPolicy),
            detail(
                Some("/DeletionPolicy"),
                Some(""),
                sdk::ResourceAttribute::DeletionPolicy,
            ),
        ]);
        assert_eq!(found, ["CidrBlock", "DeletionPolicy", "Tags.0.Value"]);
    }
}
