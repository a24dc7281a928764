//! `bootstrap`: the one manual deployment, and the manual steps after it.
//!
//! It deploys the stacks that no pipeline may touch, and the pipeline that deploys the rest. On success the checks
//! of `doctor` follow; their findings don't change the exit code.

use crate::inspect::doctor::{doctor, manual_steps};
use crate::report::Line;
use crate::report::inspection;
use clap::Args;
use cli_conventions::exit_code;
use common::naming::{Names, StackKind};

use super::arguments::{Acknowledged, Consent, Format, Images, Parallelism, Scope, Target};
use super::doctor::EnvironmentInspection;
use super::output::{json_line, print, style};
use crate::Error;
use crate::acknowledgements::Acknowledgements;
use crate::backend::Backend;
use crate::command_line::CommandLine;
use crate::deployment::Deployment;
use crate::json_events::JsonEvent;
use crate::session::Session;
use crate::session_planner::{Access, DeploymentKind, Planner};

#[derive(Debug, Args)]
#[command(after_help = "\
The one deployment that is done by hand: the stacks `bootstrap` and
`bootstrap-roles`, which no pipeline may touch, and `cicd`, the pipeline that
deploys the rest. Then checks everything around the stacks, as `doctor` does,
and shows what to do next. Can be run again at any time.

Examples:
  cargo xtask bootstrap --env staging
  cargo xtask bootstrap --env staging --local")]
pub struct Arguments {
    #[command(flatten)]
    pub target: Target,
    #[command(flatten)]
    pub acknowledged: Acknowledged,
    #[command(flatten)]
    pub parallelism: Parallelism,
    #[command(flatten)]
    pub consent: Consent,
}

pub(super) async fn run<B: Backend>(
    line: &CommandLine,
    arguments: &Arguments,
) -> Result<u8, Error> {
    let session = Session::<B>::open(line, &arguments.target).await?;
    // Before anything is written: the checks at the end need it.
    let environment = session.environment_definition()?;
    let given = &arguments.acknowledged;
    let acknowledged = Acknowledgements::gather(&given.words, given.file.as_deref())?;
    let scope = scope(&session);
    let mut request = session.request(&scope, &Images::default())?;
    request.acknowledged = acknowledged.words();
    let access = Access::Write {
        break_glass: arguments.consent.break_glass.clone(),
    };
    let planner = Planner::new(&session, request, DeploymentKind::Deploy, access);
    let planning = (scope.only.iter()).fold(line.planning(), |planning, stack| {
        planning.with("--only", stack)
    });
    let code = Deployment {
        session: &session,
        planner: &planner,
        target: &arguments.target,
        consent: &arguments.consent,
        concurrency: arguments.parallelism.concurrency.get(),
        acknowledged: Some(&acknowledged),
        drift: None,
        resume: line.clone().resume(),
        unattended: planning.with_switch("--bootstrap").reviewed().into(),
    }
    .run()
    .await?;
    if code != exit_code::SUCCESS {
        return Ok(code);
    }
    let name = session.assembly.environment;
    let (title, mut findings) = if session.local.is_some() {
        let title = format!("{name}: what to do in an AWS account (not in the emulator)");
        (title, manual_steps(&environment))
    } else {
        let inspection = EnvironmentInspection::of(&session, environment).await?;
        let findings = doctor(&inspection.context(&session), &inspection.found);
        (format!("{name}: what to do now"), findings)
    };
    line.complete(&mut findings);
    match arguments.target.format {
        Format::Json => json_line(&JsonEvent::CheckResults {
            findings: &findings,
        })?,
        Format::Text => {
            let mut lines = vec![Line::new()];
            lines.extend(inspection::steps(&title, &findings, style()));
            lines.push(Line::new());
            lines.push(Line::new().plain(format!(
                "from here on, the pipeline deploys what is pushed to {}",
                session.assembly.branch
            )));
            print(&lines)?;
        }
    }
    Ok(code)
}

/// The manual stacks and the definition's pipeline. Never empty, which would mean all stacks.
fn scope<B: Backend>(session: &Session<B>) -> Scope {
    let pipeline = Names::new(session.assembly.environment).stack(&StackKind::Cicd);
    let stacks = session.assembly.stacks.iter();
    let manual_stacks = stacks.filter(|stack| stack.applied_manually);
    let mut only: Vec<String> = manual_stacks.map(|stack| stack.id.clone()).collect();
    only.push(pipeline.id().to_owned());
    Scope {
        only,
        bootstrap: true,
    }
}
