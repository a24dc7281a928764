//! `destroy`: deletes an environment's stacks; retained resources stay.

use clap::Args;

use super::arguments::{Acknowledged, Consent, Images, Parallelism, Scope, Target};
use crate::Error;
use crate::acknowledgements::Acknowledgements;
use crate::backend::Backend;
use crate::command_line::CommandLine;
use crate::deployment::Deployment;
use crate::session::Session;
use crate::session_planner::{Access, DeploymentKind, Planner};

#[derive(Debug, Args)]
#[command(after_help = "\
Lists what is retained: repositories, buckets, keys, secrets, addresses. Stacks
with termination protection have to be acknowledged one by one.

Examples:
  cargo xtask destroy --env staging
  cargo xtask destroy --env staging --only service-web")]
pub struct Arguments {
    #[command(flatten)]
    pub target: Target,
    #[command(flatten)]
    pub scope: Scope,
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
    let given = &arguments.acknowledged;
    let acknowledged = Acknowledgements::gather(&given.words, given.file.as_deref())?;
    let mut request = session.request(&arguments.scope, &Images::default())?;
    request.acknowledged = acknowledged.words();
    let access = Access::Write {
        break_glass: arguments.consent.break_glass.clone(),
    };
    let planner = Planner::new(&session, request, DeploymentKind::Destroy, access);
    Deployment {
        session: &session,
        planner: &planner,
        target: &arguments.target,
        consent: &arguments.consent,
        concurrency: arguments.parallelism.concurrency.get(),
        acknowledged: Some(&acknowledged),
        drift: None,
        resume: line.clone().resume(),
        unattended: Vec::new(),
    }
    .run()
    .await
}
