//! After a deployment to this machine: what it was, and what can be tried next.

use std::collections::BTreeSet;
use std::time::Duration;

use deploy_engine::plan::Plan;
use deploy_render::wording::{count, elapsed};
use deploy_render::{Line, Tone};

use super::undertaking::Undertaking;

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
        let environment = plan.environment;
        let called = &self.target.called_as;
        let mut lines = vec![
            Line::new(),
            Line::new().plain(format!(
                "all of it on this machine: {} with {}; {there} passed there",
                count(stacks.len(), "stack"),
                count(resources, "resource"),
            )),
        ];
        let mut next = |text: &str, command: String| {
            lines.push(Line::new());
            lines.push(Line::at(2).plain(text));
            lines.push(Line::at(4).whole(Tone::Strong, command));
        };
        match &local.state {
            None => next(
                "keep it, then change something and deploy again:",
                format!("{called} deploy --env {environment} --local target/cloud"),
            ),
            Some(state) => {
                let state = state.display();
                next(
                    "what the stacks say of themselves:",
                    format!("{called} outputs --env {environment} --local {state}"),
                );
                next(
                    "what a change would do, once you made one:",
                    format!("{called} diff --env {environment} --local {state}"),
                );
            }
        }
        lines.push(Line::new());
        lines.push(Line::at(2).plain("how deploying works: docs/guides/deploy.md"));
        lines
    }
}
