//! `plan`: shows what deploying would do, and saves it with its change sets.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::drift::add_findings;
use crate::execute::{Stop, discard_prepared, failed, prepare, resource_changes};
use crate::plan::Plan;
use crate::report::consequences::consequences as lines_of;
use crate::report::difference::templates;
use crate::report::findings::unused_acknowledgement;
use crate::report::{Line, outcome, plan};
use clap::Args;
use cli_conventions::{exit_code, files};
use cloudformation::{ResourceChange, StackName};
use review::Consequence;
use review::difference::Difference;
use serde::Serialize;

use super::arguments::{Acknowledged, Acting, Format, Images, Scope, Target};
use super::drift;
use super::output::{json, print, style};
use crate::Error;
use crate::acknowledgements::Acknowledgements;
use crate::backend::Backend;
use crate::baseline::Baseline;
use crate::command_line::CommandLine;
use crate::session::Session;
use crate::session_planner::{Access, DeploymentKind, Planner};
use crate::terminal::eprint_lines;

/// The output of `--format json`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct JsonOutput<'a> {
    plan: &'a Plan,
    differences: &'a BTreeMap<StackName, Difference>,
    consequences: &'a [Consequence],
    change_sets: &'a BTreeMap<StackName, Vec<ResourceChange>>,
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
    // A bad file is refused before AWS is called.
    let baseline = match arguments.baseline.as_deref() {
        Some(path) => Some((path, Baseline::load(path)?)),
        None => None,
    };
    let session = Session::<B>::open(line, target).await?;
    let given = &arguments.acknowledged;
    let acknowledged = Acknowledgements::gather(&given.words, given.file.as_deref())?;
    let mut request = session.request(&arguments.scope, &arguments.images)?;
    request.acknowledged = acknowledged.words();
    request.prune = arguments.prune;
    request.role = arguments.acting.role.clone().or(request.role);
    // A check must not depend on what another pipeline run or a release is doing at this moment.
    request.assume_recovered = arguments.findings.is_some() && arguments.out.is_none();
    request.require_permissions = request.assume_recovered;
    // Saving creates change sets.
    let access = match arguments.out {
        Some(_) => Access::Write {
            break_glass: arguments.break_glass.clone(),
        },
        None => Access::Read,
    };
    let planner = Planner::new(&session, request, DeploymentKind::Deploy, access);
    let mut plan = planner.plan_only().await?;
    if arguments.drift {
        let report = drift::plan_drift(&session, &planner, &plan).await?;
        add_findings(&mut plan, &report);
    }
    if let Some((path, baseline)) = &baseline {
        baseline.block_new_findings(&mut plan, path)?;
    }
    if let Some(path) = &arguments.findings {
        write(path, &Baseline::of(&plan).save().map_err(Error::Json)?)?;
    }

    let mut change_sets = BTreeMap::new();
    if let Some(out) = &arguments.out {
        let options = session.options(None, &planner.note());
        let prepared = if plan.is_blocked() {
            BTreeMap::new()
        } else {
            prepare(session.client(), &mut plan, &options, |_| {}, Stop::never()).await
        };
        let failed = failed(&prepared);
        if !failed.steps.is_empty() {
            discard_prepared(session.client(), &plan, &options, |_| {}).await;
            eprint_lines(&outcome::outcome(
                &plan,
                &failed,
                &line.clone().resume().command,
            ));
            return Ok(failed.exit_code());
        }
        change_sets = resource_changes(&plan, prepared);
        let text = plan.save().map_err(Error::Json)?;
        if let Err(unwritten) = write(out, &text) {
            discard_prepared(session.client(), &plan, &options, |_| {}).await;
            return Err(unwritten);
        }
    }

    let differences = planner.differences();
    let consequences = planner.consequences(&plan)?;
    match target.format {
        Format::Json => json(&JsonOutput {
            plan: &plan,
            differences: &differences,
            consequences: &consequences,
            change_sets: &change_sets,
        })?,
        Format::Text => {
            let mut lines = plan::plan(plan::PlanView {
                plan: &plan,
                differences: &templates(&differences, style()),
                consequences: &lines_of(&consequences, style()),
                change_sets: &change_sets,
            });
            for (word, origin) in acknowledged.unused(&plan, &session.expected.prefix) {
                lines.push(Line::new());
                lines.extend(unused_acknowledgement(&word.0, origin));
            }
            if let Some(out) = &arguments.out {
                let next = line.deploy_saved(out);
                lines.push(Line::new());
                lines.push(Line::new().plain(format!("saved to {}", out.display())));
                lines.push(Line::new().plain("deploy it with:"));
                lines.push(Line::command(2, next));
            }
            print(&lines)?;
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
