//! Answers about stacks.

use std::collections::BTreeMap;

use cloudformation::status::Capability;
use cloudformation::{
    ChangeSetId, ExportName, Output, Page, Stack, StackDrift, StackOperation, StackSummary,
};

use crate::wire::xml::Xml;

pub(super) fn described(xml: &mut Xml, page: &Page<Stack>) {
    xml.list("Stacks", &page.items, stack);
    xml.optional("NextToken", page.next.as_deref());
}

pub(super) fn listed(xml: &mut Xml, page: &Page<StackSummary>) {
    xml.list("StackSummaries", &page.items, summary);
    xml.optional("NextToken", page.next.as_deref());
}

fn stack(xml: &mut Xml, stack: &Stack) {
    xml.text("StackId", stack.id.as_str());
    xml.text("StackName", stack.name.as_str());
    xml.optional(
        "ChangeSetId",
        stack.change_set_id.as_ref().map(ChangeSetId::as_str),
    );
    xml.optional("Description", stack.description.as_deref());
    parameters(xml, &stack.parameters, &stack.resolved_parameters);
    xml.text("CreationTime", &stack.created);
    xml.optional("DeletionTime", stack.deleted.as_deref());
    xml.optional("LastUpdatedTime", stack.updated.as_deref());
    xml.nested("RollbackConfiguration", |_| {});
    xml.text("StackStatus", stack.status.as_str());
    xml.optional("StackStatusReason", stack.status_reason.as_deref());
    xml.value("DisableRollback", stack.disable_rollback);
    xml.texts("NotificationARNs", &stack.notification_arns);
    capabilities(xml, &stack.capabilities);
    if !stack.outputs.is_empty() {
        xml.list("Outputs", &stack.outputs, output);
    }
    xml.optional("RoleARN", stack.role.as_deref());
    tags(xml, stack.tags.iter());
    xml.value("EnableTerminationProtection", stack.termination_protection);
    drift(xml, &stack.drift);
    last_operations(xml, &stack.last_operations);
}

fn summary(xml: &mut Xml, stack: &StackSummary) {
    xml.text("StackId", stack.id.as_str());
    xml.text("StackName", stack.name.as_str());
    xml.optional("TemplateDescription", stack.description.as_deref());
    xml.text("CreationTime", &stack.created);
    xml.optional("LastUpdatedTime", stack.updated.as_deref());
    xml.optional("DeletionTime", stack.deleted.as_deref());
    xml.text("StackStatus", stack.status.as_str());
    xml.optional("StackStatusReason", stack.status_reason.as_deref());
    drift(xml, &stack.drift);
    last_operations(xml, &stack.last_operations);
}

/// Left out when there are none.
fn last_operations(xml: &mut Xml, operations: &[StackOperation]) {
    if !operations.is_empty() {
        xml.list("LastOperations", operations, |xml, operation| {
            xml.text("OperationType", operation.kind.as_str());
            xml.text("OperationId", &operation.id);
        });
    }
}

fn drift(xml: &mut Xml, drift: &StackDrift) {
    xml.nested("DriftInformation", |xml| {
        xml.text("StackDriftStatus", drift.status.as_str());
    });
}

fn output(xml: &mut Xml, output: &Output) {
    xml.text("OutputKey", &output.key);
    xml.text("OutputValue", &output.value);
    xml.optional("Description", output.description.as_deref());
    xml.optional("ExportName", output.export.as_ref().map(ExportName::as_str));
}

/// Left out when there are none.
pub(super) fn parameters(
    xml: &mut Xml,
    parameters: &BTreeMap<String, String>,
    resolved: &BTreeMap<String, String>,
) {
    if !parameters.is_empty() {
        xml.list("Parameters", parameters, |xml, (key, value)| {
            xml.text("ParameterKey", key);
            xml.text("ParameterValue", value);
            if let Some(value) = resolved.get(key) {
                xml.text("ResolvedValue", value);
            }
        });
    }
}

/// Left out when there are none.
pub(super) fn capabilities(xml: &mut Xml, capabilities: &[Capability]) {
    if !capabilities.is_empty() {
        let texts: Vec<&str> = capabilities.iter().map(Capability::as_str).collect();
        xml.texts("Capabilities", &texts);
    }
}

/// There, also when there are none.
pub(super) fn tags<'t>(xml: &mut Xml, tags: impl IntoIterator<Item = (&'t String, &'t String)>) {
    xml.list("Tags", tags, |xml, (key, value)| {
        xml.text("Key", key);
        xml.text("Value", value);
    });
}
