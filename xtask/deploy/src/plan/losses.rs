//! What going back must not cost.

use super::finding::{FindingCode, Severity};
use super::model::Plan;

/// What is lost for good, or was protected for a reason. Going forward, somebody can mean it; going
/// back is done in a hurry, so there it is refused.
pub const LOSSES: [FindingCode; 3] = [
    FindingCode::ResourceReplaced,
    FindingCode::ResourceRemoved,
    FindingCode::ProtectedStackDeleted,
];

/// Makes whatever would be lost block the plan, acknowledged or not.
///
/// What only may be replaced stays a note: the change set tells, and the executor stops there.
pub fn refuse_losses(plan: &mut Plan) {
    for finding in &mut plan.findings {
        if finding.severity == Severity::Acknowledge && LOSSES.contains(&finding.code) {
            finding.severity = Severity::Block;
            finding.acknowledged = false;
            finding.hint = Some(
                "going back loses nothing: bring what is wanted of the old definition into the \
                 new one, and deploy that"
                    .to_owned(),
            );
        }
    }
}
