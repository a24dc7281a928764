//! Says what is wrong with an environment, and what to do next.
//!
//! Pure: what was found comes from [`crate::inspect`]. Each area has a file that knows what its
//! answers mean; every question that got none is a finding of its area. What a person should do is
//! said exactly: a command, a page of a console, or a line.

mod account;
mod ahead;
mod alarms;
mod bootstrap;
mod certificates;
mod connections;
mod database;
mod domain;
mod drift;
mod images;
mod machines;
mod pipelines;
mod quotas;
mod secrets;

pub use ahead::ahead;
pub use machines::machine_image;

use common::assembly::Assembly;
use common::environment::Environment;

use crate::finding::{Finding, sorted};
use crate::inspect::{Account, Found};

/// What is known of an environment without asking anybody.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// The environment.
    pub environment: &'a Environment,
    /// Its stacks as they are defined.
    pub assembly: &'a Assembly,
    /// The head of its branch.
    pub head: Head<'a>,
}

/// The head of a branch in the repository of the definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Head<'a> {
    /// Nobody asked for it.
    NotAsked,
    /// It is this commit.
    At(&'a str),
    /// It can't be read, for this reason.
    Unknown(&'a str),
}

impl<'a> Head<'a> {
    pub(crate) const fn commit(self) -> Option<&'a str> {
        match self {
            Self::At(commit) => Some(commit),
            Self::NotAsked | Self::Unknown(_) => None,
        }
    }
}

/// Judges everything that was found, in the order in which an environment is set up; in an area,
/// the worst first.
#[must_use]
pub fn doctor(known: &Known<'_>, found: &Found) -> Vec<Finding> {
    let mut findings = vec![account::check(known.environment, found)];
    if let Found::Account(account) = found {
        findings.extend(quotas::check(known, account));
        findings.extend(bootstrap::check(known.environment, account));
        findings.extend(running(known, account));
    }
    sorted(findings)
}

/// What concerns an environment that runs as much as one that is set up.
pub(crate) fn running(known: &Known<'_>, account: &Account) -> Vec<Finding> {
    let mut findings = connections::check(known.environment, account);
    findings.extend(domain::check(known.environment, account));
    findings.extend(database::check(known.environment, account));
    findings.extend(alarms::check(known.environment, account));
    findings.extend(drift::check(known.environment, account));
    findings.extend(machines::check(known.environment, account));
    findings.extend(certificates::check(known.environment, account));
    findings.extend(secrets::check(known.environment, account));
    findings.extend(images::check(known.environment, account));
    findings.extend(pipelines::check(known, account));
    findings
}

/// Whether a stack of the environment is deployed; nothing where that could not be asked.
fn is_deployed(account: &Account, stack: &common::naming::StackName) -> Option<bool> {
    let stacks = account.stacks.as_ref().ok()?;
    Some(stacks.contains_key(stack.as_str()))
}
