//! All groups of checks.

use crate::finding::Report;
use crate::model::Model;
use crate::{
    Rule, alarms, ecs, edge, elb, exports, iam, network, pipelines, scaling, schema, security,
    texts,
};

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
    &elb::GROUP,
    &exports::GROUP,
    &iam::GROUP,
    &network::GROUP,
    &pipelines::GROUP,
    &scaling::GROUP,
    &schema::GROUP,
    &security::GROUP,
    &texts::GROUP,
];

/// In the order in which the checks run.
pub fn groups() -> impl Iterator<Item = &'static Group> {
    GROUPS.iter().copied()
}

/// All rules, by group.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    groups().flat_map(|group| group.rules.iter().copied())
}

/// `None` for a code that no rule has.
#[must_use]
pub fn rule(code: &str) -> Option<&'static Rule> {
    rules().find(|rule| rule.code == code)
}
