//! Answers about a stack's resources and what happened to them.

use cloudformation::{ClientToken, Page, PhysicalId, StackEvent, StackResource};

use crate::wire::xml::Xml;

pub(super) fn events(xml: &mut Xml, page: &Page<StackEvent>) {
    xml.list("StackEvents", &page.items, |xml, event| {
        xml.text("StackId", event.stack_id.as_str());
        xml.text("EventId", &event.id);
        xml.text("StackName", event.stack_name.as_str());
        xml.optional("OperationId", event.operation.as_deref());
        xml.text("LogicalResourceId", event.logical_id.as_str());
        // An event before there is a physical id has an empty one.
        xml.text(
            "PhysicalResourceId",
            event
                .physical_id
                .as_ref()
                .map(PhysicalId::as_str)
                .unwrap_or_default(),
        );
        xml.text("ResourceType", &event.resource_type);
        xml.text("Timestamp", &event.at);
        xml.text("ResourceStatus", event.status.as_str());
        xml.optional("ResourceStatusReason", event.reason.as_deref());
        xml.optional(
            "ClientRequestToken",
            event.token.as_ref().map(ClientToken::as_str),
        );
    });
    xml.optional("NextToken", page.next.as_deref());
}

/// The one resource that was asked for; whether it is there.
pub(super) fn one(xml: &mut Xml, page: &Page<StackResource>) -> bool {
    let Some(resource) = page.items.first() else {
        return false;
    };
    xml.nested("StackResourceDetail", |xml| {
        of_stack(xml, resource);
        named(xml, resource);
        xml.text("LastUpdatedTimestamp", &resource.updated);
        state(xml, resource);
    });
    true
}

pub(super) fn described(xml: &mut Xml, page: &Page<StackResource>) {
    xml.list("StackResources", &page.items, |xml, resource| {
        of_stack(xml, resource);
        named(xml, resource);
        xml.text("Timestamp", &resource.updated);
        state(xml, resource);
    });
}

pub(super) fn listed(xml: &mut Xml, page: &Page<StackResource>) {
    xml.list("StackResourceSummaries", &page.items, |xml, resource| {
        named(xml, resource);
        xml.text("LastUpdatedTimestamp", &resource.updated);
        state(xml, resource);
    });
    xml.optional("NextToken", page.next.as_deref());
}

fn of_stack(xml: &mut Xml, resource: &StackResource) {
    xml.text("StackName", resource.stack_name.as_str());
    xml.text("StackId", resource.stack_id.as_str());
}

fn named(xml: &mut Xml, resource: &StackResource) {
    xml.text("LogicalResourceId", resource.logical_id.as_str());
    xml.optional(
        "PhysicalResourceId",
        resource.physical_id.as_ref().map(PhysicalId::as_str),
    );
    xml.text("ResourceType", &resource.resource_type);
}

fn state(xml: &mut Xml, resource: &StackResource) {
    xml.text("ResourceStatus", resource.status.as_str());
    xml.optional("ResourceStatusReason", resource.status_reason.as_deref());
    xml.nested("DriftInformation", |xml| {
        xml.text("StackResourceDriftStatus", resource.drift.as_str());
    });
}
