//! Drift: differences between physical resources and the template of their stack.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-drift.html>

use serde_json::{Map, Value};

use crate::api::{DriftDetection, ResourceDrift};
use crate::inventory::Inventory;
use crate::stack::{Detection, DriftRecord, Stack};

/// Completes a drift detection: compares every resource of the stack.
pub(crate) fn detect(stack: &mut Stack, number: u64, inventory: &Inventory) {
    let mut drifts = Vec::new();
    for (name, resource) in &mut stack.resources {
        let Some(physical_id) = resource.physical_id.clone() else {
            continue;
        };
        let expected = resource.properties.map();
        let physical = inventory.get(&resource.kind, &physical_id);
        let differences = physical.map_or_else(Vec::new, |physical| {
            differ(expected, physical.properties.map())
        });
        let status = match physical {
            None => "DELETED",
            Some(_) if differences.is_empty() => "IN_SYNC",
            Some(_) => "MODIFIED",
        };
        resource.drift_status = status.to_owned();
        drifts.push(DriftRecord {
            logical_id: name.clone(),
            physical_id,
            kind: resource.kind.clone(),
            status: status.to_owned(),
            expected: resource.properties.to_json(),
            actual: physical
                .map_or_else(|| "{}".to_owned(), |physical| physical.properties.to_json()),
            differences,
        });
    }
    let drifted = drifts
        .iter()
        .filter(|drift| drift.status != "IN_SYNC")
        .count();
    stack.drift_status = stack_status(drifted);
    if let Some(detection) = stack.detections.get_mut(&number) {
        detection.drifted = Some(drifted);
        detection.drifts = drifts;
    }
}

fn stack_status(drifted: usize) -> String {
    if drifted > 0 { "DRIFTED" } else { "IN_SYNC" }.to_owned()
}

/// The progress of a detection, or its result.
pub(crate) fn detection_status(stack: &Stack, detection: &Detection) -> DriftDetection {
    DriftDetection {
        id: detection.id.clone(),
        stack_id: stack.id.clone(),
        status: if detection.drifted.is_some() {
            "DETECTION_COMPLETE"
        } else {
            "DETECTION_IN_PROGRESS"
        }
        .to_owned(),
        drift_status: detection.drifted.map(stack_status),
        drifted: detection.drifted,
        at: detection.at,
    }
}

/// The results of the last detection that is complete.
pub(crate) fn last_result(stack: &Stack) -> Vec<ResourceDrift> {
    let complete = |detection: &&Detection| detection.drifted.is_some();
    let Some(detection) = stack.detections.values().rev().find(complete) else {
        return Vec::new();
    };
    detection
        .drifts
        .iter()
        .map(|drift| ResourceDrift {
            stack_id: stack.id.clone(),
            logical_id: drift.logical_id.clone(),
            physical_id: Some(drift.physical_id.clone()),
            resource_type: drift.kind.clone(),
            status: drift.status.clone(),
            expected: drift.expected.clone(),
            actual: drift.actual.clone(),
            differences: drift.differences.clone(),
            at: detection.at,
        })
        .collect()
}

/// The properties that differ: path, kind, expected, actual.
fn differ(
    expected: &Map<String, Value>,
    actual: &Map<String, Value>,
) -> Vec<(String, String, String, String)> {
    let mut names: Vec<&String> = expected.keys().chain(actual.keys()).collect();
    names.sort();
    names.dedup();
    names
        .into_iter()
        .filter(|name| expected.get(*name) != actual.get(*name))
        .map(|name| {
            let (before, after) = (expected.get(name), actual.get(name));
            let kind = match (before, after) {
                (None, _) => "ADD",
                (_, None) => "REMOVE",
                _ => "NOT_EQUAL",
            };
            let text = |value: Option<&Value>| match value {
                None => String::new(),
                Some(Value::String(text)) => text.clone(),
                Some(other) => other.to_string(),
            };
            (
                format!("/{name}"),
                kind.to_owned(),
                text(before),
                text(after),
            )
        })
        .collect()
}
