//! Who asks, and whether that is the environment's account.

use common::environment::Environment;

use crate::finding::{Area, Finding, State};
use crate::inspect::{Found, Obstacle};

pub(super) fn check(environment: &Environment, found: &Found) -> Finding {
    match found {
        Found::Nobody(unanswered) => {
            let message = format!("nobody knows who asks: {}", unanswered.reason);
            let finding = Finding::new(State::Broken, Area::Account, "", message);
            match unanswered.kind {
                Obstacle::Credentials => finding.by_hand(format!(
                    "sign in to account {}, for example: aws sso login --profile {}",
                    environment.account, environment.name
                )),
                Obstacle::Weather => finding.by_hand("look at the network, then ask again"),
                Obstacle::Permission | Obstacle::Other => {
                    finding.run("aws sts get-caller-identity")
                }
            }
        }
        Found::Elsewhere(identity) => Finding::new(
            State::Broken,
            Area::Account,
            "",
            format!(
                "{} is signed in to account {}, and {} is in {}: nothing else was asked",
                identity.arn, identity.account, environment.name, environment.account
            ),
        )
        .by_hand(format!(
            "sign in to account {}, or choose a profile of it with AWS_PROFILE",
            environment.account
        )),
        Found::Account(account) => Finding::fine(
            Area::Account,
            "",
            format!(
                "{}, account {}, {}",
                account.identity.arn, environment.account, environment.region
            ),
        ),
    }
}
