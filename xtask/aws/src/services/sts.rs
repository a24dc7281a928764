//! STS: who may act as whom.
//!
//! <https://docs.aws.amazon.com/STS/latest/APIReference/welcome.html>

use crate::signed::{Call, Service};

pub(super) const STS: Service = Service::new("STS", "sts");

/// The shortest session that there is: nothing is done in it.
const SECONDS: u32 = 900;

pub(super) fn assume_role(role: &str) -> Call {
    Call::Query {
        action: "AssumeRole",
        version: "2011-06-15",
        parameters: vec![
            ("DurationSeconds".to_owned(), SECONDS.to_string()),
            ("RoleArn".to_owned(), role.to_owned()),
            ("RoleSessionName".to_owned(), "lemonade-doctor".to_owned()),
        ],
    }
}
