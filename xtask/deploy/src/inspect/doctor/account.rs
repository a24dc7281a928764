//! Who asks, and whether that is the environment's account.

use common::environment::Environment;

use crate::inspect::finding::{Area, Finding, FindingState};
use crate::inspect::inspection::Inspection;
use crate::inspect::probe::ProbeErrorKind;

pub(super) fn check(environment: &Environment, found: &Inspection) -> Finding {
    match found {
        Inspection::Unidentified(error) => {
            let message = format!("nobody knows who asks: {}", error.reason);
            let finding = Finding::new(FindingState::Broken, Area::Account, "", message);
            match error.kind {
                ProbeErrorKind::Credentials => finding.by_hand(format!(
                    "sign in to account {}, for example: aws sso login --profile {}",
                    environment.account, environment.name
                )),
                ProbeErrorKind::Transient => finding.by_hand("look at the network, then ask again"),
                ProbeErrorKind::Permission | ProbeErrorKind::Other => {
                    finding.run("aws sts get-caller-identity")
                }
            }
        }
        Inspection::OtherAccount(identity) => Finding::new(
            FindingState::Broken,
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
        Inspection::Account(account) => Finding::fine(
            Area::Account,
            "",
            format!(
                "{}, account {}, {}",
                account.identity.arn, environment.account, environment.region
            ),
        ),
    }
}
