//! Drift: what is not as the template says.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-drift.html>

use cloudformation::status::{DetectionStatus, ResourceDriftStatus, StackDriftStatus};
use cloudformation::{PropertyDifference, StackDriftDetection, StackResourceDrift};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::api::Time;
use crate::stack::Stack;
use crate::text::timestamp;
use crate::world::World;

/// A drift detection.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Detection {
    pub(crate) id: String,
    pub(crate) at: Time,
    /// Nothing: it is still going on.
    pub(crate) drifted: Option<usize>,
    /// What it found, by logical id.
    pub(crate) found: Vec<Found>,
}

/// What was found of a resource.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Found {
    pub(crate) logical_id: String,
    pub(crate) physical_id: String,
    pub(crate) kind: String,
    pub(crate) status: ResourceDriftStatus,
    pub(crate) expected: String,
    pub(crate) actual: String,
    pub(crate) differences: Vec<PropertyDifference>,
}

impl Stack {
    /// A drift detection ends.
    pub(crate) fn detect(&mut self, number: u64, world: &World) {
        let mut found = Vec::new();
        for (name, resource) in &mut self.resources {
            let Some(physical_id) = resource.physical_id.clone() else {
                continue;
            };
            let expected = resource.properties.map();
            let thing = world.get(&resource.kind, &physical_id);
            let differences =
                thing.map_or_else(Vec::new, |thing| differ(expected, thing.properties.map()));
            let status = match thing {
                None => ResourceDriftStatus::Deleted,
                Some(_) if differences.is_empty() => ResourceDriftStatus::InSync,
                Some(_) => ResourceDriftStatus::Modified,
            };
            resource.drift_status = status.clone();
            found.push(Found {
                logical_id: name.clone(),
                physical_id,
                kind: resource.kind.clone(),
                status,
                expected: resource.properties.to_json(),
                actual: thing.map_or_else(|| "{}".to_owned(), |thing| thing.properties.to_json()),
                differences,
            });
        }
        let drifted = found
            .iter()
            .filter(|found| found.status != ResourceDriftStatus::InSync)
            .count();
        self.drift_status = stack_drift(drifted);
        if let Some(detection) = self.detections.get_mut(&number) {
            detection.drifted = Some(drifted);
            detection.found = found;
        }
    }

    /// A detection, as the API describes it.
    pub(crate) fn detection(&self, detection: &Detection) -> StackDriftDetection {
        StackDriftDetection {
            id: detection.id.clone(),
            stack_id: self.id.clone(),
            status: match detection.drifted {
                Some(_) => DetectionStatus::Complete,
                None => DetectionStatus::InProgress,
            },
            reason: None,
            drift_status: detection.drifted.map(stack_drift),
            drifted: detection.drifted,
            at: timestamp(detection.at),
        }
    }

    /// What the last detection that ended found.
    pub(crate) fn drifts(&self) -> Vec<StackResourceDrift> {
        self.detections
            .values()
            .rev()
            .find(|detection| detection.drifted.is_some())
            .map(|detection| {
                detection
                    .found
                    .iter()
                    .map(|found| StackResourceDrift {
                        stack_id: self.id.clone(),
                        logical_id: found.logical_id.clone(),
                        physical_id: Some(found.physical_id.clone()),
                        resource_type: found.kind.clone(),
                        status: found.status.clone(),
                        expected: found.expected.clone(),
                        actual: found.actual.clone(),
                        differences: found.differences.clone(),
                        at: timestamp(detection.at),
                    })
                    .collect()
            })
            .unwrap_or_default()
    }
}

const fn stack_drift(drifted: usize) -> StackDriftStatus {
    if drifted > 0 {
        StackDriftStatus::Drifted
    } else {
        StackDriftStatus::InSync
    }
}

/// The properties that differ.
fn differ(expected: &Map<String, Value>, actual: &Map<String, Value>) -> Vec<PropertyDifference> {
    let mut names: Vec<&String> = expected.keys().chain(actual.keys()).collect();
    names.sort();
    names.dedup();
    names
        .into_iter()
        .filter(|name| expected.get(*name) != actual.get(*name))
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
