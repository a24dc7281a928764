//! The rules, pure.

use super::expected::{Expected, Where};
use super::found::{Found, SavedCommit, Source};
use super::permit::Permit;
use super::refusal::Refusal;

/// Whether what was found may be deployed as expected. Everything that stands against it is
/// reported at once.
///
/// # Errors
/// With every reason why not.
pub fn check(expected: &Expected, found: &Found) -> Result<Permit, Vec<Refusal>> {
    let mut refusals = place(expected, found);
    refusals.extend(sources(expected, &found.source));
    refusals.extend(saved(expected, found));

    let reason = found.break_glass.as_deref().map(str::trim);
    let mut waived = Vec::new();
    match reason {
        Some("") => refusals.push(Refusal::NoReason),
        Some(_) => (waived, refusals) = refusals.into_iter().partition(Refusal::is_waivable),
        None => {}
    }
    if refusals.is_empty() {
        Ok(Permit::new(expected, found, waived))
    } else {
        Err(refusals)
    }
}

/// Account, region, and whose the stacks are. In a wrong account or region the stacks say nothing.
fn place(expected: &Expected, found: &Found) -> Vec<Refusal> {
    let environment = expected.environment;
    let mut refusals = Vec::new();
    if found.identity.account != expected.account {
        refusals.push(Refusal::WrongAccount {
            environment,
            expected: expected.account.clone(),
            found: found.identity.account.clone(),
            arn: found.identity.arn.clone(),
        });
    }
    if found.region != expected.region {
        refusals.push(Refusal::WrongRegion {
            environment,
            expected: expected.region.clone(),
            found: found.region.clone(),
        });
    }
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

/// What the assembly was made from. A release has to be the environment's own and whole wherever
/// it goes, and that of the run's commit in the environment's own pipeline; branch and tree are asked for
/// in production.
fn sources(expected: &Expected, source: &Source) -> Vec<Refusal> {
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
        // Pipelines of applications have commits of another repository.
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
    if !expected.asks_for_sources() {
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

/// Whether a saved plan was made from the sources that are judged. Its templates are what is deployed.
fn saved(expected: &Expected, found: &Found) -> Option<Refusal> {
    let SavedCommit(planned) = found.saved.as_ref()?;
    let there = found.source.version();
    let is_judged = match (&there, planned) {
        // What is unknown is refused as that.
        (None, _) => true,
        // In staging no commit is asked for.
        (Some(_), None) => !expected.asks_for_sources(),
        (Some(there), Some(planned)) => there == planned,
    };
    (!is_judged && expected.to == Where::Aws).then(|| Refusal::PlanOfAnotherCommit {
        expected: there.unwrap_or_default(),
        found: planned.clone(),
    })
}
