//! The account, region and stacks that are there, and what is to be deployed.

use std::collections::BTreeMap;

use crate::observe::Observed;
use cloudformation::status::StackStatus;
use cloudformation::{Identity, StackName};
use common::tags;

use super::expected_target::ExpectedTarget;
use super::source::Source;

/// The caller, the deployed stacks, and the sources to deploy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActualTarget {
    /// The caller, as STS reports it.
    pub identity: Identity,
    pub region: String,
    /// The stacks under the environment's name, with the value of their environment tag.
    pub stacks: BTreeMap<StackName, Option<String>>,
    pub source: Source,
    /// The commit of the saved plan, where one is deployed.
    pub saved: Option<SavedCommit>,
    /// The reason of `--break-glass`.
    pub break_glass: Option<String>,
}

impl ActualTarget {
    /// A stack in `REVIEW_IN_PROGRESS` holds nothing and has no tags yet, so it is left out.
    #[must_use]
    pub fn new(
        expected: &ExpectedTarget,
        observed: &Observed,
        source: Source,
        break_glass: Option<String>,
    ) -> Self {
        let stacks = observed
            .stacks
            .values()
            .filter(|stack| stack.name.as_str().starts_with(&expected.prefix))
            .map(|stack| {
                let tag = stack.tags.get(tags::ENVIRONMENT).cloned();
                (stack, tag)
            })
            .filter(|(stack, tag)| stack.status != StackStatus::ReviewInProgress || tag.is_some())
            .map(|(stack, tag)| (stack.name.clone(), tag))
            .collect();
        Self {
            identity: observed.identity.clone(),
            region: observed.region.clone(),
            stacks,
            source,
            saved: None,
            break_glass,
        }
    }
}

/// The commit that a saved plan was made from, where it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedCommit(pub Option<String>);
