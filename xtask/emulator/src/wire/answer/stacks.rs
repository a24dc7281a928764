//! Answers about stacks.

use crate::api::{Capability, Output, Page, Parameter, Stack, StackSummary, Tag};
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
    xml.text("StackId", &stack.id);
    xml.text("StackName", &stack.name);
    xml.optional("ChangeSetId", stack.change_set_id.as_deref());
    xml.optional("Description", stack.description.as_deref());
    parameters(xml, &stack.parameters);
    xml.time("CreationTime", stack.created);
    xml.optional_time("DeletionTime", stack.deleted);
    xml.optional_time("LastUpdatedTime", stack.updated);
    xml.nested("RollbackConfiguration", |_| {});
    xml.text("StackStatus", &stack.status);
    xml.optional("StackStatusReason", stack.status_reason.as_deref());
    xml.value("DisableRollback", stack.disable_rollback);
    xml.texts::<&str>("NotificationARNs", &[]);
    capabilities(xml, &stack.capabilities);
    if !stack.outputs.is_empty() {
        xml.list("Outputs", &stack.outputs, output);
    }
    xml.optional("RoleARN", stack.role.as_deref());
    tags(xml, &stack.tags);
    xml.value("EnableTerminationProtection", stack.termination_protection);
    drift(xml, &stack.drift_status);
}

fn summary(xml: &mut Xml, stack: &StackSummary) {
    xml.text("StackId", &stack.id);
    xml.text("StackName", &stack.name);
    xml.optional("TemplateDescription", stack.description.as_deref());
    xml.time("CreationTime", stack.created);
    xml.optional_time("LastUpdatedTime", stack.updated);
    xml.optional_time("DeletionTime", stack.deleted);
    xml.text("StackStatus", &stack.status);
    xml.optional("StackStatusReason", stack.status_reason.as_deref());
    drift(xml, &stack.drift_status);
}

fn drift(xml: &mut Xml, status: &str) {
    xml.nested("DriftInformation", |xml| {
        xml.text("StackDriftStatus", status);
    });
}

fn output(xml: &mut Xml, output: &Output) {
    xml.text("OutputKey", &output.key);
    xml.text("OutputValue", &output.value);
    xml.optional("Description", output.description.as_deref());
    xml.optional("ExportName", output.export.as_deref());
}

/// Left out when there are none.
pub(super) fn parameters(xml: &mut Xml, parameters: &[Parameter]) {
    if !parameters.is_empty() {
        xml.list("Parameters", parameters, |xml, parameter| {
            xml.text("ParameterKey", &parameter.key);
            match &parameter.value {
                Some(value) => xml.text("ParameterValue", value),
                None => xml.value("UsePreviousValue", true),
            }
        });
    }
}

/// Left out when there are none.
pub(super) fn capabilities(xml: &mut Xml, capabilities: &[Capability]) {
    if !capabilities.is_empty() {
        let texts: Vec<&str> = capabilities
            .iter()
            .map(|capability| match capability {
                Capability::Iam => "CAPABILITY_IAM",
                Capability::NamedIam => "CAPABILITY_NAMED_IAM",
                Capability::AutoExpand => "CAPABILITY_AUTO_EXPAND",
            })
            .collect();
        xml.texts("Capabilities", &texts);
    }
}

/// There, also when there are none.
pub(super) fn tags(xml: &mut Xml, tags: &[Tag]) {
    xml.list("Tags", tags, |xml, tag| {
        xml.text("Key", &tag.key);
        xml.text("Value", &tag.value);
    });
}
