//! The rules of preflight, without I/O.

use std::collections::BTreeSet;

use crate::observe::Observed;
use crate::plan::Plan;
use cloudformation::{Identity, StackName};

use super::actual_target::{ActualTarget, SavedCommit};
use super::approval::Approval;
use super::expected_target::{Destination, ExpectedTarget};
use super::refusal::Refusal;
use super::source::Source;

/// Checks account, region, stacks, sources and the commit of a saved plan.
///
/// # Errors
/// With every refusal at once.
pub fn check(expected: &ExpectedTarget, found: &ActualTarget) -> Result<Approval, Vec<Refusal>> {
    let mut refusals = target_refusals(expected, found);
    refusals.extend(source_refusals(expected, &found.source));
    refusals.extend(saved_plan_refusal(expected, found));

    let reason = found.break_glass.as_deref().map(str::trim);
    let mut waived = Vec::new();
    match reason {
        Some("") => refusals.push(Refusal::NoReason),
        Some(_) => (waived, refusals) = refusals.into_iter().partition(Refusal::is_waivable),
        None => {}
    }
    if refusals.is_empty() {
        Ok(Approval::new(expected, found, waived))
    } else {
        Err(refusals)
    }
}

/// Checks account and region only, which is what reading needs.
///
/// # Errors
/// With both refusals at once.
pub fn check_account_and_region(
    expected: &ExpectedTarget,
    observed: &Observed,
) -> Result<(), Vec<Refusal>> {
    or_refuse(account_and_region_refusals(
        expected,
        &observed.identity,
        &observed.region,
    ))
}

fn or_refuse(refusals: Vec<Refusal>) -> Result<(), Vec<Refusal>> {
    if refusals.is_empty() {
        Ok(())
    } else {
        Err(refusals)
    }
}

fn account_and_region_refusals(
    expected: &ExpectedTarget,
    identity: &Identity,
    region: &str,
) -> Vec<Refusal> {
    let environment = expected.environment;
    let mut refusals = Vec::new();
    if identity.account != expected.account {
        refusals.push(Refusal::WrongAccount {
            environment,
            expected: expected.account.clone(),
            found: identity.account.clone(),
            arn: identity.arn.clone(),
        });
    }
    if region != expected.region {
        refusals.push(Refusal::WrongRegion {
            environment,
            expected: expected.region.clone(),
            found: region.to_owned(),
        });
    }
    refusals
}

/// Account, region, and the owner of each stack. In a wrong account or region, the owners mean nothing.
fn target_refusals(expected: &ExpectedTarget, found: &ActualTarget) -> Vec<Refusal> {
    let environment = expected.environment;
    let mut refusals = account_and_region_refusals(expected, &found.identity, &found.region);
    if refusals.is_empty() {
        let foreign = found
            .stacks
            .iter()
            .filter(|(_, tag)| tag.as_deref() != Some(environment.as_str()));
        refusals.extend(foreign.map(|(stack, tag)| Refusal::ForeignStack {
            environment,
            stack: stack.clone(),
            found: tag.clone(),
        }));
    }
    refusals
}

/// A release must be unaltered and of this environment, and in the environment's own pipeline of the run's
/// commit. Production also checks branch and working tree.
fn source_refusals(expected: &ExpectedTarget, source: &Source) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    if let Source::Release {
        release,
        assembly_digest,
        pipeline,
    } = source
    {
        if release.environment != expected.environment {
            refusals.push(Refusal::ReleaseOfAnother {
                expected: expected.environment,
                found: release.environment,
            });
        }
        if release.assembly_digest != *assembly_digest {
            refusals.push(Refusal::AlteredRelease {
                expected: release.assembly_digest.clone(),
                found: assembly_digest.clone(),
            });
        }
        // The pipelines of applications run for commits of other repositories.
        let run = pipeline
            .as_ref()
            .filter(|run| run.name == expected.pipeline);
        if let Some(commit) = run.and_then(|run| run.commit.as_ref())
            && *commit != release.commit
        {
            refusals.push(Refusal::ReleaseOfAnotherCommit {
                expected: commit.clone(),
                found: release.commit.clone(),
            });
        }
    }
    if !expected.requires_committed_sources() {
        return refusals;
    }
    let wrong_branch = |commit: &str, found: Option<&String>| Refusal::WrongBranch {
        environment: expected.environment,
        expected: expected.branch.clone(),
        found: found.cloned(),
        commit: commit.to_owned(),
    };
    match source {
        Source::Checkout(checkout) => {
            if !checkout.is_from_branch(expected) {
                refusals.push(wrong_branch(&checkout.commit, checkout.branch.as_ref()));
            }
            if !checkout.changed.is_empty() {
                refusals.push(Refusal::UncommittedChanges {
                    changed: checkout.changed.clone(),
                });
            }
            if let Some(inputs) = &checkout.inputs {
                refusals.push(Refusal::InputsElsewhere {
                    folder: inputs.folder.clone(),
                    commit: inputs.commit.clone(),
                });
            }
        }
        Source::Release { release, .. } => {
            if release.branch.as_ref() != Some(&expected.branch) {
                refusals.push(wrong_branch(&release.commit, release.branch.as_ref()));
            }
            if !release.clean {
                refusals.push(Refusal::UncommittedChanges {
                    changed: Vec::new(),
                });
            }
        }
        Source::Unknown { why } => refusals.push(Refusal::UnknownSource { why: why.clone() }),
    }
    refusals
}

/// A saved plan must be of the commit whose sources were checked: its templates are what is deployed.
fn saved_plan_refusal(expected: &ExpectedTarget, found: &ActualTarget) -> Option<Refusal> {
    let SavedCommit(planned) = found.saved.as_ref()?;
    let current = found.source.version();
    let is_same = match (&current, planned) {
        // An unknown source has its own refusal.
        (None, _) => true,
        // Staging does not check the commit.
        (Some(_), None) => !expected.requires_committed_sources(),
        (Some(current), Some(planned)) => current == planned,
    };
    (!is_same && expected.destination == Destination::Aws).then(|| Refusal::PlanOfAnotherCommit {
        expected: current.unwrap_or_default(),
        found: planned.clone(),
    })
}

/// Checks account, region and stack names of a saved plan, which is a file that anyone can edit. The owners of
/// the stacks are checked against the environment itself.
///
/// # Errors
/// With every refusal at once.
pub fn check_saved_plan(expected: &ExpectedTarget, plan: &Plan) -> Result<(), Vec<Refusal>> {
    let environment = expected.environment;
    let mut refusals = Vec::new();
    if (&plan.account, &plan.region) != (&expected.account, &expected.region) {
        refusals.push(Refusal::PlanOfAnotherPlace {
            environment,
            expected: format!("account {}, {}", expected.account, expected.region),
            found: format!("account {}, {}", plan.account, plan.region),
        });
    }
    let foreign: BTreeSet<&StackName> = plan
        .steps
        .iter()
        .map(|step| &step.stack)
        .filter(|stack| !stack.as_str().starts_with(&expected.prefix))
        .collect();
    refusals.extend(foreign.into_iter().map(|stack| Refusal::StrangerInPlan {
        environment,
        stack: stack.clone(),
    }));
    or_refuse(refusals)
}
