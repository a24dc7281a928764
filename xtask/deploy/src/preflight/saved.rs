//! Whether a saved plan may be executed for an environment. A plan is a file, and files are edited.

use std::collections::BTreeSet;

use crate::plan::Plan;

use super::expected::Expected;
use super::refusal::Refusal;

/// Whether a saved plan is for the place that is expected, and for stacks of the environment only.
/// Whose the stacks under the environment's name are is asked of the environment itself.
///
/// # Errors
/// With every reason why not.
pub fn check_saved(expected: &Expected, plan: &Plan) -> Result<(), Vec<Refusal>> {
    let environment = expected.environment;
    let mut refusals = Vec::new();
    if (&plan.account, &plan.region) != (&expected.account, &expected.region) {
        refusals.push(Refusal::PlanOfAnotherPlace {
            environment,
            expected: format!("account {}, {}", expected.account, expected.region),
            found: format!("account {}, {}", plan.account, plan.region),
        });
    }
    let strangers: BTreeSet<&String> = plan
        .steps
        .iter()
        .map(|step| &step.stack)
        .filter(|stack| !stack.starts_with(&expected.prefix))
        .collect();
    refusals.extend(strangers.into_iter().map(|stack| Refusal::StrangerInPlan {
        environment,
        stack: stack.clone(),
    }));
    if refusals.is_empty() {
        Ok(())
    } else {
        Err(refusals)
    }
}
