//! After a deployment to this machine: what it was, and what can be tried next.

use std::collections::BTreeSet;
use std::time::Duration;

use deploy::plan::Plan;
use deploy::report::Line;
use deploy::report::wording::{count, elapsed};

use super::undertaking::Undertaking;
use crate::session::also;

impl Undertaking<'_> {
    /// After a deployment to this machine: what it was, and what can be tried next.
    pub(super) fn where_to_look(&self, plan: &Plan, took: Duration) -> Vec<Line> {
        let Some(local) = &self.session.local else {
            return Vec::new();
        };
        let resources: usize = self
            .session
            .assembly
            .stacks
            .iter()
            .filter(|stack| {
                plan.steps
                    .iter()
                    .any(|step| step.stack == stack.name.as_str())
            })
            .map(|stack| stack.resources)
            .sum();
        let stacks: BTreeSet<&str> = plan.steps.iter().map(|step| step.stack.as_str()).collect();
        let there = elapsed(took * local.speed);
        let mut lines = vec![
            Line::new(),
            Line::new().plain(format!(
                "this run deployed {} with {} on this machine; {there} passed there",
                count(stacks.len(), "stack"),
                count(resources, "resource"),
            )),
        ];
        let mut next = |text: &str, command: String| {
            lines.push(Line::new());
            lines.push(Line::at(2).plain(text));
            lines.push(Line::command(4, command));
        };
        let target = self.target;
        match &local.state {
            None => next(
                "keep it, then change something and deploy again:",
                self.again.keeping.clone(),
            ),
            Some(_) => {
                next(
                    "what the stacks say of themselves:",
                    also("outputs", target),
                );
                next(
                    "what a change would do, once you made one:",
                    also("diff", target),
                );
            }
        }
        lines.push(Line::new());
        lines.push(Line::at(2).plain("how deploying works: docs/guides/deploy.md"));
        lines
    }
}
