//! What a push did to an environment, in the end. Pure.

use crate::pipelines::run::Status;

/// The runs that it took, and every call that changed something, in order. `changes` are names of
/// calls, each with the stack's.
pub(super) fn told(runs: &[Status], changes: &[String]) -> Vec<String> {
    let ended: Vec<&str> = runs.iter().map(|run| run.as_str()).collect();
    let number = match runs.len() {
        1 => "one run".to_owned(),
        several => format!("{several} runs"),
    };
    let mut lines = vec![format!("the push took {number}: {}", ended.join(", "))];
    lines.push(if changes.is_empty() {
        "nothing was changed in CloudFormation".to_owned()
    } else {
        "changed in CloudFormation, in this order:".to_owned()
    });
    lines.extend(changes.iter().map(|change| format!("  {change}")));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_and_changes_are_told_in_order() {
        let changes = ["cicd", "network"].map(|stack| format!("ExecuteChangeSet {stack}"));
        let lines = told(&[Status::Cancelled, Status::Succeeded], &changes);
        assert_eq!(
            lines,
            [
                "the push took 2 runs: Cancelled, Succeeded",
                "changed in CloudFormation, in this order:",
                "  ExecuteChangeSet cicd",
                "  ExecuteChangeSet network",
            ]
        );
    }

    #[test]
    fn what_changes_nothing_says_so() {
        assert_eq!(
            told(&[Status::Succeeded], &[]),
            [
                "the push took one run: Succeeded",
                "nothing was changed in CloudFormation",
            ]
        );
    }
}
