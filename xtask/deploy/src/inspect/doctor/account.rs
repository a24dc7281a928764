//! The caller, and whether its account is the environment's.

use common::environment::Environment;

use crate::inspect::check_result::{Area, CheckResult, CheckStatus};
use crate::inspect::inspection::Inspection;
use crate::inspect::probe::ProbeErrorKind;

pub(super) fn check(environment: &Environment, found: &Inspection) -> CheckResult {
    match found {
        Inspection::Unidentified(error) => {
            let message = format!("the caller's identity is unknown: {}", error.reason);
            let result = CheckResult::new(CheckStatus::Broken, Area::Account, "", message);
            match error.kind {
                ProbeErrorKind::Credentials => result.by_hand(format!(
                    "sign in to account {}, for example: aws sso login --profile {}",
                    environment.account, environment.name
                )),
                ProbeErrorKind::Transient => {
                    result.by_hand("check the network connection, then try again")
                }
                ProbeErrorKind::Permission | ProbeErrorKind::Other => {
                    result.run("aws sts get-caller-identity")
                }
            }
        }
        Inspection::OtherAccount(identity) => CheckResult::new(
            CheckStatus::Broken,
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
        Inspection::Account(account) => CheckResult::fine(
            Area::Account,
            "",
            format!(
                "{}, account {}, {}",
                account.identity.arn, environment.account, environment.region
            ),
        ),
    }
}
