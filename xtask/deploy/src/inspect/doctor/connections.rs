//! The connections with the place where the sources are.

use common::environment::{ConnectionArn, Environment};

use crate::inspect::check_result::{Area, CheckResult, CheckStatus};
use crate::inspect::console;
use crate::inspect::inspection::Account;
use crate::inspect::probe::Probe;
use crate::inspect::services::{Connection, ConnectionStatus};

pub(super) fn check(environment: &Environment, account: &Account) -> Vec<CheckResult> {
    let mut results = vec![connection_result(
        environment,
        "connection",
        &environment.pipeline.connection,
        &account.connection,
    )];
    results.extend(account.identity_provider.as_ref().map(workflows));
    results
}

/// Whether workflows that promote can act as their roles.
fn workflows(asked: &Probe<bool>) -> CheckResult {
    const GITHUB: &str = "token.actions.githubusercontent.com";
    match asked {
        Err(error) => error.result(Area::Connections, GITHUB),
        Ok(true) => CheckResult::fine(Area::Connections, GITHUB, "trusted for workflows"),
        Ok(false) => CheckResult::new(
            CheckStatus::Broken,
            Area::Connections,
            GITHUB,
            "the account has no such identity provider: workflows can't promote",
        )
        .run(format!(
            "aws iam create-open-id-connect-provider --url https://{GITHUB} --client-id-list sts.amazonaws.com"
        )),
    }
}

fn connection_result(
    environment: &Environment,
    key: &str,
    arn: &ConnectionArn,
    asked: &Probe<Option<Connection>>,
) -> CheckResult {
    let page = console::connections(environment.region);
    let result = |state, message: String| CheckResult::new(state, Area::Connections, key, message);
    match asked {
        Err(error) => error.result(Area::Connections, key),
        Ok(None) => result(CheckStatus::Broken, format!("{arn} does not exist"))
            .open(page)
            .by_hand(format!(
                "create one, and set its ARN as `{key}` in environments/{}.toml",
                environment.name
            )),
        Ok(Some(connection)) => {
            let name = &connection.name;
            match &connection.status {
                ConnectionStatus::Available => {
                    let provider = connection.provider.as_deref().unwrap_or("its provider");
                    result(CheckStatus::Fine, format!("{name} is connected to {provider}"))
                }
                ConnectionStatus::Pending => result(
                    CheckStatus::Broken,
                    format!("{name} is pending: the handshake is not finished"),
                )
                .open(page)
                .by_hand(format!("select {name}, then \"Update pending connection\"")),
                ConnectionStatus::Error => result(
                    CheckStatus::Broken,
                    format!("{name} no longer works: the provider rejects it"),
                )
                .open(page)
                .by_hand(
                    "check that the app is still installed at the provider and has access to the repositories",
                ),
                ConnectionStatus::Unknown(status) => {
                    result(CheckStatus::Attention, format!("{name} is {status}")).open(page)
                }
            }
        }
    }
}
