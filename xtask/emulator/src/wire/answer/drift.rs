//! Answers about drift.

use cloudformation::status::{ResourceDriftStatus, StackDriftStatus};
use cloudformation::{
    Page, PhysicalId, PropertyDifference, StackDriftDetection, StackResourceDrift,
};

use crate::wire::xml::Xml;

pub(super) fn detection(xml: &mut Xml, detection: &StackDriftDetection) {
    xml.text("StackId", detection.stack_id.as_str());
    xml.text("StackDriftDetectionId", &detection.id);
    xml.optional(
        "StackDriftStatus",
        detection
            .drift_status
            .as_ref()
            .map(StackDriftStatus::as_str),
    );
    xml.text("DetectionStatus", detection.status.as_str());
    if let Some(drifted) = detection.drifted {
        xml.value("DriftedStackResourceCount", drifted);
    }
    xml.text("Timestamp", &detection.at);
}

pub(super) fn resources(xml: &mut Xml, page: &Page<StackResourceDrift>) {
    xml.list("StackResourceDrifts", &page.items, |xml, drift| {
        xml.text("StackId", drift.stack_id.as_str());
        xml.text("LogicalResourceId", drift.logical_id.as_str());
        xml.optional(
            "PhysicalResourceId",
            drift.physical_id.as_ref().map(PhysicalId::as_str),
        );
        xml.text("ResourceType", &drift.resource_type);
        xml.text("ExpectedProperties", &drift.expected);
        // Of a resource that is gone there is nothing to tell.
        if drift.status != ResourceDriftStatus::Deleted {
            xml.text("ActualProperties", &drift.actual);
        }
        xml.list("PropertyDifferences", &drift.differences, difference);
        xml.text("StackResourceDriftStatus", drift.status.as_str());
        xml.text("Timestamp", &drift.at);
    });
    xml.optional("NextToken", page.next.as_deref());
}

fn difference(xml: &mut Xml, difference: &PropertyDifference) {
    let (expected, actual) = (&difference.expected, &difference.actual);
    let kind = match (expected, actual) {
        (None, _) => "ADD",
        (_, None) => "REMOVE",
        _ => "NOT_EQUAL",
    };
    xml.text("PropertyPath", &difference.path);
    xml.text("ExpectedValue", expected.as_deref().unwrap_or_default());
    xml.text("ActualValue", actual.as_deref().unwrap_or_default());
    xml.text("DifferenceType", kind);
}
