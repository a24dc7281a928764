//! Whether drift can be looked for as the role that is made for it.

use common::environment::Environment;
use common::naming::StackKind;

use crate::finding::{Area, Finding, State};
use crate::inspect::{Account, Obstacle, drift_role};

pub(super) fn check(environment: &Environment, account: &Account) -> Option<Finding> {
    let roles = environment.names().stack(&StackKind::BootstrapRoles);
    let name = environment.names().role("drift");
    // Before that there is no such role, and nobody misses it.
    if super::is_deployed(account, &roles) != Some(true) {
        return None;
    }
    Some(match &account.drift_role {
        Ok(()) => Finding::fine(Area::Drift, name, "can be assumed"),
        Err(unanswered) if unanswered.kind == Obstacle::Permission => {
            let arn = drift_role(environment.name, environment.account.as_str());
            let message = "can't be assumed: drift is looked for with your own rights";
            Finding::new(State::Note, Area::Drift, name, message).by_hand(format!(
                "look with a role that is permitted sts:AssumeRole on {arn}"
            ))
        }
        Err(unanswered) => unanswered.finding(Area::Drift, name),
    })
}
