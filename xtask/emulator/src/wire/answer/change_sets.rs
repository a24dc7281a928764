//! Answers about change sets.

use cloudformation::{ChangeAction, Page, Replacement};

use super::stacks::{capabilities, parameters, tags};
use crate::api::{Change, ChangeSetDescription, ChangeSetSummary, PropertyChange};
use crate::wire::xml::Xml;

pub(super) fn described(xml: &mut Xml, set: &ChangeSetDescription) {
    let summary = &set.summary;
    xml.text("ChangeSetName", &summary.name);
    xml.text("ChangeSetId", &summary.id);
    xml.text("StackId", &summary.stack_id);
    xml.text("StackName", &summary.stack_name);
    xml.optional("Description", summary.description.as_deref());
    parameters(xml, &set.parameters, &set.resolved_parameters);
    xml.time("CreationTime", summary.created);
    xml.text("ExecutionStatus", summary.execution_status.as_str());
    xml.text("Status", summary.status.as_str());
    xml.optional("StatusReason", summary.status_reason.as_deref());
    xml.texts("NotificationARNs", &set.notification_arns);
    xml.nested("RollbackConfiguration", |_| {});
    capabilities(xml, &set.capabilities);
    tags(xml, set.tags.iter().map(|tag| (&tag.key, &tag.value)));
    xml.list("Changes", &set.changes.items, |xml, item| {
        xml.text("Type", "Resource");
        xml.nested("ResourceChange", |xml| change(xml, item));
    });
    xml.optional("NextToken", set.changes.next.as_deref());
    xml.value("IncludeNestedStacks", false);
    xml.value("ImportExistingResources", set.import_existing);
}

pub(super) fn listed(xml: &mut Xml, page: &Page<ChangeSetSummary>) {
    xml.list("Summaries", &page.items, |xml, summary| {
        xml.text("StackId", &summary.stack_id);
        xml.text("StackName", &summary.stack_name);
        xml.text("ChangeSetId", &summary.id);
        xml.text("ChangeSetName", &summary.name);
        xml.text("ExecutionStatus", summary.execution_status.as_str());
        xml.text("Status", summary.status.as_str());
        xml.optional("StatusReason", summary.status_reason.as_deref());
        xml.time("CreationTime", summary.created);
        xml.optional("Description", summary.description.as_deref());
        xml.value("IncludeNestedStacks", false);
    });
    xml.optional("NextToken", page.next.as_deref());
}

fn change(xml: &mut Xml, change: &Change) {
    xml.optional("PolicyAction", change.policy_action.as_deref());
    xml.text("Action", action(change.action));
    xml.text("LogicalResourceId", &change.logical_id);
    xml.optional("PhysicalResourceId", change.physical_id.as_deref());
    xml.text("ResourceType", &change.resource_type);
    if change.action == ChangeAction::Modify {
        xml.text("Replacement", replacement(change.replacement));
    }
    xml.texts("Scope", &change.scope);
    xml.list("Details", &change.details, |xml, detail| {
        xml.nested("Target", |xml| target(xml, detail));
        xml.text("Evaluation", &detail.evaluation);
        xml.text("ChangeSource", &detail.change_source);
        xml.optional("CausingEntity", detail.causing_entity.as_deref());
    });
}

/// Path, values and the kind of the change are there when `IncludePropertyValues` asked for them.
fn target(xml: &mut Xml, detail: &PropertyChange) {
    let kind = match (&detail.before, &detail.after) {
        (None, None) => None,
        (None, Some(_)) => Some("Add"),
        (Some(_), None) => Some("Remove"),
        (Some(_), Some(_)) => Some("Modify"),
    };
    xml.text("Attribute", &detail.attribute);
    xml.optional("Name", detail.name.as_deref());
    xml.text("RequiresRecreation", &detail.requires_recreation);
    if kind.is_some() {
        let name = detail.name.iter().map(|name| format!("/{name}"));
        xml.text(
            "Path",
            &format!("/{}{}", detail.attribute, name.collect::<String>()),
        );
    }
    xml.optional("BeforeValue", detail.before.as_deref());
    xml.optional("AfterValue", detail.after.as_deref());
    xml.optional("AttributeChangeType", kind);
}

const fn action(action: ChangeAction) -> &'static str {
    match action {
        ChangeAction::Add => "Add",
        ChangeAction::Modify => "Modify",
        ChangeAction::Remove => "Remove",
        ChangeAction::Import => "Import",
        ChangeAction::Dynamic => "Dynamic",
    }
}

const fn replacement(replacement: Replacement) -> &'static str {
    match replacement {
        Replacement::Always => "True",
        Replacement::Never => "False",
        Replacement::Conditional => "Conditional",
    }
}
