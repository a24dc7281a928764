//! The caller, and whether its account is the environment's.

use common::environment::Environment;

use crate::inspect::finding::{Area, Finding, FindingState};
use crate::inspect::inspection::Inspection;
use crate::inspect::probe::ProbeErrorKind;

pub(super) fn check(environment: &Environment, found: &Inspection) -> Finding {
    match found {
        Inspection::Unidentified(error) => {
            let message = format!("the caller's identity is unknown: {}", error.reason);
            let finding = Finding::new(FindingState::Broken, Area::Account, "", message);
            match error.kind {
                ProbeErrorKind::Credentials => finding.by_hand(format!(
                    "sign in to account {}, for example: aws sso login --profile {}",
                    environment.account, environment.name
                )),
                ProbeErrorKind::Transient => {
                    finding.by_hand("check the network connection, then try again")
                }
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
                "{} belongs to account {}, but {} is in {}; nothing else was checked",
                identity.arn, identity.account, environment.name, environment.account
            ),
        )
        .by_hand(format!(
            "sign in to account {}, or select one of its profiles with AWS_PROFILE",
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
