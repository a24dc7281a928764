//! The manually deployed stacks, and the roles that they create.

use cloudformation::status::NextStep;
use common::environment::Environment;
use common::naming::StackKind;

use super::context::is_deployed;
use crate::inspect::check_result::{Area, CheckResult, CheckStatus};
use crate::inspect::console;
use crate::inspect::expected::{self, SERVICE_ROLES};
use crate::inspect::inspection::Account;
use crate::inspect::probe::ProbeErrorKind;

pub(super) fn check(environment: &Environment, account: &Account) -> Vec<CheckResult> {
    let mut results = stacks(environment, account);
    let applied = !results.iter().any(|one| one.state > CheckStatus::Fine);
    results.extend(service_roles(account, applied));
    results
}

fn apply(environment: &Environment) -> String {
    console::xtask("bootstrap", environment)
}

fn stacks(environment: &Environment, account: &Account) -> Vec<CheckResult> {
    let stacks = match &account.stacks {
        Ok(stacks) => stacks,
        Err(error) => return vec![error.result(Area::Bootstrap, "")],
    };
    [StackKind::Bootstrap, StackKind::BootstrapRoles]
        .iter()
        .map(|kind| {
            let name = environment.names().stack(kind);
            let subject = name.id();
            let Some(stack) = stacks.get(name.as_str()) else {
                return CheckResult::new(
                    CheckStatus::Broken,
                    Area::Bootstrap,
                    subject,
                    "not deployed: deploy it manually, once, before everything else",
                )
                .run(apply(environment));
            };
            match stack.status.next_step() {
                NextStep::Update => CheckResult::fine(Area::Bootstrap, subject, "deployed"),
                NextStep::Wait => CheckResult::new(
                    CheckStatus::Attention,
                    Area::Bootstrap,
                    subject,
                    format!("operation in progress: {}", stack.status),
                )
                .run(console::xtask("status", environment)),
                NextStep::Create | NextStep::DeleteAndCreate => CheckResult::new(
                    CheckStatus::Broken,
                    Area::Bootstrap,
                    subject,
                    format!("creation did not finish: {}", stack.status),
                )
                .run(apply(environment)),
                NextStep::ContinueRollback | NextStep::RollBack | NextStep::Refuse => {
                    CheckResult::new(
                        CheckStatus::Broken,
                        Area::Bootstrap,
                        subject,
                        format!("stuck: {}", stack.status),
                    )
                    .run(console::xtask("recover", environment) + " --bootstrap")
                }
            }
        })
        .collect()
}

/// Bootstrap makes the roles, so one that is missing before it is applied is no news.
fn service_roles(account: &Account, applied: bool) -> Vec<CheckResult> {
    let mut results = Vec::new();
    let mut there = 0;
    for (service, role) in SERVICE_ROLES {
        match account.service_roles.get(service) {
            Some(Ok(true)) => there += 1,
            Some(Ok(false)) if applied => results.push(
                CheckResult::new(
                    CheckStatus::Broken,
                    Area::ServiceRoles,
                    role,
                    format!("missing; {service} does not work without it"),
                )
                .run(format!(
                    "aws iam create-service-linked-role --aws-service-name {service}"
                )),
            ),
            Some(Ok(false)) => results.push(CheckResult::new(
                CheckStatus::Note,
                Area::ServiceRoles,
                role,
                "missing; bootstrap creates it",
            )),
            Some(Err(error)) => {
                results.push(error.result(Area::ServiceRoles, role));
            }
            None => {}
        }
    }
    if there == SERVICE_ROLES.len() {
        results.push(CheckResult::fine(
            Area::ServiceRoles,
            "",
            format!("{there} service-linked roles"),
        ));
    }
    results
}

/// Whether drift can be detected as the role that exists for it.
pub(super) fn drift_role(environment: &Environment, account: &Account) -> Option<CheckResult> {
    let roles = environment.names().stack(&StackKind::BootstrapRoles);
    let name = environment.names().role("drift");
    // The stack creates the role.
    if is_deployed(account, &roles) != Some(true) {
        return None;
    }
    Some(match &account.drift_role {
        Ok(()) => CheckResult::fine(Area::Drift, name, "can be assumed"),
        Err(error) if error.kind == ProbeErrorKind::Permission => {
            let arn = expected::drift_role(environment.name, environment.account.as_str());
            let message = "can't be assumed: drift is detected with your own permissions";
            CheckResult::new(CheckStatus::Note, Area::Drift, name, message).by_hand(format!(
                "use a role that is allowed sts:AssumeRole on {arn}"
            ))
        }
        Err(error) => error.result(Area::Drift, name),
    })
}
