//! What is used under one holder only, and would be used under two: target groups of two load balancers.

use service_rules::Rule;
use service_rules::evaluate::held_elsewhere;

use super::templates::{ChangedInPlace, Templates};
use crate::next_step::Situation;
use crate::plan::finding::{Finding, FindingCode, Severity};
use crate::plan::stack::Stack;

pub(super) fn findings(templates: &Templates, stack: &Stack<'_>) -> Vec<Finding> {
    let pairs = templates.pairs(stack.name);
    let mut findings = Vec::new();
    let moments = [
        (ChangedInPlace::After, Severity::Block),
        (ChangedInPlace::Before, Severity::Acknowledge),
    ];
    for (side, severity) in moments {
        let moment = templates.during(stack.name, side);
        for (id, pair) in pairs.iter().filter(|(_, pair)| pair.is_provisioned()) {
            let Some(after) = pair.after else { continue };
            let rows = service_rules::of(&after.resource_type);
            for row in rows.filter(|row| matches!(row.rule, Rule::OneHolder { .. })) {
                for (key, other) in held_elsewhere(&moment, &after.thing(), row) {
                    let Some(other) = moment.resource(&other) else {
                        continue;
                    };
                    let here = other.stack == *stack.name;
                    let before = side == ChangedInPlace::Before;
                    let waits = here && templates.waits(stack.name, id, &other.logical_id);
                    if before && (!here || waits || pair.before.is_some_and(|one| one.is(other))) {
                        continue;
                    }
                    let named = moment
                        .keyed(&key)
                        .map_or(key.as_str(), |one| one.logical_id.as_str());
                    let until = match before {
                        true => "may still forward to it: neither waits for the other",
                        false => "forwards to it under another load balancer",
                    };
                    findings.push(Finding {
                        from: Some(other.logical_id.clone()),
                        to: Some(named.to_owned()),
                        hint: Some(Situation::TargetGroupElsewhere.to_string()),
                        ..Finding::new(
                            FindingCode::AttachedElsewhere,
                            severity,
                            stack.name,
                            id,
                            format!(
                                "{id} ({}) can't forward to {named}: {} {until}",
                                after.resource_type, other.logical_id
                            ),
                        )
                    });
                }
            }
        }
        // What is refused for certain needs no warning.
        if !findings.is_empty() {
            break;
        }
    }
    findings
}
