//! The connections with the place where the sources are.

use common::environment::{ConnectionArn, Environment};

use crate::inspect::console;
use crate::inspect::finding::{Area, Finding, FindingState};
use crate::inspect::inspection::Account;
use crate::inspect::probe::Probe;
use crate::inspect::services::{Connection, ConnectionStatus};

pub(super) fn check(environment: &Environment, account: &Account) -> Vec<Finding> {
    let mut findings = vec![connection_finding(
        environment,
        "connection",
        &environment.pipeline.connection,
        &account.connection,
    )];
    findings.extend(account.identity_provider.as_ref().map(workflows));
    findings
}

/// Whether workflows that promote can act as their roles.
fn workflows(asked: &Probe<bool>) -> Finding {
    const GITHUB: &str = "token.actions.githubusercontent.com";
    match asked {
        Err(error) => error.finding(Area::Connections, GITHUB),
        Ok(true) => Finding::fine(Area::Connections, GITHUB, "trusted for workflows"),
        Ok(false) => Finding::new(
            FindingState::Broken,
            Area::Connections,
            GITHUB,
            "the account has no such identity provider: workflows can't promote",
        )
        .run(format!(
            "aws iam create-open-id-connect-provider --url https://{GITHUB} --client-id-list sts.amazonaws.com"
        )),
    }
}

fn connection_finding(
    environment: &Environment,
    key: &str,
    arn: &ConnectionArn,
    asked: &Probe<Option<Connection>>,
) -> Finding {
    let page = console::connections(environment.region);
    let finding = |state, message: String| Finding::new(state, Area::Connections, key, message);
    match asked {
        Err(error) => error.finding(Area::Connections, key),
        Ok(None) => finding(FindingState::Broken, format!("{arn} does not exist"))
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
                    finding(FindingState::Fine, format!("{name} is connected to {provider}"))
                }
                ConnectionStatus::Pending => finding(
                    FindingState::Broken,
                    format!("{name} is pending: the handshake is not finished"),
                )
                .open(page)
                .by_hand(format!("select {name}, then \"Update pending connection\"")),
                ConnectionStatus::Error => finding(
                    FindingState::Broken,
                    format!("{name} no longer works: the provider rejects it"),
                )
                .open(page)
                .by_hand(
                    "check that the app is still installed at the provider and has access to the repositories",
                ),
                ConnectionStatus::Unknown(status) => {
                    finding(FindingState::Attention, format!("{name} is {status}")).open(page)
                }
            }
        }
    }
}
