//! Holds what a change set would do against what the plan allows. Pure.
//!
//! The plan predicts replacements from the types; CloudFormation computes them. Where it computes
//! more than was acknowledged, the change set is not executed.

use std::collections::BTreeSet;

use crate::plan::{Acknowledgement, DeployStep, Finding, FindingCode, Operation, Plan, Severity};
use cloudformation::{ChangeAction, Replacement, ResourceChange};

/// What a change set would do to a guarded resource without an acknowledgement.
#[must_use]
pub fn hold(stack: &str, step: &DeployStep, changes: &[ResourceChange]) -> Vec<Finding> {
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
                    format!("the change set does not know yet what happens to `{id}`"),
                )),
                (ChangeAction::Add | ChangeAction::Import, _)
                | (ChangeAction::Modify, Replacement::Never) => None,
            }
        })
        .collect()
}

/// Takes over what was acknowledged of findings that only a change set shows. The planner, which
/// never saw the change set, can't.
pub fn acknowledge(plan: &mut Plan, acknowledged: &BTreeSet<Acknowledgement>) {
    for step in &mut plan.steps {
        let Operation::Deploy(deploy) = &mut step.operation else {
            continue;
        };
        for id in &deploy.guarded {
            let words = acknowledgements(&step.stack, id);
            if words.iter().any(|word| acknowledged.contains(word)) {
                deploy.acknowledged.insert(id.clone());
            }
        }
    }
}

/// The words that acknowledge whatever only a change set shows of a resource.
#[must_use]
pub fn acknowledgements(stack: &str, id: &str) -> [Acknowledgement; 2] {
    [
        removed(stack, id).acknowledgement(),
        replaced(stack, id, String::new()).acknowledgement(),
    ]
}

/// The change set is empty, though the definition is not what is deployed.
pub(super) fn nothing_to_change(stack: &str, deployed: Option<&str>, digest: &str) -> Finding {
    Finding {
        code: FindingCode::ChangeSetDiffers,
        severity: Severity::Note,
        stack: stack.to_owned(),
        subject: stack.to_owned(),
        from: deployed.map(str::to_owned),
        to: Some(digest.to_owned()),
        message: "CloudFormation sees nothing to change, though the template differs from the \
                  deployed one"
            .to_owned(),
        hint: Some(
            "compare the templates with `diff`; the stack stays as it is deployed".to_owned(),
        ),
        acknowledged: false,
    }
}

fn removed(stack: &str, id: &str) -> Finding {
    finding(
        FindingCode::ResourceRemoved,
        stack,
        id,
        format!("the change set removes `{id}`"),
    )
}

fn replaced(stack: &str, id: &str, message: String) -> Finding {
    finding(FindingCode::ResourceReplaced, stack, id, message)
}

/// Nothing but code, stack and resource goes into the word that acknowledges it: neither is it
/// known before the change set what else it will say.
fn finding(code: FindingCode, stack: &str, subject: &str, message: String) -> Finding {
    Finding {
        code,
        severity: Severity::Acknowledge,
        stack: stack.to_owned(),
        subject: subject.to_owned(),
        from: None,
        to: None,
        message,
        hint: Some(
            "nothing was executed; look at the change, and acknowledge it if it is meant"
                .to_owned(),
        ),
        acknowledged: false,
    }
}

fn properties(change: &ResourceChange) -> String {
    if change.properties.is_empty() {
        return "what CloudFormation does not name".to_owned();
    }
    change
        .properties
        .iter()
        .map(|property| format!("`{property}`"))
        .collect::<Vec<_>>()
        .join(", ")
}
