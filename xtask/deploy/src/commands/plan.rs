//! `plan`: what deploying would do, shown, and saved with its change sets.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::difference::Difference;
use crate::drift::add_findings;
use crate::execute::{Outcome, Prepared, StepOutcome, Stop, discard_prepared, prepare};
use crate::plan::Plan;
use crate::report::{Line, outcome, plan};
use clap::Args;
use cli_conventions::{exit_code, files};
use cloudformation::ResourceChange;
use serde::Serialize;

use super::arguments::{Acknowledged, Acting, Format, Images, Scope, Target};
use super::drift;
use super::output::{json, lines, planned, print, style};
use crate::Error;
use crate::acknowledgements::Acknowledgements;
use crate::backend::Backend;
use crate::baseline::Seen;
use crate::command_line::CommandLine;
use crate::session::{Planner, Purpose, Session, Strictness};
use crate::terminal::complain;

/// What `--format json` prints.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Printed<'a> {
    plan: &'a Plan,
    differences: &'a BTreeMap<String, Difference>,
    change_sets: &'a BTreeMap<String, Vec<ResourceChange>>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
A plan names every stack with its action, its changes and the findings to
acknowledge. A saved plan is deployed exactly as it is, or refused when the
environment has changed since.

Examples:
  cargo xtask plan --env production
  cargo xtask plan --env production --out plan.json
  cargo xtask plan --env staging --require-acknowledged")]
pub struct Arguments {
    #[command(flatten)]
    pub target: Target,
    #[command(flatten)]
    pub scope: Scope,
    #[command(flatten)]
    pub images: Images,
    #[command(flatten)]
    pub acting: Acting,
    #[command(flatten)]
    pub acknowledged: Acknowledged,

    /// Delete stacks that are no longer defined
    #[arg(long)]
    pub prune: bool,

    /// Save the plan, with its change sets, for `deploy --plan`
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,

    /// Fail unless every finding is acknowledged
    #[arg(long)]
    pub require_acknowledged: bool,

    /// Save the findings, for a later `plan --baseline`
    ///
    /// Without --out, busy and stuck stacks are judged as they will be then.
    #[arg(long, value_name = "FILE")]
    pub findings: Option<PathBuf>,

    /// Block on findings that need acknowledgement and are not in FILE
    ///
    /// Acknowledged or not: the earlier check did not report them.
    #[arg(long, value_name = "FILE", alias = "seen")]
    pub baseline: Option<PathBuf>,

    /// Report drift in the stacks that change
    #[arg(long)]
    pub drift: bool,

    /// Why it is saved from another branch or with uncommitted changes
    #[arg(long, value_name = "REASON", requires = "out")]
    pub break_glass: Option<String>,
}

pub(super) async fn run<B: Backend>(
    line: &CommandLine,
    arguments: &Arguments,
) -> Result<u8, Error> {
    let target = &arguments.target;
    // Before anything is asked of anybody.
    let seen = arguments.baseline.as_deref();
    let seen = match seen {
        Some(path) => Some((path, Seen::load(path)?)),
        None => None,
    };
    let session = Session::<B>::open(line, target).await?;
    let given = &arguments.acknowledged;
    let acknowledged = Acknowledgements::gather(&given.words, given.file.as_deref())?;
    let mut request = session.request(&arguments.scope, &arguments.images)?;
    request.acknowledged = acknowledged.words();
    request.prune = arguments.prune;
    request.role = arguments.acting.role.clone().or(request.role);
    // What is only to be known is not to depend on what goes on elsewhere at this moment: another
    // run of the pipeline, an application's release.
    request.assume_recovered = arguments.findings.is_some() && arguments.out.is_none();
    request.require_permissions = request.assume_recovered;
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
        add_findings(&mut plan, &report);
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
                &line.clone().resume().command,
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
            let mut shown = plan::plan(plan::PlanView {
                plan: &plan,
                differences: &lines(&differences, style()),
                change_sets: &change_sets,
            });
            for (word, place) in acknowledged.unused(&plan, &session.expected.prefix) {
                shown.push(Line::new());
                shown.extend(crate::report::findings::unused_acknowledgement(
                    &word.0, place,
                ));
            }
            if let Some(out) = &arguments.out {
                let next = line.deploy_saved(out);
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
    files::write(path, text).map_err(|source| Error::Write {
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
