//! Drift detection, through the client trait.

use cloudformation::status::ResourceDriftStatus;
use cloudformation::{
    ClientResult, DriftDetection, Page, StackDriftDetection, StackNameOrId, StackResourceDrift,
};

use super::client::Local;
use super::hooks::Operation;
use super::implementation::mismatch;
use crate::api::{self, Action};

impl DriftDetection for Local {
    async fn detect_drift(&self, stack: impl Into<StackNameOrId> + Send) -> ClientResult<String> {
        let stack = stack.into();
        let action = Action::DetectStackDrift {
            stack: stack.as_str().to_owned(),
        };
        match self
            .ask(Operation::DetectDrift, Some(stack.as_str()), action)
            .await?
        {
            api::Answer::DriftDetectionId(id) => Ok(id),
            _ => mismatch(),
        }
    }

    async fn drift_detection(&self, detection: &str) -> ClientResult<StackDriftDetection> {
        let action = Action::DescribeStackDriftDetectionStatus {
            detection: detection.to_owned(),
        };
        match self.ask(Operation::DriftDetection, None, action).await? {
            api::Answer::DriftDetection(detection) => Ok(detection),
            _ => mismatch(),
        }
    }

    async fn drifts(
        &self,
        stack: impl Into<StackNameOrId> + Send,
        next: Option<String>,
    ) -> ClientResult<Page<StackResourceDrift>> {
        let stack = stack.into();
        let action = Action::DescribeStackResourceDrifts {
            stack: stack.as_str().to_owned(),
            statuses: vec![ResourceDriftStatus::Modified, ResourceDriftStatus::Deleted],
            next,
        };
        match self
            .ask(Operation::Drifts, Some(stack.as_str()), action)
            .await?
        {
            api::Answer::ResourceDrifts(page) => Ok(page),
            _ => mismatch(),
        }
    }
}
