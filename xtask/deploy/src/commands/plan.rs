//! `plan`: what deploying would do, shown, and saved with its change sets.

use std::collections::BTreeMap;
use std::path::Path;

use crate::difference::Difference;
use crate::drift::note;
use crate::execute::{Outcome, Prepared, StepOutcome, Stop, discard_prepared, prepare};
use crate::plan::Plan;
use crate::report::{Line, outcome, plan};
use cloudformation::ResourceChange;
use deploy_arguments::{Format, Plan as Arguments, disk, exit_code};
use serde::Serialize;

use super::drift;
use super::output::{json, lines, look, planned, print};
use crate::Error;
use crate::acknowledgements::Acknowledgements;
use crate::backend::Backend;
use crate::baseline::Seen;
use crate::session::{Planner, Purpose, Session, Strictness, again, deploy_saved};
use crate::terminal::complain;

/// What `--format json` prints.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Printed<'a> {
    plan: &'a Plan,
    differences: &'a BTreeMap<String, Difference>,
    change_sets: &'a BTreeMap<String, Vec<ResourceChange>>,
}

pub(super) async fn run<B: Backend>(arguments: &Arguments) -> Result<u8, Error> {
    let target = &arguments.target;
    // Before anything is asked of anybody.
    let seen = arguments.seen.as_deref();
    let seen = match seen {
        Some(path) => Some((path, Seen::load(path)?)),
        None => None,
    };
    let session = Session::<B>::open(target).await?;
    let given = &arguments.acknowledged;
    let acknowledged = Acknowledgements::gather(&given.words, given.file.as_deref())?;
    let mut request = session.request(&arguments.scope, &arguments.images)?;
    request.acknowledged = acknowledged.words();
    request.prune = arguments.prune;
    request.role = arguments.acting.role.clone().or(request.role);
    // What is only to be known is not to depend on what goes on elsewhere at this moment: another
    // run of the pipeline, an application's release.
    request.ahead = arguments.findings.is_some() && arguments.out.is_none();
    request.needs_rights = request.ahead;
    // Change sets are written.
    let strictness = match arguments.out {
        Some(_) => Strictness::ToWrite {
            break_glass: arguments.break_glass.clone(),
        },
        None => Strictness::ToLook,
    };
    let planner = Planner::new(&session, request, Purpose::Deploy, strictness);
    let mut plan = planned(&session, &planner).await?;
    if arguments.drift {
        let report = drift::of_plan(&session, &planner, &plan).await?;
        note(&mut plan, &report);
    }
    if let Some((path, seen)) = &seen {
        seen.refuse_others(&mut plan, path)?;
    }
    if let Some(path) = &arguments.findings {
        write(path, &Seen::of(&plan).save().map_err(Error::Json)?)?;
    }

    let mut change_sets = BTreeMap::new();
    if let Some(out) = &arguments.out {
        let options = session.options(None, &planner.note());
        let prepared = if plan.is_blocked() {
            BTreeMap::new()
        } else {
            prepare(session.client(), &mut plan, &options, |_| {}, Stop::never()).await
        };
        let failed = not_prepared(&prepared);
        if !failed.steps.is_empty() {
            discard_prepared(session.client(), &plan, &options, |_| {}).await;
            complain(&outcome::outcome(
                &plan,
                &failed,
                &again(arguments, target).command,
            ));
            return Ok(outcome_code(&failed));
        }
        change_sets = changes(&plan, prepared);
        let text = plan.save().map_err(Error::Json)?;
        if let Err(unwritten) = write(out, &text) {
            discard_prepared(session.client(), &plan, &options, |_| {}).await;
            return Err(unwritten);
        }
    }

    let differences = planner.differences();
    match target.format {
        Format::Json => json(&Printed {
            plan: &plan,
            differences: &differences,
            change_sets: &change_sets,
        })?,
        Format::Text => {
            let mut shown = plan::plan(plan::Shown {
                plan: &plan,
                differences: &lines(&differences, look()),
                change_sets: &change_sets,
            });
            for (word, place) in acknowledged.unused(&plan, &session.expected.prefix) {
                shown.push(Line::new());
                shown.extend(plan::unused_acknowledgement(&word.0, place));
            }
            if let Some(out) = &arguments.out {
                let next = deploy_saved(arguments, out);
                shown.push(Line::new());
                shown.push(Line::new().plain(format!("saved to {}", out.display())));
                shown.push(Line::new().plain("deploy it with:"));
                shown.push(Line::command(2, next));
            }
            print(&shown)?;
        }
    }
    Ok(if arguments.require_acknowledged && plan.is_blocked() {
        exit_code::BLOCKED
    } else {
        exit_code::SUCCESS
    })
}

fn write(path: &Path, text: &str) -> Result<(), Error> {
    disk::write(path, text).map_err(|source| Error::Write {
        path: path.to_owned(),
        source,
    })
}

/// The change sets that could not be made, as an outcome.
pub(crate) fn not_prepared(prepared: &BTreeMap<crate::plan::StepId, Prepared>) -> Outcome {
    let failed = prepared.iter().filter_map(|(step, one)| match one {
        Prepared::Failed(outcome) => Some((step.clone(), outcome.clone())),
        Prepared::Ready { .. } | Prepared::Empty | Prepared::Blocked { .. } => None,
    });
    Outcome {
        steps: failed.collect(),
        detached: false,
    }
}

/// What the change sets that were made change, by stack.
pub(crate) fn changes(
    plan: &Plan,
    prepared: BTreeMap<crate::plan::StepId, Prepared>,
) -> BTreeMap<String, Vec<ResourceChange>> {
    prepared
        .into_iter()
        .filter_map(|(id, one)| {
            let step = plan.steps.iter().find(|step| step.id == id)?;
            let changes = match one {
                Prepared::Ready { changes } => changes,
                Prepared::Empty => Vec::new(),
                Prepared::Blocked { .. } | Prepared::Failed(_) => return None,
            };
            Some((step.stack.clone(), changes))
        })
        .collect()
}

/// The exit code of an execution. What somebody has to do first decides.
pub(crate) fn outcome_code(outcome: &Outcome) -> u8 {
    let any = |belongs: fn(&StepOutcome) -> bool| outcome.steps.values().any(belongs);
    if any(|one| matches!(one, StepOutcome::Failed(failure) if failure.credentials)) {
        exit_code::CREDENTIALS
    } else if any(|one| matches!(one, StepOutcome::Failed(_))) {
        exit_code::STACK_FAILED
    } else if any(|one| matches!(one, StepOutcome::Stale { .. })) {
        exit_code::MOVED
    } else if any(|one| matches!(one, StepOutcome::Blocked { .. })) {
        exit_code::BLOCKED
    } else if outcome.detached || any(|one| matches!(one, StepOutcome::Detached)) {
        exit_code::DETACHED
    } else {
        exit_code::SUCCESS
    }
}
