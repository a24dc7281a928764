//! The answer about the events of an operation.

use cloudformation::{ClientToken, Page, PhysicalId, StackEvent, ValidationFinding};

use crate::api::{OperationEvent, OperationEventKind};
use crate::wire::xml::Xml;

pub(super) fn events(xml: &mut Xml, page: &Page<OperationEvent>) {
    xml.list("OperationEvents", &page.items, event);
    xml.optional("NextToken", page.next.as_deref());
}

fn event(xml: &mut Xml, event: &OperationEvent) {
    xml.text("EventId", &event.id);
    xml.text("StackId", &event.stack_id);
    xml.text("OperationId", &event.operation.id);
    xml.text("OperationType", event.operation.kind.as_str());
    if let OperationEventKind::Operation { status, .. } = &event.what {
        xml.text("OperationStatus", status);
    }
    xml.text("EventType", event_type(&event.what));
    match &event.what {
        OperationEventKind::Operation { started, ended, .. } => {
            xml.time("Timestamp", event.at);
            xml.time("StartTime", *started);
            if let Some(ended) = ended {
                xml.time("EndTime", *ended);
            }
        }
        OperationEventKind::Progress(resource) | OperationEventKind::Error(resource) => {
            resource_named(xml, resource);
            xml.time("Timestamp", event.at);
            xml.text("ResourceStatus", resource.status.as_str());
            xml.optional("ResourceStatusReason", resource.reason.as_deref());
        }
        OperationEventKind::Validation(finding) => {
            xml.text("LogicalResourceId", finding.logical_id.as_str());
            // An added resource has none yet, and neither has a removed one here.
            xml.text("PhysicalResourceId", "");
            xml.text("ResourceType", &finding.resource_type);
            xml.time("Timestamp", event.at);
        }
    }
    xml.optional(
        "ClientRequestToken",
        event.token.as_ref().map(ClientToken::as_str),
    );
    if let OperationEventKind::Validation(finding) = &event.what {
        validation(xml, finding);
    }
}

const fn event_type(what: &OperationEventKind) -> &'static str {
    match what {
        OperationEventKind::Operation { .. } => "STACK_EVENT",
        OperationEventKind::Progress(_) => "PROGRESS_EVENT",
        OperationEventKind::Error(_) => "PROVISIONING_ERROR",
        OperationEventKind::Validation(_) => "VALIDATION_ERROR",
    }
}

fn resource_named(xml: &mut Xml, event: &StackEvent) {
    xml.text("LogicalResourceId", event.logical_id.as_str());
    let physical_id = event.physical_id.as_ref().map(PhysicalId::as_str);
    xml.text("PhysicalResourceId", physical_id.unwrap_or_default());
    xml.text("ResourceType", &event.resource_type);
}

fn validation(xml: &mut Xml, finding: &ValidationFinding) {
    xml.text("ValidationFailureMode", finding.mode.as_str());
    xml.text("ValidationName", &finding.name);
    xml.text("ValidationStatus", finding.status.as_str());
    xml.text("ValidationStatusReason", &finding.reason);
    xml.optional("ValidationPath", finding.path.as_deref());
}
