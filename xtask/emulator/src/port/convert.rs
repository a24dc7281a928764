//! Between the API's words and the port's.

use std::collections::BTreeMap;

use cloudformation::{
    ChangeAction, ChangeSetKind, ChangeSetRequest, ChangeSetStatus, ChangeSetView, ClientError,
    ExecutionStatus, OutputView, Page, ParameterValue, Replacement, ResourceChange,
    ResourceToImport, ResourceView, StackEvent, StackView, classify,
};

use crate::api::{
    self, Action, ApiError, Capability, ChangeSetType, Parameter, Tag, Target, TemplateInput, Time,
};

/// An error of the API, as the client of a service that answered it sees it.
pub(super) fn error(error: &ApiError) -> ClientError {
    classify("CloudFormation", error.status, error.code, &error.message)
}

/// A page, each item made one of the port's.
pub(super) fn page<T, U>(page: api::Page<T>, convert: impl Fn(T) -> U) -> Page<U> {
    Page {
        items: page.items.into_iter().map(convert).collect(),
        next: page.next,
    }
}

/// As CloudFormation writes a time.
fn time(time: Time) -> String {
    crate::text::timestamp(time)
}

pub(super) fn stack(stack: api::Stack) -> StackView {
    StackView {
        id: stack.id,
        name: stack.name,
        status: stack.status.into(),
        status_reason: stack.status_reason,
        changed: time(stack.updated.unwrap_or(stack.created)),
        outputs: stack
            .outputs
            .into_iter()
            .map(|output| OutputView {
                key: output.key,
                value: output.value,
                export: output.export,
            })
            .collect(),
        parameters: stack
            .parameters
            .into_iter()
            .map(|parameter| (parameter.key, parameter.value.unwrap_or_default()))
            .collect::<BTreeMap<_, _>>(),
        tags: stack
            .tags
            .into_iter()
            .map(|tag| (tag.key, tag.value))
            .collect(),
        termination_protection: stack.termination_protection,
        role: stack.role,
    }
}

pub(super) fn resource(resource: api::StackResource) -> ResourceView {
    ResourceView {
        logical_id: resource.logical_id,
        physical_id: resource.physical_id,
        resource_type: resource.resource_type,
        status: resource.status,
    }
}

pub(super) fn event(event: api::StackEvent) -> StackEvent {
    StackEvent {
        id: event.id,
        at: time(event.at),
        logical_id: event.logical_id,
        physical_id: event.physical_id,
        resource_type: event.resource_type,
        status: event.status,
        reason: event.reason,
        token: event.token,
    }
}

pub(super) fn change_set(set: api::ChangeSet) -> ChangeSetView {
    let summary = set.summary;
    ChangeSetView {
        status: ChangeSetStatus::parse(&summary.status, summary.status_reason.as_deref())
            .unwrap_or(ChangeSetStatus::InProgress),
        id: summary.id,
        stack_id: summary.stack_id,
        status_reason: summary.status_reason,
        execution: ExecutionStatus::parse(&summary.execution_status),
        changes: set.changes.items.into_iter().map(change).collect(),
        next: set.changes.next,
    }
}

fn change(change: api::Change) -> ResourceChange {
    ResourceChange {
        action: match change.action {
            api::ChangeAction::Add => ChangeAction::Add,
            api::ChangeAction::Modify => ChangeAction::Modify,
            api::ChangeAction::Remove => ChangeAction::Remove,
            api::ChangeAction::Import => ChangeAction::Import,
            api::ChangeAction::Dynamic => ChangeAction::Dynamic,
        },
        logical_id: change.logical_id,
        physical_id: change.physical_id,
        resource_type: change.resource_type,
        replacement: match change.replacement {
            Some(api::Replacement::True) => Replacement::Always,
            Some(api::Replacement::Conditional) => Replacement::Conditional,
            Some(api::Replacement::False) | None => Replacement::Never,
        },
        properties: {
            let mut names: Vec<String> = change
                .details
                .into_iter()
                .map(|detail| detail.name.unwrap_or(detail.attribute))
                .collect();
            names.dedup();
            names
        },
    }
}

/// The action that makes a change set.
pub(super) fn create_change_set(request: &ChangeSetRequest) -> Action {
    Action::CreateChangeSet {
        target: Target {
            stack: request.stack.clone(),
            template: TemplateInput::Body(request.template.clone()),
            parameters: request
                .parameters
                .iter()
                .map(|parameter| Parameter {
                    key: parameter.name.clone(),
                    value: match &parameter.value {
                        ParameterValue::Given(value) => Some(value.clone()),
                        ParameterValue::Previous => None,
                    },
                })
                .collect(),
            capabilities: request
                .capabilities
                .iter()
                .filter_map(|capability| match capability.as_str() {
                    "CAPABILITY_IAM" => Some(Capability::Iam),
                    "CAPABILITY_NAMED_IAM" => Some(Capability::NamedIam),
                    "CAPABILITY_AUTO_EXPAND" => Some(Capability::AutoExpand),
                    _ => None,
                })
                .collect(),
            tags: Some(
                request
                    .tags
                    .iter()
                    .map(|tag| Tag {
                        key: tag.key.clone(),
                        value: tag.value.clone(),
                    })
                    .collect(),
            ),
            role: request.role.clone(),
            token: Some(request.token.clone()),
        },
        name: request.name.clone(),
        kind: match request.kind {
            ChangeSetKind::Create => ChangeSetType::Create,
            ChangeSetKind::Update => ChangeSetType::Update,
        },
        description: Some(request.description.clone()),
        import_existing: request.import_existing,
        imports: Vec::new(),
    }
}

/// The same, of type `IMPORT`.
pub(super) fn create_import(request: &ChangeSetRequest, resources: &[ResourceToImport]) -> Action {
    let mut action = create_change_set(request);
    if let Action::CreateChangeSet {
        kind,
        import_existing,
        imports,
        ..
    } = &mut action
    {
        *kind = ChangeSetType::Import;
        *import_existing = false;
        *imports = resources
            .iter()
            .map(|one| {
                (
                    one.logical_id.clone(),
                    one.resource_type.clone(),
                    one.identifier.clone(),
                )
            })
            .collect();
    }
    action
}
