//! Answers about drift.

use crate::api::{DriftDetection, Page, ResourceDrift};
use crate::wire::xml::Xml;

pub(super) fn detection(xml: &mut Xml, detection: &DriftDetection) {
    xml.text("StackId", &detection.stack_id);
    xml.text("StackDriftDetectionId", &detection.id);
    xml.optional("StackDriftStatus", detection.drift_status.as_deref());
    xml.text("DetectionStatus", &detection.status);
    if let Some(drifted) = detection.drifted {
        xml.value("DriftedStackResourceCount", drifted);
    }
    xml.time("Timestamp", detection.at);
}

pub(super) fn resources(xml: &mut Xml, page: &Page<ResourceDrift>) {
    xml.list("StackResourceDrifts", &page.items, |xml, drift| {
        xml.text("StackId", &drift.stack_id);
        xml.text("LogicalResourceId", &drift.logical_id);
        xml.optional("PhysicalResourceId", drift.physical_id.as_deref());
        xml.text("ResourceType", &drift.resource_type);
        xml.text("ExpectedProperties", &drift.expected);
        // Of a resource that is gone there is nothing to tell.
        if drift.status != "DELETED" {
            xml.text("ActualProperties", &drift.actual);
        }
        xml.list("PropertyDifferences", &drift.differences, difference);
        xml.text("StackResourceDriftStatus", &drift.status);
        xml.time("Timestamp", drift.at);
    });
    xml.optional("NextToken", page.next.as_deref());
}

fn difference(xml: &mut Xml, (path, kind, expected, actual): &(String, String, String, String)) {
    xml.text("PropertyPath", path);
    xml.text("ExpectedValue", expected);
    xml.text("ActualValue", actual);
    xml.text("DifferenceType", kind);
}
