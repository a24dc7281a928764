//! Stacks that changed since the plan observed them.

use std::collections::{BTreeMap, BTreeSet};

use super::context::ExecutionContext;
use super::failure;
use super::outcome::StepOutcome;
use crate::calls::READ_ATTEMPTS;
use crate::plan::Observation;
use cloudformation::status::StackStatus;
use cloudformation::{ClientResult, CloudFormation, Stack, StackName};

impl Observation {
    /// `None` and a deleted stack are observed alike.
    #[must_use]
    pub fn of(stack: Option<&Stack>) -> Self {
        stack
            .filter(|stack| stack.status != StackStatus::DeleteComplete)
            .map_or(
                Self {
                    id: None,
                    status: None,
                    changed: None,
                },
                |stack| Self {
                    id: Some(stack.id.clone()),
                    status: Some(stack.status.clone()),
                    changed: Some(stack.changed().to_owned()),
                },
            )
    }

    /// How the stack differs from the observation, if it does. Without an observation, the stack is
    /// expected not to exist.
    #[must_use]
    pub fn difference(observed: Option<&Self>, stack: Option<&Stack>) -> Option<String> {
        let now = Self::of(stack);
        let before = observed.cloned().unwrap_or_else(|| Self::of(None));
        match (&before.id, &now.id) {
            (None, None) => return None,
            (None, Some(_)) => {
                return Some("it was created since the plan was made".to_owned());
            }
            (Some(_), None) => {
                return Some("it was deleted since the plan was made".to_owned());
            }
            (Some(before), Some(now)) if before != now => {
                return Some("it was deleted and created again since the plan was made".to_owned());
            }
            (Some(_), Some(_)) => {}
        }
        if let (Some(before), Some(now)) = (&before.status, &now.status)
            && before != now
        {
            return Some(format!(
                "it was {before} when the plan was made and is now {now}"
            ));
        }
        if let (Some(before), Some(now)) = (&before.changed, &now.changed)
            && before != now
        {
            return Some(format!(
                "it was changed at {now}, after the plan was made from its state of {before}"
            ));
        }
        None
    }
}

/// Checks the stacks that the plan depends on without a step of their own. Returns why no step may
/// run: one of them changed, or they can't be read. Stacks with steps are checked when these start.
pub(super) async fn check_dependencies<P: CloudFormation>(
    execution: &ExecutionContext<'_, P>,
) -> Option<StepOutcome> {
    let plan = execution.plan;
    let with_steps: BTreeSet<&StackName> = plan.steps.iter().map(|step| &step.stack).collect();
    let observed: BTreeMap<&StackName, &Observation> = plan
        .observed
        .iter()
        .filter(|(stack, _)| !with_steps.contains(stack))
        .collect();
    if with_steps.is_empty() || observed.is_empty() {
        return None;
    }
    let mut attempt = 1;
    loop {
        let stacks = match list_stacks(execution).await {
            Ok(stacks) => stacks,
            Err(error) => return Some(failure::call_failed("listing the stacks", &error, None)),
        };
        let difference = observed.iter().find_map(|(name, observation)| {
            let difference = Observation::difference(Some(observation), stacks.get(*name))?;
            Some(format!("`{name}`, which the plan depends on: {difference}"))
        })?;
        if attempt == READ_ATTEMPTS {
            return Some(StepOutcome::Stale { difference });
        }
        // The listing may lag behind what the plan was made from.
        execution.calls.back_off(attempt).await;
        attempt += 1;
    }
}

async fn list_stacks<P: CloudFormation>(
    execution: &ExecutionContext<'_, P>,
) -> ClientResult<BTreeMap<StackName, Stack>> {
    let calls = execution.calls;
    let warn = |error: &_| execution.reporter.warn_retry(None, error);
    let mut stacks = BTreeMap::new();
    let mut next = None;
    loop {
        let page = calls.read(|| calls.port.stacks(next.clone()), warn).await?;
        let named = page
            .items
            .into_iter()
            .map(|stack| (stack.name.clone(), stack));
        stacks.extend(named);
        next = page.next;
        if next.is_none() {
            return Ok(stacks);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stack(id: &str, status: StackStatus, changed: &str) -> Stack {
        Stack {
            id: id.into(),
            name: "network".into(),
            status,
            created: changed.to_owned(),
            ..Stack::default()
        }
    }

    #[test]
    fn each_kind_of_change_is_named() {
        let was = stack("id", StackStatus::CreateComplete, "1");
        let observed = Observation::of(Some(&was));
        let difference = |now: Option<&Stack>| Observation::difference(Some(&observed), now);

        assert_eq!(difference(Some(&was)), None);
        let gone = stack("id", StackStatus::DeleteComplete, "2");
        for (now, expected) in [
            (None, "it was deleted since"),
            (Some(gone), "it was deleted since"),
            (
                Some(stack("other", StackStatus::CreateComplete, "1")),
                "created again",
            ),
            (
                Some(stack("id", StackStatus::UpdateInProgress, "1")),
                "is now UPDATE_IN_PROGRESS",
            ),
            (
                Some(stack("id", StackStatus::CreateComplete, "2")),
                "changed at 2",
            ),
        ] {
            let text = difference(now.as_ref()).unwrap();
            assert!(text.contains(expected), "{text}");
        }
    }

    #[test]
    fn nothing_observed_means_that_nothing_was_there() {
        let now = stack("id", StackStatus::CreateComplete, "1");
        assert_eq!(Observation::difference(None, None), None);
        assert!(Observation::difference(None, Some(&now)).is_some());
        let absent = Observation::of(None);
        assert_eq!(Observation::difference(Some(&absent), None), None);
        assert!(Observation::difference(Some(&absent), Some(&now)).is_some());
    }
}
