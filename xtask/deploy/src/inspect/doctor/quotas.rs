//! Quotas of the account, compared with what the environment needs.
//!
//! Quotas that take days to raise come first.

use common::naming::{StackKind, StackName};
use common::quota::{Quota, Usage, usage};
use common::stack::StackArtifact;

use super::context::DoctorContext;
use super::context::is_deployed;
use crate::inspect::account_quota::{AccountQuota, needs};
use crate::inspect::check_result::{Area, CheckResult, CheckStatus};
use crate::inspect::console;
use crate::inspect::expected::quota_code;
use crate::inspect::inspection::Account;
use crate::inspect::probe::{Probe, ProbeError};
use crate::inspect::services::LoadBalancerKind;

/// From which share on a quota is said to be nearly used up, in percent; the synthesis says the same
/// of what an account has by default.
const NEAR_PERCENT: usize = 80;

pub(super) fn check(context: &DoctorContext<'_>, account: &Account) -> Vec<CheckResult> {
    let from_account = needs(context.environment, context.assembly)
        .into_iter()
        .map(|(quota, need)| {
            let row = Row::from_account(context, account, quota, need.first, need.most);
            (quota.label(), row)
        });
    let from_definition = usage(&context.assembly.stacks).into_iter().map(|one| {
        (
            one.quota.label(),
            Row::from_definition(context, account, one),
        )
    });
    let mut results = Vec::new();
    let mut fine = 0;
    let mut tightest: Option<(usize, String)> = None;
    for (label, row) in from_account.chain(from_definition) {
        let row = match row {
            Ok(row) => row,
            Err(error) => {
                results.push(error.result(Area::Quotas, label));
                continue;
            }
        };
        match row.state() {
            CheckStatus::Fine => {
                fine += 1;
                let share = row.percent();
                if tightest.as_ref().is_none_or(|(most, _)| *most < share) {
                    tightest = Some((share, format!("{label}: {}", row.text())));
                }
            }
            state => results.push(row.result(context, label, state)),
        }
    }
    if let Some((_, tightest)) = tightest {
        results.push(CheckResult::fine(
            Area::Quotas,
            "",
            format!("{fine} within limits; the tightest is {tightest}"),
        ));
    }
    results
}

/// How much of a quota is taken, and by whom.
struct Row {
    /// What the environment takes at first, and what it may take later.
    first: usize,
    most: usize,
    /// What others in the account take.
    others: usize,
    limit: usize,
    /// Whether it is said that it is nearly used up.
    tells_near: bool,
    takes_days: bool,
    /// How Service Quotas calls it, where AWS raises it.
    code: Option<(&'static str, &'static str)>,
    hint: &'static str,
}

