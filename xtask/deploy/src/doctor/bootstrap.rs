//! What a person applies, and the service-linked roles that it makes.

use cloudformation::status::NextStep;
use common::environment::Environment;
use common::naming::StackKind;

use crate::finding::{Area, Finding, State, console};
use crate::inspect::{Account, SERVICE_ROLES};

pub(super) fn check(environment: &Environment, account: &Account) -> Vec<Finding> {
    let mut findings = stacks(environment, account);
    let applied = !findings.iter().any(|one| one.state > State::Fine);
    findings.extend(service_roles(account, applied));
    findings
}

fn apply(environment: &Environment) -> String {
    console::xtask("bootstrap", environment)
}

fn stacks(environment: &Environment, account: &Account) -> Vec<Finding> {
    let stacks = match &account.stacks {
        Ok(stacks) => stacks,
        Err(unanswered) => return vec![unanswered.finding(Area::Bootstrap, "")],
    };
    [StackKind::Bootstrap, StackKind::BootstrapRoles]
        .iter()
        .map(|kind| {
            let name = environment.names().stack(kind);
            let subject = name.id();
            let Some(stack) = stacks.get(name.as_str()) else {
                return Finding::new(
                    State::Broken,
                    Area::Bootstrap,
                    subject,
                    "not deployed: a person applies it once, before everything else",
                )
                .run(apply(environment));
            };
            match stack.status.next_step() {
                NextStep::Update => Finding::fine(Area::Bootstrap, subject, "deployed"),
                NextStep::Wait => Finding::new(
                    State::Attention,
                    Area::Bootstrap,
                    subject,
                    format!("something goes on: {}", stack.status),
                )
                .run(console::xtask("status", environment)),
                NextStep::Create | NextStep::DeleteAndCreate => Finding::new(
                    State::Broken,
                    Area::Bootstrap,
                    subject,
                    format!("it never finished creating: {}", stack.status),
                )
                .run(apply(environment)),
                NextStep::ContinueRollback | NextStep::RollBack | NextStep::Refuse => Finding::new(
                    State::Broken,
                    Area::Bootstrap,
                    subject,
                    format!("it is stuck: {}", stack.status),
                )
                .run(console::xtask("recover", environment) + " --bootstrap"),
            }
        })
        .collect()
}

/// Bootstrap makes the roles, so one that is missing before it is applied is no news.
fn service_roles(account: &Account, applied: bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut there = 0;
    for (service, role) in SERVICE_ROLES {
        match account.service_roles.get(service) {
            Some(Ok(true)) => there += 1,
            Some(Ok(false)) if applied => findings.push(
                Finding::new(
                    State::Broken,
                    Area::ServiceRoles,
                    role,
                    format!("missing, and {service} does not work without"),
                )
                .run(format!(
                    "aws iam create-service-linked-role --aws-service-name {service}"
                )),
            ),
            Some(Ok(false)) => findings.push(Finding::new(
                State::Note,
                Area::ServiceRoles,
                role,
                "missing; bootstrap makes it",
            )),
            Some(Err(unanswered)) => {
                findings.push(unanswered.finding(Area::ServiceRoles, role));
            }
            None => {}
        }
    }
    if there == SERVICE_ROLES.len() {
        findings.push(Finding::fine(
            Area::ServiceRoles,
            "",
            format!("{there} service-linked roles"),
        ));
    }
    findings
}
