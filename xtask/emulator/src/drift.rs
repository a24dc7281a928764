//! Drift: what is not as the template says.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-drift.html>

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::api::{DriftDetection, ResourceDrift, Time};
use crate::stack::Stack;
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
    pub(crate) status: String,
    pub(crate) expected: String,
    pub(crate) actual: String,
    pub(crate) differences: Vec<(String, String, String, String)>,
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
                None => "DELETED",
                Some(_) if differences.is_empty() => "IN_SYNC",
                Some(_) => "MODIFIED",
            };
            resource.drift_status = status.to_owned();
            found.push(Found {
                logical_id: name.clone(),
                physical_id,
                kind: resource.kind.clone(),
                status: status.to_owned(),
                expected: resource.properties.to_json(),
                actual: thing.map_or_else(|| "{}".to_owned(), |thing| thing.properties.to_json()),
                differences,
            });
        }
        let drifted = found
            .iter()
            .filter(|found| found.status != "IN_SYNC")
            .count();
        self.drift_status = if drifted > 0 { "DRIFTED" } else { "IN_SYNC" }.to_owned();
        if let Some(detection) = self.detections.get_mut(&number) {
            detection.drifted = Some(drifted);
            detection.found = found;
        }
    }

    /// How far a detection is.
    pub(crate) fn detection(&self, detection: &Detection) -> DriftDetection {
        DriftDetection {
            id: detection.id.clone(),
            stack_id: self.id.clone(),
            status: if detection.drifted.is_some() {
                "DETECTION_COMPLETE"
            } else {
                "DETECTION_IN_PROGRESS"
            }
            .to_owned(),
            drift_status: detection
                .drifted
                .map(|drifted| if drifted > 0 { "DRIFTED" } else { "IN_SYNC" }.to_owned()),
            drifted: detection.drifted,
            at: detection.at,
        }
    }

    /// What the last detection that ended found.
    pub(crate) fn drifts(&self) -> Vec<ResourceDrift> {
        self.detections
            .values()
            .rev()
            .find(|detection| detection.drifted.is_some())
            .map(|detection| {
                detection
                    .found
                    .iter()
                    .map(|found| ResourceDrift {
                        stack_id: self.id.clone(),
                        logical_id: found.logical_id.clone(),
                        physical_id: Some(found.physical_id.clone()),
                        resource_type: found.kind.clone(),
                        status: found.status.clone(),
                        expected: found.expected.clone(),
                        actual: found.actual.clone(),
                        differences: found.differences.clone(),
                        at: detection.at,
                    })
                    .collect()
            })
            .unwrap_or_default()
    }
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
