//! Between the SDK's values and the dictionary's.
//!
//! The SDK makes everything optional and gives empty text where there is none; here both become
//! `None`, and what the engine can't do without becomes an error. Statuses and times stay the texts
//! that CloudFormation wrote: new ones must not be lost.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_cloudformation::operation::describe_change_set::DescribeChangeSetOutput;
use aws_sdk_cloudformation::operation::describe_stack_drift_detection_status::DescribeStackDriftDetectionStatusOutput;
use aws_sdk_cloudformation::primitives::{DateTime, DateTimeFormat};
use aws_sdk_cloudformation::types as sdk;
use aws_sdk_sts::operation::get_caller_identity::GetCallerIdentityOutput;
use cloudformation::{
    Capability, ChangeAction, ChangeSet, ChangeSetStatus, ChangeSetType, ClientError, ClientResult,
    Identity, Output, Parameter, ParameterValue, PropertyDifference, Replacement, ResourceChange,
    ResourceToImport, Stack, StackDrift, StackDriftDetection, StackEvent, StackOperation,
    StackResource, StackResourceDrift, StackSummary, Tag, ValidationFinding,
};

/// The longest description of a change set, in characters.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateChangeSet.html>
const DESCRIPTION: usize = 1024;

/// A text that says something.
pub(super) fn text(value: Option<String>) -> Option<String> {
    value.filter(|text| !text.is_empty())
}

fn id<T: From<String>>(value: Option<String>) -> Option<T> {
    text(value).map(T::from)
}

