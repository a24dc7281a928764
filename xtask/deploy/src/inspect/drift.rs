//! Asks what is known already of drift. Nothing is looked at anew: that takes minutes.

use cloudformation::status::StackDriftStatus;
use cloudformation::{CloudFormation, DriftDetection};

use super::asked::Asked;
use super::asker::of_port;
use crate::health::{Detected, Drift};

/// What was found of the stacks whose names begin with `prefix`, when they were looked at last.
///
/// # Errors
///
/// When the stacks can't be listed. What can't be read of one is in the place of it.
pub async fn last_drift<C: CloudFormation + DriftDetection>(
    cloudformation: &C,
    prefix: &str,
) -> Asked<Drift> {
    let mut drift = Drift::new();
    let mut next = None;
    loop {
        let page = cloudformation.stacks(next).await;
        let page = page.map_err(|error| of_port("cloudformation:DescribeStacks", &error))?;
        for stack in page.items {
            if !stack.name.starts_with(prefix) {
                continue;
            }
            let detected = match stack.drift.status {
                StackDriftStatus::InSync => Detected::Changed {
                    resources: Vec::new(),
                    at: stack.drift.checked,
                },
                StackDriftStatus::Drifted => {
                    changed(cloudformation, &stack.name, stack.drift.checked).await
                }
                StackDriftStatus::NotChecked | StackDriftStatus::Unknown(_) => Detected::Never,
            };
            drift.insert(stack.name, detected);
        }
        next = page.next;
        if next.is_none() {
            return Ok(drift);
        }
    }
}

/// The resources that were found changed or gone.
async fn changed<C: DriftDetection>(
    cloudformation: &C,
    stack: &str,
    at: Option<String>,
) -> Detected {
    let mut resources = Vec::new();
    let mut next = None;
    loop {
        match cloudformation.drifts(stack, next).await {
            Ok(page) => {
                resources.extend(page.items.into_iter().map(|one| one.logical_id));
                next = page.next;
            }
            Err(error) => {
                let action = "cloudformation:DescribeStackResourceDrifts";
                return Detected::Unread(of_port(action, &error));
            }
        }
        if next.is_none() {
            return Detected::Changed { resources, at };
        }
    }
}
