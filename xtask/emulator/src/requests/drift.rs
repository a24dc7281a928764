//! `DetectStackDrift`, and its results.

use cloudformation::{ResourceDriftStatus, StackStatus};

use super::context::RequestContext;
use crate::api::{Answer, ApiError};
use crate::drift;
use crate::error::validation;
use crate::event_queue::EventKind;
use crate::page::page;
use crate::random::Random;
use crate::stack::Detection;

pub(super) fn detect_drift(
    context: &mut RequestContext<'_>,
    stack: &str,
) -> Result<Answer, ApiError> {
    let stack = context.stack(stack)?;
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
    let detection = context.cloud.queue.next_number();
    let id = Random::new(context.cloud.options.seed)
        .derive("drift")
        .nth(detection)
        .uuid();
    let at = context.cloud.now;
    let region = context.region;
    context
        .cloud
        .with_stack(region, number, |stack, operations| {
            stack.detections.insert(
                detection,
                Detection {
                    id: id.clone(),
                    at,
                    drifted: None,
                    drifts: Vec::new(),
                },
            );
            let wait = operations.jittered(stack, "drift", 8000);
            operations.schedule(stack, wait, EventKind::DriftDetected(detection));
        });
    Ok(Answer::DriftDetectionId(id))
}

pub(super) fn describe_detection(
    context: &RequestContext<'_>,
    id: &str,
) -> Result<Answer, ApiError> {
    context
        .account_region()?
        .stacks
        .values()
        .find_map(|stack| {
            stack
                .detections
                .values()
                .find(|detection| detection.id == id)
                .map(|detection| Answer::DriftDetection(drift::detection_status(stack, detection)))
        })
        .ok_or_else(|| validation(format!("Drift detection id {id} does not exist")))
}

pub(super) fn resource_drifts(
    context: &RequestContext<'_>,
    stack: &str,
    statuses: &[ResourceDriftStatus],
    next: &Option<String>,
) -> Result<Answer, ApiError> {
    let stack = context.stack(stack)?;
    Ok(Answer::ResourceDrifts(page(
        drift::last_result(stack)
            .into_iter()
            .filter(|drift| statuses.is_empty() || statuses.contains(&drift.status)),
        next.as_deref(),
        context.cloud.options.page_size,
    )?))
}
