//! What AWS allows the account to have, against what the environment takes.

use common::quota::{Quota, Usage, usage};
use common::stack::StackArtifact;

use super::Known;
use crate::finding::{Area, Finding, State, console};
use crate::inspect::{Account, Asked, Unanswered, quota_code};

/// From which share on a quota is said to be nearly used up, in percent; the synthesis says the same
/// of what an account has by default.
const NEAR_PERCENT: usize = 80;

pub(super) fn check(known: &Known<'_>, account: &Account) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut fine = 0;
    let mut tightest: Option<(usize, String)> = None;
    for one in usage(&known.assembly.stacks) {
        let room = match Room::of(known, account, one) {
            Ok(room) => room,
            Err(unanswered) => {
                findings.push(unanswered.finding(Area::Quotas, one.quota.label()));
                continue;
            }
        };
        match room.state() {
            State::Fine => {
                fine += 1;
                let share = room.percent();
                if tightest.as_ref().is_none_or(|(most, _)| *most < share) {
                    let label = one.quota.label();
                    tightest = Some((share, format!("{} {label}", room.text())));
                }
            }
            state => findings.push(more(
                known,
                one.quota,
                Finding::new(state, Area::Quotas, one.quota.label(), room.text()),
            )),
        }
    }
    if let Some((_, tightest)) = tightest {
        findings.push(Finding::fine(
            Area::Quotas,
            "",
            format!("{fine} with room; the tightest: {tightest}"),
        ));
    }
    findings
}

/// How much of a quota is taken, and by whom.
struct Room {
    quota: Quota,
    /// What the environment takes when all of it is deployed.
    ours: usize,
    /// What others in the account take.
    others: usize,
    limit: usize,
}

impl Room {
    fn of<'a>(
        known: &Known<'_>,
        account: &'a Account,
        usage: Usage,
    ) -> Result<Self, &'a Unanswered> {
        let quota = usage.quota;
        let there = existing(account, quota)?;
        let deployed: usize = known
            .assembly
            .stacks
            .iter()
            .filter(|stack| super::is_deployed(account, &stack.name) == Some(true))
            .map(|stack: &StackArtifact| stack.quotas.get(&quota).copied().unwrap_or_default())
            .sum();
        Ok(Self {
            quota,
            ours: usage.used,
            others: there.map_or(0, |there| there.saturating_sub(deployed)),
            limit: limit(account, quota)?.unwrap_or(usage.limit),
        })
    }

    const fn percent(&self) -> usize {
        (self.ours + self.others) * 100 / if self.limit == 0 { 1 } else { self.limit }
    }

    const fn state(&self) -> State {
        if self.ours + self.others > self.limit {
            State::Broken
        } else if self.quota.adjustable() && self.percent() >= NEAR_PERCENT {
            State::Note
        } else {
            State::Fine
        }
    }

    fn text(&self) -> String {
        let Self {
            ours,
            others,
            limit,
            ..
        } = self;
        match others {
            0 => format!("{ours} of {limit}"),
            _ => format!("{ours} beside {others} of others, of {limit}"),
        }
    }
}

/// What is there already, of what is counted in the whole account.
fn existing(account: &Account, quota: Quota) -> Result<Option<usize>, &Unanswered> {
    let summary = || account.summary.as_ref();
    Ok(match quota {
        Quota::Stacks => Some(account.stacks.as_ref()?.len()),
        Quota::Roles => Some(summary()?.roles.used),
        Quota::ManagedPolicies => Some(summary()?.policies.used),
        Quota::InstanceProfiles => Some(summary()?.instance_profiles.used),
        Quota::ElasticIps => Some(*account.addresses.as_ref()?),
        _ => None,
    })
}

/// What the account may have, where AWS says something else than by default.
fn limit(account: &Account, quota: Quota) -> Result<Option<usize>, &Unanswered> {
    let summary = || account.summary.as_ref();
    match quota {
        Quota::Roles => Ok(Some(summary()?.roles.limit)),
        Quota::ManagedPolicies => Ok(Some(summary()?.policies.limit)),
        Quota::InstanceProfiles => Ok(Some(summary()?.instance_profiles.limit)),
        _ => {
            let asked: Option<&Asked<Option<usize>>> = account.quotas.get(&quota);
            asked.map_or(Ok(None), |asked| asked.as_ref().copied())
        }
    }
}

/// Where more is asked for.
fn more(known: &Known<'_>, quota: Quota, finding: Finding) -> Finding {
    /// IAM's quotas by their codes.
    const IAM: [(Quota, &str); 3] = [
        (Quota::Roles, "L-FE177D64"),
        (Quota::ManagedPolicies, "L-E95E4862"),
        (Quota::InstanceProfiles, "L-6E65F664"),
    ];
    let region = known.environment.region;
    let iam = IAM.into_iter().find(|(one, _)| *one == quota);
    match quota_code(quota).or_else(|| iam.map(|(_, code)| ("iam", code))) {
        Some((service, code)) => finding.open(console::quota(region, service, code)),
        None => finding.by_hand(quota.hint()),
    }
}
