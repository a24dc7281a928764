//! Quotas of AWS that a change moves, or that are nearly used.

use std::fmt;

use common::quota::{Quota, State, Usage, usage};
use common::stack::StackArtifact;
use serde::Serialize;

use crate::environment::Environment;

/// A quota that moves or is near.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct QuotaChange {
    pub quota: Quota,
    /// What the environment takes of it now.
    pub before: usize,
    /// What it takes as proposed.
    pub after: usize,
    /// What an account has by default.
    pub limit: usize,
    /// Whether 80 % or more are taken as proposed.
    pub near: bool,
}

/// The quotas that move or are near.
pub(super) fn changes(before: &Environment, after: &Environment) -> Vec<QuotaChange> {
    let taken = |side: &Environment| -> Vec<Usage> {
        let stacks = side.stacks().values().map(|stack| stack.artifact.clone());
        usage(&stacks.collect::<Vec<StackArtifact>>())
    };
    let (old, new) = (taken(before), taken(after));
    old.iter()
        .zip(&new)
        .map(|(old, new)| QuotaChange {
            quota: new.quota,
            before: old.used,
            after: new.used,
            limit: new.quota.default(),
            near: new.state != State::Fine,
        })
        .filter(|one| one.before != one.after || one.near)
        .collect()
}

impl fmt::Display for QuotaChange {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            before,
            after,
            limit,
            ..
        } = self;
        write!(
            formatter,
            "{} {before} → {after} of {limit}",
            self.quota.label()
        )?;
        formatter.write_str(match (self.near, self.quota.adjustable()) {
            (true, true) => ", nearly used; AWS raises it",
            (true, false) => ", nearly used; AWS does not raise it",
            (false, _) => "",
        })
    }
}
