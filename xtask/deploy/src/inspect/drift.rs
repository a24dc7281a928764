//! The last known drift. Nothing is detected anew: that takes minutes.

use std::collections::BTreeMap;

use cloudformation::status::StackDriftStatus;
use cloudformation::{CloudFormation, DriftDetection, LogicalId, StackName};

use super::probe::{Probe, ProbeError};

/// What is known of drift, by stack.
pub type DriftByStack = BTreeMap<StackName, StackDrift>;

/// What was found of a stack when it was looked at last for what changed without CloudFormation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StackDrift {
    /// It was never looked at.
    Never,
    /// The resources that were not as their template says, and when, where that is known.
    Changed {
        resources: Vec<LogicalId>,
        /// When, as CloudFormation writes it.
        at: Option<String>,
    },
    /// That can't be read.
    Unread(ProbeError),
}

/// What was found of the stacks whose names begin with `prefix`, when they were looked at last.
///
/// # Errors
///
/// When the stacks can't be listed. What can't be read of one is in the place of it.
pub async fn last_drift<C: CloudFormation + DriftDetection>(
    cloudformation: &C,
    prefix: &str,
) -> Probe<DriftByStack> {
    let mut drift = DriftByStack::new();
    let mut next = None;
    loop {
        let page = cloudformation.stacks(next).await;
        let page =
            page.map_err(|error| ProbeError::of_port("cloudformation:DescribeStacks", &error))?;
        for stack in page.items {
            if !stack.name.as_str().starts_with(prefix) {
                continue;
            }
            let detected = match stack.drift.status {
                StackDriftStatus::InSync => StackDrift::Changed {
                    resources: Vec::new(),
                    at: stack.drift.checked,
                },
                StackDriftStatus::Drifted => {
                    changed(cloudformation, &stack.name, stack.drift.checked).await
                }
                StackDriftStatus::NotChecked | StackDriftStatus::Unknown(_) => StackDrift::Never,
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
    stack: &StackName,
    at: Option<String>,
) -> StackDrift {
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
                return StackDrift::Unread(ProbeError::of_port(action, &error));
            }
        }
        if next.is_none() {
            return StackDrift::Changed { resources, at };
        }
    }
}
