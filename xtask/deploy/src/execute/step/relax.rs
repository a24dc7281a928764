//! What a stack policy has to let through for the time of a step. Pure.

use std::borrow::Cow;

use crate::plan::{DeployStep, stack_policy};
use cloudformation::{ChangeAction, Replacement, ResourceChange};

/// The policy for the time of the step, if it takes another one: the plan's, or one for what was
/// acknowledged and only the change set shows.
pub(super) fn relaxed<'a>(
    step: &'a DeployStep,
    changes: &[ResourceChange],
) -> Option<Cow<'a, str>> {
    let planned = step.relax.as_ref().map(|relax| relax.policy.as_str());
    let in_force = planned.or(step.policy.as_deref())?;
    let hindered = changes
        .iter()
        .filter(|change| is_lost(change) && step.acknowledged.contains(&change.logical_id))
        .any(|change| denies(in_force, &change.logical_id));
    if hindered {
        let rest = step.guarded.difference(&step.acknowledged);
        Some(Cow::Owned(stack_policy(&rest.cloned().collect())))
    } else {
        planned.map(Cow::Borrowed)
    }
}

/// Whether the resource is removed or may be replaced.
const fn is_lost(change: &ResourceChange) -> bool {
    matches!(
        (change.action, change.replacement),
        (ChangeAction::Remove | ChangeAction::Dynamic, _)
            | (
                ChangeAction::Modify,
                Replacement::Always | Replacement::Conditional
            )
    )
}

/// Whether a policy of ours names the resource, which it does to deny.
fn denies(policy: &str, id: &str) -> bool {
    policy.contains(&format!("\"LogicalResourceId/{id}\""))
}
