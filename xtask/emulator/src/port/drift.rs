//! Drift detection through the port.

use cloudformation::{
    ClientResult, DetectionState, DetectionView, DriftDetection, LastDetectionView, Page,
    PropertyDriftView, ResourceDriftView,
};

use super::client::Local;
use super::convert;
use super::hooks::Operation;
use super::implementation::mismatch;
use crate::api::{self, Action};

impl DriftDetection for Local {
    async fn detect_drift(&self, stack: &str) -> ClientResult<String> {
        let action = Action::DetectStackDrift {
            stack: stack.to_owned(),
        };
        match self
            .ask(Operation::DetectDrift, Some(stack), action)
            .await?
        {
            api::Answer::DriftDetectionId(id) => Ok(id),
            _ => mismatch(),
        }
    }

    async fn last_detections(&self, next: Option<String>) -> ClientResult<Page<LastDetectionView>> {
        let action = Action::DescribeStacks { stack: None, next };
        match self.ask(Operation::Stacks, None, action).await? {
            api::Answer::Stacks(page) => Ok(convert::page(page, |stack| LastDetectionView {
                stack: stack.name,
                drifted: match stack.drift_status.as_str() {
                    "DRIFTED" => Some(true),
                    "IN_SYNC" => Some(false),
                    _ => None,
                },
                at: None,
            })),
            _ => mismatch(),
        }
    }

    async fn drift_detection(&self, detection: &str) -> ClientResult<DetectionView> {
        let action = Action::DescribeStackDriftDetectionStatus {
            detection: detection.to_owned(),
        };
        match self.ask(Operation::DriftDetection, None, action).await? {
            api::Answer::DriftDetection(detection) => Ok(DetectionView {
                state: match detection.status.as_str() {
                    "DETECTION_COMPLETE" => DetectionState::Complete,
                    "DETECTION_FAILED" => DetectionState::Failed,
                    _ => DetectionState::InProgress,
                },
                reason: None,
            }),
            _ => mismatch(),
        }
    }

    async fn drifts(
        &self,
        stack: &str,
        next: Option<String>,
    ) -> ClientResult<Page<ResourceDriftView>> {
        let action = Action::DescribeStackResourceDrifts {
            stack: stack.to_owned(),
            statuses: vec!["MODIFIED".to_owned(), "DELETED".to_owned()],
            next,
        };
        match self.ask(Operation::Drifts, Some(stack), action).await? {
            api::Answer::ResourceDrifts(page) => Ok(convert::page(page, resource)),
            _ => mismatch(),
        }
    }
}

fn resource(drift: api::ResourceDrift) -> ResourceDriftView {
    ResourceDriftView {
        logical_id: drift.logical_id,
        physical_id: drift.physical_id,
        resource_type: drift.resource_type,
        deleted: drift.status == "DELETED",
        differences: drift
            .differences
            .into_iter()
            .map(|(path, kind, expected, actual)| PropertyDriftView {
                path,
                expected: (kind != "ADD").then_some(expected),
                actual: (kind != "REMOVE").then_some(actual),
            })
            .collect(),
    }
}
