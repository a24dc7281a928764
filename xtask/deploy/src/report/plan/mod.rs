//! A plan, for whoever has to agree to it.

mod changes;
mod findings;
mod stacks;
mod steps;

use std::collections::BTreeMap;

use crate::plan::Plan;
use cloudformation::ResourceChange;

pub use changes::change_set;
pub use findings::{finding, unused_acknowledgement};
pub use steps::layers;
pub(crate) use steps::named;

use crate::report::line::{Line, Tone};
use crate::report::wording::tally;

/// A plan with what is shown of each stack.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// Our own comparison of the templates, by stack, as lines.
    pub differences: &'a BTreeMap<String, Vec<Line>>,
    /// What the change sets that are there say, by stack.
    pub change_sets: &'a BTreeMap<String, Vec<ResourceChange>>,
}

/// The whole plan: where, what happens to which stack and why, in which order, and what has to be
/// known. What is in the way stands last, where a terminal shows it.
#[must_use]
pub fn plan(shown: Shown<'_>) -> Vec<Line> {
    let plan = shown.plan;
    let mut lines = vec![heading(plan), Line::new()];
    lines.extend(stacks::stacks(shown));
    lines.push(Line::new());
    lines.push(Line::new().and(Tone::Strong, tally(plan)));
    lines.extend(steps::order(plan));
    lines.extend(findings::findings(plan));
    lines
}

/// Where.
#[must_use]
pub fn heading(plan: &Plan) -> Line {
    let line = Line::new()
        .and(Tone::Strong, plan.environment.as_str())
        .plain(format!(": account {}, {}", plan.account, plan.region));
    match &plan.commit {
        Some(commit) => {
            let (commit, changes) = match commit.strip_suffix("-dirty") {
                Some(commit) => (commit, " with uncommitted changes"),
                None => (commit.as_str(), ""),
            };
            let short: String = commit.chars().take(10).collect();
            line.plain(format!(", commit {short}{changes}"))
        }
        None => line,
    }
}