pub(super) fn required_id<T: From<String>>(
    value: Option<String>,
    otherwise: &str,
) -> ClientResult<T> {
    required(value, otherwise).map(T::from)
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

pub(super) fn all<S, T>(
    list: Option<Vec<S>>,
    one: impl Fn(S) -> ClientResult<T>,
) -> ClientResult<Vec<T>> {
    list.unwrap_or_default().into_iter().map(one).collect()
}

/// A time as CloudFormation writes it: `2026-01-02T03:04:05.678Z`.
fn time(value: Option<DateTime>) -> Option<String> {
    value?.fmt(DateTimeFormat::DateTime).ok()
}

/// A value of an enumeration, by its spelling.
macro_rules! spelled {
    ($value:expr) => {
        $value
            .map(|value| value.as_str().into())
            .unwrap_or_default()
    };
}

pub(super) fn identity(answer: GetCallerIdentityOutput) -> ClientResult<Identity> {
    Ok(Identity {
        account: required(answer.account, "an identity without an account")?,
        arn: required(answer.arn, "an identity without an ARN")?,
        user_id: answer.user_id.unwrap_or_default(),
    })
}

pub(super) fn stack(stack: sdk::Stack) -> ClientResult<Stack> {
    let status = stack.stack_status.map(|status| status.as_str().to_owned());
    let mut parameters = BTreeMap::new();
    let mut resolved_parameters = BTreeMap::new();
    for one in stack.parameters.unwrap_or_default() {
        let Some(name) = one.parameter_key else {
            continue;
        };
        if let Some(value) = one.resolved_value {
            resolved_parameters.insert(name.clone(), value);
        }
        parameters.insert(name, one.parameter_value.unwrap_or_default());
    }
    let tags = stack.tags.unwrap_or_default().into_iter();
    let capabilities = stack.capabilities.unwrap_or_default();
    Ok(Stack {
        id: required_id(stack.stack_id, "a stack without an id")?,
        name: required_id(stack.stack_name, "a stack without a name")?,
        description: text(stack.description),
        change_set_id: id(stack.change_set_id),
        parameters,
        resolved_parameters,
        notification_arns: stack.notification_arns.unwrap_or_default(),
        created: time(stack.creation_time).unwrap_or_default(),
        updated: time(stack.last_updated_time),
        deleted: time(stack.deletion_time),
        status: required(status, "a stack without a status")?.into(),
        status_reason: text(stack.stack_status_reason),
        disable_rollback: stack.disable_rollback.unwrap_or_default(),
        capabilities: capabilities.iter().map(|one| one.as_str().into()).collect(),
        outputs: all(stack.outputs, output)?,
        role: text(stack.role_arn),
        tags: tags
            .filter_map(|tag| Some((tag.key?, tag.value.unwrap_or_default())))
            .collect(),
        termination_protection: stack.enable_termination_protection.unwrap_or_default(),
        drift: stack
            .drift_information
            .map(drift_of_stack)
            .unwrap_or_default(),
        last_operations: operations(stack.last_operations),
    })
}

fn operations(entries: Option<Vec<sdk::OperationEntry>>) -> Vec<StackOperation> {
    let entries = entries.unwrap_or_default().into_iter();
    entries
        .map(|entry| StackOperation {
            id: entry.operation_id.unwrap_or_default(),
            kind: spelled!(entry.operation_type),
        })
        .collect()
}

fn drift_of_stack(drift: sdk::StackDriftInformation) -> StackDrift {
    StackDrift {
        status: spelled!(drift.stack_drift_status),
        checked: time(drift.last_check_timestamp),
    }
}

fn output(output: sdk::Output) -> ClientResult<Output> {
    Ok(Output {
        key: required(output.output_key, "an output without a key")?,
        value: output.output_value.unwrap_or_default(),
        description: text(output.description),
        export: id(output.export_name),
    })
}

pub(super) fn resource(resource: sdk::StackResourceSummary) -> ClientResult<StackResource> {
    let drift = resource.drift_information;
    Ok(StackResource {
        logical_id: required_id(resource.logical_resource_id, "a resource without an id")?,
        physical_id: id(resource.physical_resource_id),
        resource_type: required(resource.resource_type, "a resource without a type")?,
        updated: time(resource.last_updated_timestamp).unwrap_or_default(),
        status: spelled!(resource.resource_status),
        status_reason: text(resource.resource_status_reason),
        drift: spelled!(drift.and_then(|drift| drift.stack_resource_drift_status)),
        ..StackResource::default()
    })
}

/// Events of hooks have no resource status; they are kept, since a reason may be in one.
pub(super) fn event(event: sdk::StackEvent) -> ClientResult<StackEvent> {
    Ok(StackEvent {
        id: required(event.event_id, "an event without an id")?,
        stack_id: id(event.stack_id).unwrap_or_default(),
        stack_name: id(event.stack_name).unwrap_or_default(),
        at: time(event.timestamp).unwrap_or_default(),
        logical_id: id(event.logical_resource_id).unwrap_or_default(),
        physical_id: id(event.physical_resource_id),
        resource_type: event.resource_type.unwrap_or_default(),
        status: spelled!(event.resource_status),
        reason: text(event.resource_status_reason).or(text(event.hook_status_reason)),
        token: id(event.client_request_token),
        operation: text(event.operation_id),
    })
}

pub(super) const fn kind(kind: ChangeSetType) -> sdk::ChangeSetType {
    match kind {
        ChangeSetType::Create => sdk::ChangeSetType::Create,
        ChangeSetType::Update => sdk::ChangeSetType::Update,
        ChangeSetType::Import => sdk::ChangeSetType::Import,
    }
}

pub(super) fn capability(capability: &Capability) -> sdk::Capability {
    sdk::Capability::from(capability.as_str())
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

pub(super) fn change_set(answer: DescribeChangeSetOutput) -> ClientResult<ChangeSet> {
    let status: ChangeSetStatus = spelled!(answer.status);
    if let ChangeSetStatus::Unknown(status) = &status {
        return Err(ClientError::Other {
            code: "UnknownStatus".into(),
            message: format!("a change set in status {status}").into(),
        });
    }
    let changes = answer
        .changes
        .unwrap_or_default()
        .into_iter()
        .filter_map(|change| change.resource_change)
        .collect();
    Ok(ChangeSet {
        id: required_id(answer.change_set_id, "a change set without an id")?,
        stack_id: required_id(answer.stack_id, "a change set without a stack")?,
        status,
        status_reason: text(answer.status_reason),
        execution: spelled!(answer.execution_status),
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
        logical_id: required_id(change.logical_resource_id, "a change without a resource")?,
        physical_id: id(change.physical_resource_id),
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

/// What validation found, or a hook; other events are none of it.
pub(super) fn validation(event: sdk::OperationEvent) -> Option<ValidationFinding> {
    let reason = text(event.validation_status_reason)
        .or(text(event.hook_status_reason))
        .or(text(event.resource_status_reason))?;
    let mode = event.validation_failure_mode.or(event.hook_failure_mode);
    Some(ValidationFinding {
        name: text(event.validation_name)
            .or(text(event.hook_type))
            .unwrap_or_default(),
        mode: spelled!(mode),
        status: spelled!(event.validation_status),
        logical_id: id(event.logical_resource_id).unwrap_or_default(),
        resource_type: event.resource_type.unwrap_or_default(),
        path: text(event.validation_path),
        reason,
    })
}

pub(super) fn detection(answer: DescribeStackDriftDetectionStatusOutput) -> StackDriftDetection {
    let drifted = answer.drifted_stack_resource_count;
    StackDriftDetection {
        id: answer.stack_drift_detection_id.unwrap_or_default(),
        stack_id: id(answer.stack_id).unwrap_or_default(),
        status: spelled!(answer.detection_status),
        reason: text(answer.detection_status_reason),
        drift_status: answer.stack_drift_status.map(|one| one.as_str().into()),
        drifted: drifted.and_then(|count| usize::try_from(count).ok()),
        at: time(answer.timestamp).unwrap_or_default(),
    }
}

/// The properties as a whole are left out: the differences tell them.
pub(super) fn drift(drift: sdk::StackResourceDrift) -> ClientResult<StackResourceDrift> {
    let differences = drift.property_differences.unwrap_or_default();
    Ok(StackResourceDrift {
        stack_id: id(drift.stack_id).unwrap_or_default(),
        logical_id: required_id(
            drift.logical_resource_id,
            "a drifted resource without a name",
        )?,
        physical_id: id(drift.physical_resource_id),
        resource_type: drift.resource_type.unwrap_or_default(),
        status: spelled!(drift.stack_resource_drift_status),
        differences: differences.into_iter().map(property_difference).collect(),
        at: time(drift.timestamp).unwrap_or_default(),
        ..StackResourceDrift::default()
    })
}

/// Of a value that was added or taken away, the other side is a text all the same (`null`).
fn property_difference(difference: sdk::PropertyDifference) -> PropertyDifference {
    let kind = difference.difference_type;
    PropertyDifference {
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
        .logical_resource_id(resource.logical_id.as_str())
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

pub(super) fn summary(stack: sdk::StackSummary) -> ClientResult<StackSummary> {
    let drift = stack.drift_information;
    Ok(StackSummary {
        id: required_id(stack.stack_id, "a deleted stack without an id")?,
        name: required_id(stack.stack_name, "a deleted stack without a name")?,
        description: text(stack.template_description),
        created: time(stack.creation_time).unwrap_or_default(),
        updated: time(stack.last_updated_time),
        deleted: time(stack.deletion_time),
        status: spelled!(stack.stack_status),
        status_reason: text(stack.stack_status_reason),
        drift: drift
            .map(|drift| StackDrift {
                status: spelled!(drift.stack_drift_status),
                checked: time(drift.last_check_timestamp),
            })
            .unwrap_or_default(),
        last_operations: operations(stack.last_operations),
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
