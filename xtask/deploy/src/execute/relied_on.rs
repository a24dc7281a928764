//! The stacks that a plan relies on without touching them.

use std::collections::{BTreeMap, BTreeSet};

use super::failure;
use super::outcome::StepOutcome;
use super::step::Walk;
use crate::calls::READ_ATTEMPTS;
use crate::plan::Observation;
use cloudformation::{ClientResult, CloudFormation, Stack};

/// Why nothing of the plan may be done, if so: a stack that it relies on has moved, or can't be
/// looked at. Stacks that have steps are checked when these begin.
pub(super) async fn moved<P: CloudFormation>(walk: &Walk<'_, P>) -> Option<StepOutcome> {
    let touched: BTreeSet<&str> = walk
        .plan
        .steps
        .iter()
        .map(|step| step.stack.as_str())
        .collect();
    let observed: BTreeMap<&str, &Observation> = walk
        .plan
        .observed
        .iter()
        .map(|(stack, observation)| (stack.as_str(), observation))
        .filter(|(stack, _)| !touched.contains(stack))
        .collect();
    if touched.is_empty() || observed.is_empty() {
        return None;
    }
    let mut look = 1;
    loop {
        let stacks = match listing(walk).await {
            Ok(stacks) => stacks,
            Err(error) => {
                return Some(failure::of_call("looking at the stacks", &error, None));
            }
        };
        let difference = observed.iter().find_map(|(name, observation)| {
            let difference = Observation::difference(Some(observation), stacks.get(*name))?;
            Some(format!("`{name}`, which the plan relies on: {difference}"))
        })?;
        if look == READ_ATTEMPTS {
            return Some(StepOutcome::Stale { difference });
        }
        // The listing may lag behind what the plan was made from.
        walk.calls.back_off(look).await;
        look += 1;
    }
}

async fn listing<P: CloudFormation>(walk: &Walk<'_, P>) -> ClientResult<BTreeMap<String, Stack>> {
    let mut stacks = BTreeMap::new();
    let mut next = None;
    loop {
        let page = walk
            .calls
            .read(
                || walk.calls.port.stacks(next.clone()),
                |error| walk.reporter.warn_retry(None, error),
            )
            .await?;
        stacks.extend(
            page.items
                .into_iter()
                .map(|stack| (stack.name.clone(), stack)),
        );
        next = page.next;
        if next.is_none() {
            return Ok(stacks);
        }
    }
}
