//! All groups of checks.

use crate::finding::Report;
use crate::model::Model;
use crate::{Rule, alarms, ecs, edge, exports, network, pipelines, scaling, texts};

/// Rules that one function checks.
pub struct Group {
    /// The rules, in the order of the documentation.
    pub rules: &'static [&'static Rule],
    pub(crate) check: for<'m> fn(&'m Model<'m>, &mut Report<'m>),
}

/// A new group is a line here.
static GROUPS: &[&Group] = &[
    &alarms::GROUP,
    &ecs::GROUP,
    &edge::GROUP,
    &exports::GROUP,
    &network::GROUP,
    &pipelines::GROUP,
    &scaling::GROUP,
    &texts::GROUP,
];

/// All groups.
pub fn groups() -> impl Iterator<Item = &'static Group> {
    GROUPS.iter().copied()
}

/// All rules, by group.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    groups().flat_map(|group| group.rules.iter().copied())
}

/// The rule with a code.
#[must_use]
pub fn rule(code: &str) -> Option<&'static Rule> {
    rules().find(|rule| rule.code == code)
}
