//! Changes of a change set that were not acknowledged. Pure.
//!
//! The plan predicts replacements from resource types; CloudFormation computes them. A change set that
//! replaces or removes more than was acknowledged is not executed.

use std::collections::BTreeSet;

use crate::next_step::Situation;
use crate::plan::{Acknowledgement, DeployStep, Finding, FindingCode, Operation, Plan, Severity};
use cloudformation::{
    ChangeAction, LogicalId, Replacement, ResourceChange, StackName, ValidationFinding,
    ValidationStatus,
};

/// Finds changes of guarded resources that were not acknowledged.
#[must_use]
pub fn check_change_set(
    stack: &StackName,
    step: &DeployStep,
    changes: &[ResourceChange],
) -> Vec<Finding> {
    changes
        .iter()
        .filter(|change| step.guarded.contains(&change.logical_id))
        .filter(|change| !step.acknowledged.contains(&change.logical_id))
        .filter_map(|change| {
            let id = &change.logical_id;
            match (change.action, change.replacement) {
                (ChangeAction::Remove, _) => Some(removed(stack, id)),
                (ChangeAction::Modify, Replacement::Always) => Some(replaced(
                    stack,
                    id,
                    format!(
                        "the change set replaces `{id}` because of {}",
                        properties(change)
                    ),
                )),
                (ChangeAction::Modify, Replacement::Conditional) if step.rolling.contains(id) => {
                    None
                }
                (ChangeAction::Modify, Replacement::Conditional) => Some(replaced(
                    stack,
                    id,
                    format!(
                        "the change set may replace `{id}`, depending on {}",
                        properties(change)
                    ),
                )),
                (ChangeAction::Dynamic, _) => Some(replaced(
                    stack,
                    id,
                    format!("CloudFormation decides only during the update what happens to `{id}`"),
                )),
                (ChangeAction::Add | ChangeAction::Import, _)
                | (ChangeAction::Modify, Replacement::Never) => None,
            }
        })
        .collect()
}

/// What CloudFormation's validation warns of, as notes. The change set can be executed all the same.
#[must_use]
pub(super) fn validation_warnings(
    stack: &StackName,
    findings: &[ValidationFinding],
) -> Vec<Finding> {
    findings
        .iter()
        .map(|finding| {
            let did = if finding.status == ValidationStatus::Skipped {
                "skipped a validation"
            } else {
                "warns"
            };
            let message = format!("CloudFormation {did}: {}", finding.sentence());
            let subject = finding.logical_id.as_str();
            Finding::new(
                FindingCode::ValidationWarning,
                Severity::Note,
                stack,
                subject,
                message,
            )
        })
        .collect()
}

/// Adds acknowledgements of findings that only a change set shows, and that the planner therefore
/// could not match.
pub fn acknowledge(plan: &mut Plan, acknowledged: &BTreeSet<Acknowledgement>) {
    for step in &mut plan.steps {
        let Operation::Deploy(deploy) = &mut step.operation else {
            continue;
        };
        for id in &deploy.guarded {
            let any = acknowledgements(&step.stack, id);
            if any.iter().any(|one| acknowledged.contains(one)) {
                deploy.acknowledged.insert(id.clone());
            }
        }
    }
}

/// The acknowledgements of every finding that only a change set shows of a resource.
#[must_use]
pub fn acknowledgements(stack: &StackName, id: &LogicalId) -> [Acknowledgement; 2] {
    [
        removed(stack, id).acknowledgement(),
        replaced(stack, id, String::new()).acknowledgement(),
    ]
}

/// An empty change set although the definition differs from what is deployed.
pub(super) fn empty_change_set(
    stack: &StackName,
    step: &DeployStep,
    deployed: Option<&str>,
) -> Finding {
    Finding {
        code: FindingCode::ChangeSetDiffers,
        severity: Severity::Note,
        stack: stack.clone(),
        subject: stack.to_string(),
        from: deployed.map(str::to_owned),
        to: Some(step.digest.clone()),
        message: "CloudFormation sees nothing to change, though the template differs from the \
                  deployed one"
            .to_owned(),
        hint: Some(Situation::ChangeSetEmpty.to_string()),
        acknowledged: false,
    }
}

fn removed(stack: &StackName, id: &LogicalId) -> Finding {
    let message = format!("the change set removes `{id}`");
    unacknowledged(FindingCode::ResourceRemoved, (stack, id), message)
}

fn replaced(stack: &StackName, id: &LogicalId, message: String) -> Finding {
    unacknowledged(FindingCode::ResourceReplaced, (stack, id), message)
}

/// The acknowledgement of a finding is made from code, stack and resource alone, which are known
/// before the change set.
fn unacknowledged(
    code: FindingCode,
    (stack, id): (&StackName, &LogicalId),
    message: String,
) -> Finding {
    Finding {
        code,
        severity: Severity::Acknowledge,
        stack: stack.clone(),
        subject: id.to_string(),
        from: None,
        to: None,
        message,
        hint: Some(Situation::ChangeUnacknowledged.to_string()),
        acknowledged: false,
    }
}

fn properties(change: &ResourceChange) -> String {
    if change.properties.is_empty() {
        return "properties that CloudFormation does not name".to_owned();
    }
    change
        .properties
        .iter()
        .map(|property| format!("`{property}`"))
        .collect::<Vec<_>>()
        .join(", ")
}
