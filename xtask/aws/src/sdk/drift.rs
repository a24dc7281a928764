//! Drift detection.

use aws_sdk_cloudformation::types::StackResourceDriftStatus;
use cloudformation::{ClientResult, DriftDetection, Page, StackDriftDetection, StackResourceDrift};

use super::client::Aws;
use super::errors::cloudformation;
use super::pages::PageRequest;
use super::translation::{self, required};

impl DriftDetection for Aws {
    async fn detect_drift(&self, stack: &str) -> ClientResult<String> {
        let answer = self
            .cloudformation
            .detect_stack_drift()
            .stack_name(stack)
            .send()
            .await
            .map_err(cloudformation)?;
        required(
            answer.stack_drift_detection_id,
            "a drift detection without an id",
        )
    }

    async fn drift_detection(&self, detection: &str) -> ClientResult<StackDriftDetection> {
        let answer = self
            .cloudformation
            .describe_stack_drift_detection_status()
            .stack_drift_detection_id(detection)
            .send()
            .await
            .map_err(cloudformation)?;
        Ok(translation::detection(answer))
    }

    /// Only what is not as it should be: a stack may hold 500 resources.
    async fn drifts(
        &self,
        stack: &str,
        next: Option<String>,
    ) -> ClientResult<Page<StackResourceDrift>> {
        let page = PageRequest::of(next);
        let answer = self
            .cloudformation
            .describe_stack_resource_drifts()
            .stack_name(stack)
            .stack_resource_drift_status_filters(StackResourceDriftStatus::Modified)
            .stack_resource_drift_status_filters(StackResourceDriftStatus::Deleted)
            .set_next_token(page.token())
            .send()
            .await
            .map_err(cloudformation)?;
        Ok(Page {
            next: page.next(answer.next_token)?,
            items: translation::all(answer.stack_resource_drifts, translation::drift)?,
        })
    }
}
