//! In which order it is done.

use std::collections::BTreeMap;

use crate::plan::{Operation, Phase, Plan, Step, StepId};

use crate::report::line::{Line, Tone};
use crate::report::wording::{short, work};

/// The steps in layers: each needs only steps of layers before its own. Inside a layer they are
/// done at the same time, as far as the concurrency allows.
#[must_use]
pub fn layers(plan: &Plan) -> Vec<Vec<&Step>> {
    let mut depth: BTreeMap<&StepId, usize> = BTreeMap::new();
    let mut layers: Vec<Vec<&Step>> = Vec::new();
    // Each step stands after those that it needs.
    for step in &plan.steps {
        let needs = step.needs.iter().filter_map(|need| depth.get(need));
        let layer = needs.max().map_or(0, |deepest| deepest + 1);
        depth.insert(&step.id, layer);
        if layers.len() <= layer {
            layers.resize_with(layer + 1, Vec::new);
        }
        if let Some(layer) = layers.get_mut(layer) {
            layer.push(step);
        }
    }
    layers
}

/// The order, where there is more than one step to order.
pub(super) fn order(plan: &Plan) -> Vec<Line> {
    if plan.steps.len() < 2 {
        return Vec::new();
    }
    let mut lines = vec![Line::new().plain("in this order:")];
    for (index, layer) in layers(plan).into_iter().enumerate() {
        let names: Vec<String> = layer.into_iter().map(|step| named(plan, step)).collect();
        lines.push(
            Line::at(1)
                .and(Tone::Dim, format!("{:>3}  ", index + 1))
                .plain(names.join(", "))
                .hanging(6),
        );
    }
    lines
}

/// A step by its stack, with what is done where that is not what everybody expects.
pub(crate) fn named(plan: &Plan, step: &Step) -> String {
    let stack = short(&step.stack, plan.environment);
    let phased = matches!(&step.operation, Operation::Deploy(deploy)
        if deploy.phase != Phase::Whole);
    // The phases of a stack are several steps.
    if phased || !matches!(work(step).base, "create" | "update") {
        format!("{stack} ({})", work(step).base)
    } else {
        stack.to_owned()
    }
}
