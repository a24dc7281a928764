//! `recover`: brings stuck stacks to a status from which they can be deployed.

use clap::Args;

use super::arguments::{Consent, Images, Parallelism, Scope, Target};
use crate::Error;
use crate::backend::Backend;
use crate::command_line::CommandLine;
use crate::deployment::Deployment;
use crate::session::Session;
use crate::session_planner::{Access, DeploymentKind, Planner};

#[derive(Debug, Args)]
#[command(after_help = "\
`deploy` does this too, before it plans; this does nothing else.

Examples:
  cargo xtask recover --env staging
  cargo xtask recover --env production --only ecs")]
pub struct Arguments {
    #[command(flatten)]
    pub target: Target,
    #[command(flatten)]
    pub scope: Scope,
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
    let mut request = session.request(&arguments.scope, &Images::default())?;
    // Manual stacks too.
    request.manual_stacks = true;
    request.recover = true;
    let access = Access::Write {
        break_glass: arguments.consent.break_glass.clone(),
    };
    let planner = Planner::new(&session, request, DeploymentKind::Recover, access);
    Deployment {
        session: &session,
        planner: &planner,
        target: &arguments.target,
        consent: &arguments.consent,
        concurrency: arguments.parallelism.concurrency.get(),
        acknowledged: None,
        drift: None,
        resume: line.clone().resume(),
        // While a stack is stuck, a plan only recovers it.
        unattended: line.planning().with_switch("--bootstrap").reviewed().into(),
    }
    .run()
    .await
}
