//! Drift as findings of a plan.

use std::collections::BTreeSet;

use super::report::{DriftedResource, Report};
use crate::next_step::Situation;
use crate::plan::{Finding, FindingCode, Plan, Severity};
use cloudformation::StackName;

/// Adds a note for every resource that drifted in a stack that the plan changes. Whether one matters
/// is for the reviewer to judge: none blocks.
pub fn add_findings(plan: &mut Plan, report: &Report) {
    let changing: BTreeSet<&StackName> = plan.steps.iter().map(|step| &step.stack).collect();
    let mut notes = Vec::new();
    for (stack, one) in &report.stacks {
        if !changing.contains(stack) {
            continue;
        }
        notes.extend(
            one.resources
                .iter()
                .map(|resource| drifted(stack, resource)),
        );
        if let Some(why) = &one.unread {
            let message = format!("its drift could not be detected: {why}");
            notes.push(finding(stack, "stack", message));
        }
    }
    // Blocking findings come first.
    plan.findings.extend(notes);
}

fn drifted(stack: &StackName, resource: &DriftedResource) -> Finding {
    let id = &resource.logical_id;
    if resource.deleted {
        let message = "was deleted outside of CloudFormation".to_owned();
        return Finding {
            from: Some(resource.resource_type.clone()),
            hint: Some(Situation::DriftedByDeletion.to_string()),
            ..finding(stack, id.as_str(), message)
        };
    }
    let paths: Vec<&str> = resource
        .properties
        .iter()
        .map(|one| one.path.as_str())
        .collect();
    let side = |value: fn(&super::report::DriftedProperty) -> &Option<String>| {
        let values: Vec<String> = resource
            .properties
            .iter()
            .map(|one| {
                let value = value(one).as_deref().unwrap_or("nothing");
                format!("{} {value}", one.path)
            })
            .collect();
        Some(values.join(", "))
    };
    let message = format!(
        "was changed outside of CloudFormation: {}",
        paths.join(", ")
    );
    Finding {
        from: side(|one| &one.defined),
        to: side(|one| &one.actual),
        hint: Some(Situation::ResourceDrifted.to_string()),
        ..finding(stack, id.as_str(), message)
    }
}

fn finding(stack: &StackName, subject: &str, message: String) -> Finding {
    Finding {
        code: FindingCode::ResourceDrifted,
        severity: Severity::Note,
        stack: stack.clone(),
        subject: subject.to_owned(),
        from: None,
        to: None,
        message,
        hint: None,
        acknowledged: false,
    }
}
