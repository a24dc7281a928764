//! The connections with the place where the sources are.

use common::environment::{ConnectionArn, Environment};

use crate::finding::{Area, Finding, State, console};
use crate::inspect::{Account, Asked};
use crate::services::{Connection, ConnectionStatus};

pub(super) fn check(environment: &Environment, account: &Account) -> Vec<Finding> {
    let pipeline = &environment.pipeline;
    let mut findings = vec![one(
        environment,
        "connection",
        &pipeline.connection,
        &account.connection,
    )];
    findings.push(match (&pipeline.pull_requests, &account.pull_requests) {
        (Some(arn), Some(asked)) => one(environment, "pull_requests", arn, asked),
        _ => Finding::new(
            State::Note,
            Area::Connections,
            "pull_requests",
            "there is no connection for pull requests, so they are not built",
        )
        .by_hand(format!(
            "make one that does not reach {}, and enter it as `pull_requests` in \
             environments/{}.toml",
            pipeline.repository, environment.name
        )),
    });
    // None is no news: the workflow of GitHub's checks proposals for the definition as well.
    let definition = pipeline.definition_pull_requests.as_ref();
    findings.extend(
        definition
            .zip(account.definition_pull_requests.as_ref())
            .map(|(arn, asked)| one(environment, "definition_pull_requests", arn, asked)),
    );
    findings
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
