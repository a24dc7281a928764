//! Running all checks on a deployment and its variants.

use std::collections::BTreeSet;

use crate::finding::Report;
use crate::model::{Deployment, Model, Stack, variants};
use crate::{Evidence, Finding, groups};

/// The findings of all checks: the worst first, then by stack and place.
///
/// Stacks are checked together as they are going to be deployed. A stack whose conditions depend on parameters that
/// the deployment does not give is then checked alone in each of its variants.
#[must_use]
pub fn check(deployment: &Deployment) -> Vec<Finding> {
    let mut findings = run(&Model::new(deployment));
    for stack in &deployment.stacks {
        add_variants(stack, &mut findings);
    }
    findings.sort_by(|one, other| {
        other
            .rule
            .severity
            .cmp(&one.rule.severity)
            .then_with(|| key(one).cmp(&key(other)))
    });
    findings.dedup_by(|one, other| key(one) == key(other));
    findings
}

fn key(finding: &Finding) -> (&str, &str, &str, &str, &str) {
    (
        finding.stack.as_str(),
        finding.logical_id.as_ref().map_or("", |id| id.as_str()),
        &finding.path,
        finding.rule.code,
        &finding.message,
    )
}

fn run(model: &Model<'_>) -> Vec<Finding> {
    let mut report = Report::new(model);
    for group in groups() {
        (group.check)(model, &mut report);
    }
    report.into_findings()
}

fn add_variants(stack: &Stack, findings: &mut Vec<Finding>) {
    let found: Vec<(String, Vec<Finding>)> = variants(stack)
        .iter()
        .map(|variant| {
            let model = Model::of_variant(stack, variant);
            (variant.label.clone(), run(&model))
        })
        .collect();
    // What a parameter can avoid is a choice of the person who deploys.
    for (_, of_variant) in &found {
        let places: BTreeSet<_> = of_variant.iter().map(place).collect();
        findings.retain(|finding| {
            finding.rule.evidence == Evidence::AnyVariant
                || finding.stack != stack.name
                || places.contains(&place(finding))
        });
    }
    let known: BTreeSet<_> = findings.iter().map(|one| owned(place(one))).collect();
    let mut added = BTreeSet::new();
    for (label, of_variant) in found {
        for mut finding in of_variant {
            let is_new = finding.rule.evidence == Evidence::AnyVariant
                && !known.contains(&owned(place(&finding)));
            if is_new && added.insert(owned(place(&finding))) {
                finding.variant = Some(label.clone());
                findings.push(finding);
            }
        }
    }
}

/// Where a rule is violated, whatever the values.
fn place(finding: &Finding) -> (&str, &str, &str, &str) {
    let (stack, logical_id, path, code, _) = key(finding);
    (stack, logical_id, path, code)
}

fn owned((stack, logical_id, path, code): (&str, &str, &str, &str)) -> [String; 4] {
    [stack, logical_id, path, code].map(str::to_owned)
}
