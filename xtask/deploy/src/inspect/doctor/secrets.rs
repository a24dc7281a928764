//! The secrets that applications get: whether they have a value. No value is ever read.

use common::application::ApplicationName;
use common::environment::Environment;
use common::naming::StackKind;

use super::context::is_deployed;
use crate::inspect::check_result::{Area, CheckResult, CheckStatus};
use crate::inspect::console;
use crate::inspect::inspection::Account;

pub(super) fn check(environment: &Environment, account: &Account) -> Vec<CheckResult> {
    let expected = crate::inspect::expected::secrets(environment);
    let secrets = match &account.secrets {
        Ok(secrets) => secrets,
        Err(error) => return vec![error.result(Area::Secrets, "")],
    };
    let mut results = Vec::new();
    let mut with_value = 0;
    for (name, application) in &expected {
        match secrets.get(name) {
            Some(secret) if secret.is_deleted => results.push(
                CheckResult::new(
                    CheckStatus::Broken,
                    Area::Secrets,
                    name,
                    "scheduled for deletion: it can't be read",
                )
                .run(format!(
                    "aws secretsmanager restore-secret --secret-id {name}"
                )),
            ),
            Some(secret) if secret.has_value => with_value += 1,
            Some(_) => results.push(
                CheckResult::new(
                    CheckStatus::Broken,
                    Area::Secrets,
                    name,
                    format!("has no value: tasks of {application} can't start"),
                )
                .run(give_value(name)),
            ),
            None => results.push(missing(environment, account, name, application)),
        }
    }
    if with_value > 0 {
        results.push(CheckResult::fine(
            Area::Secrets,
            "",
            format!("{with_value} of {} have a value", expected.len()),
        ));
    }
    results
}

/// Its stack makes it, so before that it is no news.
fn missing(
    environment: &Environment,
    account: &Account,
    name: &str,
    application: &str,
) -> CheckResult {
    let stack = application
        .parse::<ApplicationName>()
        .ok()
        .map(|application| {
            environment
                .names()
                .stack(&StackKind::Application(application))
        });
    match stack {
        Some(stack) if is_deployed(account, &stack) == Some(true) => CheckResult::new(
            CheckStatus::Broken,
            Area::Secrets,
            name,
            format!("missing, although {} is deployed", stack.id()),
        )
        .run(format!(
            "{} --only {}",
            console::xtask("drift", environment),
            stack.id()
        )),
        _ => CheckResult::new(
            CheckStatus::Note,
            Area::Secrets,
            name,
            format!("not created yet; application-{application} creates it, empty"),
        ),
    }
}

/// Asks for the value without showing it, and keeps it out of the shell's history and the list of
/// processes.
pub(super) fn give_value(name: &str) -> String {
    format!(
        "read -rs value && printf %s \"$value\" | aws secretsmanager put-secret-value \
         --secret-id {name} --secret-string file:///dev/stdin"
    )
}