impl Row {
    fn from_definition<'a>(
        context: &DoctorContext<'_>,
        account: &'a Account,
        usage: Usage,
    ) -> Result<Self, &'a ProbeError> {
        let quota = usage.quota;
        let there = used(account, quota)?;
        let deployed: usize = context
            .assembly
            .stacks
            .iter()
            .filter(|stack| is_deployed(account, &stack.name) == Some(true))
            .map(|stack: &StackArtifact| stack.quotas.get(&quota).copied().unwrap_or_default())
            .sum();
        Ok(Self {
            first: usage.used,
            most: usage.used,
            others: there.map_or(0, |there| there.saturating_sub(deployed)),
            limit: limit(account, quota)?.unwrap_or(usage.limit),
            tells_near: quota.adjustable(),
            takes_days: false,
            code: code(quota),
            hint: quota.hint(),
        })
    }

    fn from_account<'a>(
        context: &DoctorContext<'_>,
        account: &'a Account,
        quota: AccountQuota,
        first: usize,
        most: usize,
    ) -> Result<Self, &'a ProbeError> {
        let names = context.environment.names();
        let ours = |kind: &StackKind, count| deployed_count(account, &names.stack(kind), count);
        let others = match quota {
            AccountQuota::Vpcs => {
                let there = *account.vpcs.as_ref()?;
                there.saturating_sub(ours(&StackKind::Network, most))
            }
            AccountQuota::ApplicationLoadBalancers => {
                let there = load_balancers(account, LoadBalancerKind::Application)?;
                there.saturating_sub(ours(&StackKind::LoadBalancer, most))
            }
            AccountQuota::NetworkLoadBalancers => {
                let there = load_balancers(account, LoadBalancerKind::Network)?;
                there.saturating_sub(ours(&StackKind::LoadBalancer, most))
            }
            // What others in the account run or build is not counted.
            _ => 0,
        };
        let limit = match account.account_quotas.get(&quota) {
            Some(asked) => asked.as_ref()?.unwrap_or(quota.default()),
            None => quota.default(),
        };
        Ok(Self {
            first,
            most,
            others,
            limit,
            tells_near: false,
            takes_days: quota.takes_days(),
            code: Some(quota.code()),
            hint: "",
        })
    }

    const fn percent(&self) -> usize {
        (self.most + self.others) * 100 / if self.limit == 0 { 1 } else { self.limit }
    }

    const fn state(&self) -> CheckStatus {
        if self.first + self.others > self.limit {
            CheckStatus::Broken
        } else if self.most + self.others > self.limit {
            CheckStatus::Attention
        } else if self.tells_near && self.percent() >= NEAR_PERCENT {
            CheckStatus::Note
        } else {
            CheckStatus::Fine
        }
    }

    fn text(&self) -> String {
        let Self {
            first,
            most,
            others,
            limit,
            ..
        } = self;
        let needed = if first == most {
            format!("{most} needed")
        } else {
            format!("{first} needed at first, {most} at most")
        };
        match others {
            0 => format!("{needed}, quota {limit}"),
            _ => format!("{needed}, {others} in use by others, quota {limit}"),
        }
    }

    fn result(&self, context: &DoctorContext<'_>, label: &str, state: CheckStatus) -> CheckResult {
        let days = match (self.takes_days, state) {
            (true, CheckStatus::Broken | CheckStatus::Attention) => {
                "; AWS reviews requests for more, which can take days: request it first"
            }
            _ => "",
        };
        let message = format!("{}{days}", self.text());
        let result = CheckResult::new(state, Area::Quotas, label, message);
        let Some((service, code)) = self.code else {
            return result.by_hand(self.hint);
        };
        // Twice as much: after a loss, an environment may be built again while resources of the lost one remain.
        let desired = (2 * self.most + self.others).next_multiple_of(5);
        let region = context.environment.region;
        result
            .run(console::raise_quota(region, service, code, desired))
            .open(console::quota(region, service, code))
    }
}

/// What a stack has of something, if it is deployed.
fn deployed_count(account: &Account, stack: &StackName, count: usize) -> usize {
    match is_deployed(account, stack) {
        Some(true) => count,
        _ => 0,
    }
}

fn load_balancers(account: &Account, kind: LoadBalancerKind) -> Result<usize, &ProbeError> {
    let all = account.load_balancers.as_ref()?;
    Ok(all.iter().filter(|one| **one == kind).count())
}

/// What is there already, of what is counted in the whole account.
fn used(account: &Account, quota: Quota) -> Result<Option<usize>, &ProbeError> {
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
fn limit(account: &Account, quota: Quota) -> Result<Option<usize>, &ProbeError> {
    let summary = || account.summary.as_ref();
    match quota {
        Quota::Roles => Ok(Some(summary()?.roles.limit)),
        Quota::ManagedPolicies => Ok(Some(summary()?.policies.limit)),
        Quota::InstanceProfiles => Ok(Some(summary()?.instance_profiles.limit)),
        _ => {
            let asked: Option<&Probe<Option<usize>>> = account.quotas.get(&quota);
            asked.map_or(Ok(None), |asked| asked.as_ref().copied())
        }
    }
}

/// How Service Quotas calls a quota of the definition, those of IAM among them.
fn code(quota: Quota) -> Option<(&'static str, &'static str)> {
    match quota {
        Quota::Roles => Some(("iam", "L-FE177D64")),
        Quota::ManagedPolicies => Some(("iam", "L-E95E4862")),
        Quota::InstanceProfiles => Some(("iam", "L-6E65F664")),
        _ => quota_code(quota),
    }
}
