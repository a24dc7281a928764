//! The use of quotas by all stacks of an environment.

use serde::{Deserialize, Serialize};

use super::Quota;
use crate::stack::StackArtifact;

/// From which share on a quota is said to be nearly used up, in percent.
const NEAR_PERCENT: usize = 80;

/// How much of a quota is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum State {
    /// The use is well below the quota.
    Fine,
    /// 80 % or more.
    Near,
    /// More than an account has that never asked for more.
    Over,
}

/// What an environment takes of a quota.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Usage {
    /// The quota that is used.
    pub quota: Quota,
    /// How much of it.
    pub used: usize,
    /// How much an account has that never asked for more.
    pub limit: usize,
    /// Whether AWS raises it when asked.
    pub adjustable: bool,
    /// How much of it is used.
    pub state: State,
    /// The page of AWS's that says so.
    pub source: &'static str,
}

/// What the stacks of an environment take of every quota. What else lives in the account is not
/// known here.
#[must_use]
pub fn usage(stacks: &[StackArtifact]) -> Vec<Usage> {
    Quota::ALL
        .into_iter()
        .map(|quota| {
            let each = stacks
                .iter()
                .map(|stack| stack.quotas.get(&quota).copied().unwrap_or_default());
            let used = if quota.each_for_itself() {
                each.max().unwrap_or_default()
            } else {
                each.sum()
            };
            Usage::new(quota, used)
        })
        .collect()
}

impl Usage {
    const fn new(quota: Quota, used: usize) -> Self {
        let limit = quota.default();
        Self {
            quota,
            used,
            limit,
            adjustable: quota.adjustable(),
            state: if used > limit {
                State::Over
            } else if used * 100 >= limit * NEAR_PERCENT {
                State::Near
            } else {
                State::Fine
            },
            source: quota.source(),
        }
    }

    /// Whether it can't be deployed, whatever AWS is asked for.
    #[must_use]
    pub fn is_impossible(&self) -> bool {
        self.state == State::Over && !self.adjustable
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_change_at_their_bounds() {
        let state = |quota, used| Usage::new(quota, used).state;
        assert_eq!(state(Quota::ElasticIps, 3), State::Fine);
        assert_eq!(state(Quota::ElasticIps, 4), State::Near);
        assert_eq!(state(Quota::ElasticIps, 5), State::Near);
        assert_eq!(state(Quota::ElasticIps, 6), State::Over);
        assert_eq!(state(Quota::Roles, 799), State::Fine);
        assert_eq!(state(Quota::Roles, 800), State::Near);
    }

    #[test]
    fn only_what_aws_does_not_raise_is_impossible() {
        assert!(Usage::new(Quota::TargetGroups, 101).is_impossible());
        assert!(!Usage::new(Quota::TargetGroups, 100).is_impossible());
        assert!(!Usage::new(Quota::ListenerRules, 101).is_impossible());
    }
}
