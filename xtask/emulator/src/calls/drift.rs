//! `DetectStackDrift` and what tells of it.

use cloudformation::status::{ResourceDriftStatus, StackStatus};

use super::Call;
use crate::api::{Answer, ApiError};
use crate::drift::Detection;
use crate::error::validation;
use crate::page::page;
use crate::queue::What;
use crate::random::Random;

impl Call<'_> {
    pub(super) fn detect_drift(&mut self, stack: &str) -> Result<Answer, ApiError> {
        let stack = self.living(stack)?;
        let whole = stack.status.can_update() || stack.status == StackStatus::UpdateRollbackFailed;
        if !whole {
            return Err(validation(format!(
                "Drift detection cannot be performed on stack in status {}",
                stack.status
            )));
        }
        if stack
            .detections
            .values()
            .any(|detection| detection.drifted.is_none())
        {
            return Err(validation(format!(
                "Drift detection is already in progress for stack {}",
                stack.id
            )));
        }
        let number = stack.number;
        let detection = self.cloud.queue.number();
        let id = Random::new(self.cloud.options.seed)
            .of("drift")
            .number(detection)
            .uuid();
        let at = self.cloud.now;
        let place = self.place;
        self.cloud.with_stack(place, number, |stack, engine| {
            stack.detections.insert(
                detection,
                Detection {
                    id: id.clone(),
                    at,
                    drifted: None,
                    found: Vec::new(),
                },
            );
            let wait = engine.wait(stack, "drift", 8000);
            engine.plan(stack, wait, What::DriftDetected(detection));
        });
        Ok(Answer::DriftDetectionId(id))
    }

    pub(super) fn describe_detection(&self, id: &str) -> Result<Answer, ApiError> {
        self.here()?
            .stacks
            .values()
            .find_map(|stack| {
                stack
                    .detections
                    .values()
                    .find(|detection| detection.id == id)
                    .map(|detection| Answer::DriftDetection(stack.detection(detection)))
            })
            .ok_or_else(|| validation(format!("Drift detection id {id} does not exist")))
    }

    pub(super) fn resource_drifts(
        &self,
        stack: &str,
        statuses: &[ResourceDriftStatus],
        next: &Option<String>,
    ) -> Result<Answer, ApiError> {
        let stack = self.living(stack)?;
        Ok(Answer::ResourceDrifts(page(
            stack
                .drifts()
                .into_iter()
                .filter(|drift| statuses.is_empty() || statuses.contains(&drift.status)),
            next.as_deref(),
            self.cloud.options.page_size,
        )?))
    }
}
