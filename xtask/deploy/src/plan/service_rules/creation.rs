//! What a resource needs when it is created or changed.

use service_rules::evaluate::{met_by, unmet};
use service_rules::{Need, Row, Rule};

use super::templates::{ChangedInPlace, Moment, Resource, Templates};
use crate::next_step::Situation;
use crate::plan::finding::{Finding, FindingCode, Severity};
use crate::plan::stack::Stack;

pub(super) fn findings(templates: &Templates, stack: &Stack<'_>) -> Vec<Finding> {
    let moment = templates.during(stack.name, ChangedInPlace::After);
    let before = templates.before(stack.name);
    let pairs = templates.pairs(stack.name);
    let provisioned = pairs.values().filter(|pair| pair.is_provisioned());
    let mut findings = Vec::new();
    for after in provisioned.filter_map(|pair| pair.after) {
        for row in service_rules::of(&after.resource_type) {
            let Rule::MustExistFirst(need) = &row.rule else {
                continue;
            };
            let finding = match unmet(&moment, &after.thing(), need) {
                Some(subject) => Some(missing(&moment, stack, after, row, &subject)),
                None => unordered(templates, &moment, &before, stack, after, need),
            };
            findings.extend(finding);
        }
    }
    findings
}

/// A name of the template's own for what a need is about.
fn named(moment: &Moment<'_>, subject: &str) -> String {
    let resource = moment.keyed(subject.split("}.").next().unwrap_or(subject));
    let closed = moment.keyed(&format!(
        "{}}}",
        subject.split("}.").next().unwrap_or(subject)
    ));
    resource
        .or(closed)
        .map_or_else(|| subject.to_owned(), |one| one.logical_id.clone())
}

fn missing(
    moment: &Moment<'_>,
    stack: &Stack<'_>,
    after: &Resource,
    row: &Row,
    subject: &str,
) -> Finding {
    let (id, resource_type) = (&after.logical_id, &after.resource_type);
    let subject = named(moment, subject);
    let says = match row.says {
        Some(says) => format!("\u{201c}{}\u{201d}", says.replace("{id}", &subject)),
        None => row.rule.in_words(),
    };
    Finding {
        to: Some(subject),
        hint: Some(
            Situation::PrerequisiteMissing {
                needs: &row.rule.in_words(),
            }
            .to_string(),
        ),
        ..Finding::new(
            FindingCode::PrerequisiteMissing,
            Severity::Block,
            stack.name,
            id,
            format!("{id} ({resource_type}) would be refused: {says}"),
        )
    }
}

/// A need that is met by resources only which are created at the same time, and for which the resource does not
/// wait.
fn unordered(
    templates: &Templates,
    moment: &Moment<'_>,
    before: &Moment<'_>,
    stack: &Stack<'_>,
    after: &Resource,
    need: &Need,
) -> Option<Finding> {
    let id = &after.logical_id;
    let earlier = met_by(before, &after.thing(), need);
    for (subject, meeting) in met_by(moment, &after.thing(), need) {
        let there = earlier
            .iter()
            .any(|(one, meeting)| *one == subject && !meeting.is_empty());
        let meeting: Vec<&Resource> = meeting
            .iter()
            .filter_map(|one| moment.resource(one))
            .collect();
        let is_certain = |one: &&Resource| {
            one.stack != *stack.name || templates.waits(stack.name, id, &one.logical_id)
        };
        if there || meeting.is_empty() || meeting.iter().any(is_certain) {
            continue;
        }
        let others: Vec<&str> = meeting.iter().map(|one| one.logical_id.as_str()).collect();
        let others = others.join(" or ");
        let subject = named(moment, &subject);
        return Some(Finding {
            from: Some(others.clone()),
            to: Some(subject.clone()),
            hint: Some(
                Situation::PrerequisiteUnordered {
                    resource: id,
                    other: &others,
                }
                .to_string(),
            ),
            ..Finding::new(
                FindingCode::PrerequisiteMissing,
                Severity::Acknowledge,
                stack.name,
                id,
                format!(
                    "{id} ({}) may be refused: it needs {others} for {subject}, and does not wait for it",
                    after.resource_type
                ),
            )
        });
    }
    None
}
