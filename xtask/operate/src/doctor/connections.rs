//! The connections with the place where the sources are.

use common::environment::{ConnectionArn, Environment};

use crate::finding::{Area, Finding, State, console};
use crate::inspect::{Account, Asked};
use crate::services::{Connection, ConnectionStatus};

pub(super) fn check(environment: &Environment, account: &Account) -> Vec<Finding> {
    vec![one(
        environment,
        "connection",
        &environment.pipeline.connection,
        &account.connection,
    )]
}

fn one(
    environment: &Environment,
    key: &str,
    arn: &ConnectionArn,
    asked: &Asked<Option<Connection>>,
) -> Finding {
    let page = console::connections(environment.region);
    let finding = |state, message: String| Finding::new(state, Area::Connections, key, message);
    match asked {
        Err(unanswered) => unanswered.finding(Area::Connections, key),
        Ok(None) => finding(State::Broken, format!("there is no {arn}"))
            .open(page)
            .by_hand(format!(
                "make one, and enter its ARN as `{key}` in environments/{}.toml",
                environment.name
            )),
        Ok(Some(connection)) => {
            let name = &connection.name;
            match &connection.status {
                ConnectionStatus::Available => {
                    let provider = connection.provider.as_deref().unwrap_or("its provider");
                    finding(State::Fine, format!("{name} reaches {provider}"))
                }
                ConnectionStatus::Pending => finding(
                    State::Broken,
                    format!("{name} is pending: nobody has finished the handshake"),
                )
                .open(page)
                .by_hand(format!("choose {name}, then \"Update pending connection\"")),
                ConnectionStatus::Error => finding(
                    State::Broken,
                    format!("{name} does not work any more: its provider refuses it"),
                )
                .open(page)
                .by_hand(
                    "look whether the app is still installed at the provider and reaches the \
                     repositories",
                ),
                ConnectionStatus::Unknown(status) => {
                    finding(State::Attention, format!("{name} is {status}")).open(page)
                }
            }
        }
    }
}
