//! Whether everything is well, as one list.
//!
//! Pure. The engine's plan says how the stacks stand, [`crate::inspect`] everything else. The same
//! judges as the doctor's are asked, about what concerns an environment that runs.

mod stacks;

use crate::plan::Plan;
use common::environment::EnvironmentName;
use serde::Serialize;

use crate::doctor::{self, Known};
use crate::finding::{Area, Finding, State, sorted, worst};
use crate::inspect::{Found, Unanswered};
use crate::timestamp::Timestamp;

/// How an environment stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Health {
    /// The environment.
    pub environment: EnvironmentName,
    /// Its account.
    pub account: String,
    /// Its region.
    pub region: String,
    /// When it was looked at; nothing where it was not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    /// The worst of what was found.
    pub state: State,
    /// Everything that was looked at, by area, the worst first.
    pub findings: Vec<Finding>,
}

/// What is known of drift, by stack.
pub type Drift = std::collections::BTreeMap<String, Detected>;

/// What was found of a stack when it was looked at last for what changed without CloudFormation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Detected {
    /// It was never looked at.
    Never,
    /// The resources that were not as their template says, and when, where that is known.
    Changed {
        /// Their logical ids.
        resources: Vec<String>,
        /// When, as CloudFormation writes it.
        at: Option<String>,
    },
    /// That can't be read.
    Unread(Unanswered),
}

/// Judges how an environment stands. `drift` is there where it was
/// asked for.
#[must_use]
pub fn health(known: &Known<'_>, plan: &Plan, drift: Option<&Drift>, found: &Found) -> Health {
    let mut findings = stacks::check(known.environment, plan);
    if let Some(drift) = drift {
        findings.extend(stacks::drift(known.environment, drift));
    }
    let mut at = None;
    match found {
        Found::Account(account) => {
            at = Some(account.now);
            findings.extend(doctor::running(known, account));
        }
        // The plan comes from the right account, so this is a passing fault.
        Found::Nobody(unanswered) => findings.push(unanswered.finding(Area::Account, "")),
        Found::Elsewhere(identity) => findings.push(Finding::new(
            State::Attention,
            Area::Account,
            "",
            format!("{} belongs to account {}", identity.arn, identity.account),
        )),
    }
    let findings = sorted(findings);
    Health {
        environment: known.environment.name,
        account: plan.account.clone(),
        region: plan.region.clone(),
        at,
        state: worst(&findings),
        findings,
    }
}
