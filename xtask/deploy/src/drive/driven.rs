//! How a drive ends.

use std::collections::BTreeSet;
use std::error::Error;

use crate::execute::Outcome;
use crate::observe::Need;
use crate::plan::Plan;
use cloudformation::ClientError;
use cloudformation::status::StackStatus;

/// What to do with a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Execute it.
    GoOn,
    /// Execute it, with this note in the descriptions of its change sets instead of the options':
    /// what it says may be known only now.
    GoOnNoting(String),
    /// Leave everything as it is.
    Leave,
}

/// How a drive ended.
#[derive(Debug)]
pub enum Driven {
    /// The plan has no steps: everything is as defined, or a finding is in the way of all that
    /// isn't. Nobody was asked.
    Nothing {
        /// The plan.
        plan: Box<Plan>,
    },
    /// The plan was not to be executed.
    Left {
        /// The plan.
        plan: Box<Plan>,
    },
    /// The plan was executed. It is the last one, or a recovery that did not succeed.
    Executed {
        /// The plan.
        plan: Box<Plan>,
        /// How its execution ended.
        outcome: Outcome,
    },
}

impl Driven {
    /// The last plan.
    #[must_use]
    pub const fn plan(&self) -> &Plan {
        match self {
            Self::Nothing { plan } | Self::Left { plan } | Self::Executed { plan, .. } => plan,
        }
    }

    /// Whether the environment is as asked for.
    #[must_use]
    pub fn is_success(&self) -> bool {
        match self {
            Self::Nothing { plan } => !plan.is_blocked(),
            Self::Left { .. } => false,
            Self::Executed { plan, outcome } => !plan.is_blocked() && outcome.is_success(),
        }
    }
}

/// Why a drive could not go on. Stacks that fail are no error, but an outcome.
#[derive(Debug, thiserror::Error)]
pub enum DriveError<E: Error + 'static> {
    /// The environment can't be looked at.
    #[error("the environment can't be observed")]
    Observe(#[source] ClientError),
    /// What was asked for can't be planned.
    #[error(transparent)]
    Plan(E),
    /// The planner asks for more and more.
    #[error("the plan still needs {} observations after {rounds} rounds", needs.len())]
    Needs {
        /// How often it was given what it asked for.
        rounds: u32,
        /// What it asks for now.
        needs: BTreeSet<Need>,
    },
    /// Recovering does not come to an end.
    #[error(
        "{} after {rounds} recoveries: {}",
        if stacks.len() == 1 { "a stack still needs one" } else { "stacks still need one" },
        list(stacks)
    )]
    Recoveries {
        /// How many recoveries were executed.
        rounds: u32,
        /// The stacks that still need one, with their statuses.
        stacks: Vec<(String, Option<StackStatus>)>,
    },
}

fn list(stacks: &[(String, Option<StackStatus>)]) -> String {
    stacks
        .iter()
        .map(|(name, status)| match status {
            Some(status) => format!("`{name}` is {status}"),
            None => format!("`{name}`"),
        })
        .collect::<Vec<_>>()
        .join(", ")
}
