//! Drift: differences between physical resources and the template of their stack.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-drift.html>

use cloudformation::{
    DetectionStatus, PropertyDifference, ResourceDriftStatus, StackDriftDetection,
    StackDriftStatus, StackResourceDrift, equality,
};
use serde_json::{Map, Value};
use service_rules::is_write_only;

use crate::inventory::Inventory;
use crate::stack::{Detection, DriftRecord, Stack};
use crate::text::timestamp;

/// Completes a drift detection: compares every resource of the stack.
pub(crate) fn detect(stack: &mut Stack, number: u64, inventory: &Inventory) {
    let mut drifts = Vec::new();
    for (name, resource) in &mut stack.resources {
        let (Some(physical_id), Some(identifier)) =
            (resource.physical_id.clone(), resource.identifier.as_deref())
        else {
            continue;
        };
        let expected = resource.properties.map();
        let physical = inventory.get(&resource.kind, identifier);
        let differences = physical.map_or_else(Vec::new, |physical| {
            differ(&resource.kind, expected, physical.properties.map())
        });
        let status = match physical {
            None => ResourceDriftStatus::Deleted,
            Some(_) if differences.is_empty() => ResourceDriftStatus::InSync,
            Some(_) => ResourceDriftStatus::Modified,
        };
        resource.drift_status = status.clone();
        drifts.push(DriftRecord {
            logical_id: name.clone(),
            physical_id,
            kind: resource.kind.clone(),
            status,
            expected: resource.properties.to_json(),
            actual: physical
                .map_or_else(|| "{}".to_owned(), |physical| physical.properties.to_json()),
            differences,
        });
    }
    let drifted = drifts
        .iter()
        .filter(|drift| drift.status != ResourceDriftStatus::InSync)
        .count();
    stack.drift_status = stack_status(drifted);
    if let Some(detection) = stack.detections.get_mut(&number) {
        detection.drifted = Some(drifted);
        detection.drifts = drifts;
    }
}

const fn stack_status(drifted: usize) -> StackDriftStatus {
    if drifted > 0 {
        StackDriftStatus::Drifted
    } else {
        StackDriftStatus::InSync
    }
}

/// The progress of a detection, or its result.
pub(crate) fn detection_status(stack: &Stack, detection: &Detection) -> StackDriftDetection {
    StackDriftDetection {
        id: detection.id.clone(),
        stack_id: stack.id.clone().into(),
        status: match detection.drifted {
            Some(_) => DetectionStatus::Complete,
            None => DetectionStatus::InProgress,
        },
        reason: None,
        drift_status: detection.drifted.map(stack_status),
        drifted: detection.drifted,
        at: timestamp(detection.at),
    }
}

/// The results of the last detection that is complete.
pub(crate) fn last_result(stack: &Stack) -> Vec<StackResourceDrift> {
    let complete = |detection: &&Detection| detection.drifted.is_some();
    let Some(detection) = stack.detections.values().rev().find(complete) else {
        return Vec::new();
    };
    detection
        .drifts
        .iter()
        .map(|drift| StackResourceDrift {
            stack_id: stack.id.clone().into(),
            logical_id: drift.logical_id.clone().into(),
            physical_id: Some(drift.physical_id.clone().into()),
            resource_type: drift.kind.clone(),
            status: drift.status.clone(),
            expected: drift.expected.clone(),
            actual: drift.actual.clone(),
            differences: drift.differences.clone(),
            at: timestamp(detection.at),
        })
        .collect()
}

fn differ(
    kind: &str,
    expected: &Map<String, Value>,
    actual: &Map<String, Value>,
) -> Vec<PropertyDifference> {
    let mut names: Vec<&String> = expected.keys().chain(actual.keys()).collect();
    names.sort();
    names.dedup();
    names
        .into_iter()
        .filter(|name| !is_write_only(kind, name))
        .filter(|name| match (expected.get(*name), actual.get(*name)) {
            (Some(expected), Some(actual)) => !equality::equal(kind, name, expected, actual),
            _ => true,
        })
        .map(|name| PropertyDifference {
            path: format!("/{name}"),
            expected: expected.get(name).map(text),
            actual: actual.get(name).map(text),
        })
        .collect()
}

/// A text as it is, anything else as JSON.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
