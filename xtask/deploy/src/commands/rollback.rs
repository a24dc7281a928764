//! `rollback`: brings an environment back to the definition of an older commit.
//!
//! A deployment of an older assembly, with the same preflight, planner and executor; but it never loses data.

use crate::plan::{Acknowledgement, DATA_LOSS};
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
Synthesizes the commit with its own code, plans with this one's, shows the
plan, asks for confirmation, and deploys. Images stay as they are deployed, and
stacks that the commit does not define are left alone. A plan that replaces or
removes data, an address, or anything that everything depends on is refused.

Examples:
  cargo xtask rollback --env staging --to HEAD~1
  cargo xtask rollback --env production --to v1 --only loadbalancer")]
pub struct Arguments {
    #[command(flatten)]
    pub target: Target,

    /// The commit to go back to
    #[arg(long, value_name = "REV")]
    pub to: String,

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
    let session = Session::<B>::open_commit(line, &arguments.target, Some(&arguments.to)).await?;
    let given = &arguments.acknowledged;
    let acknowledged = Acknowledgements::gather(&given.words, given.file.as_deref())?;
    // No images: a service keeps the one that it has.
    let mut request = session.request(&arguments.scope, &Images::default())?;
    request.acknowledged = acknowledged.words();
    request
        .acknowledged
        .retain(|word| !acknowledges_data_loss(word));
    let access = Access::Write {
        break_glass: arguments.consent.break_glass.clone(),
    };
    let planner = Planner::new(&session, request, DeploymentKind::Rollback, access);
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

/// Whether the word acknowledges a loss of data, which a rollback refuses.
fn acknowledges_data_loss(word: &Acknowledgement) -> bool {
    let code = word.0.split(':').next().unwrap_or_default();
    DATA_LOSS.iter().any(|one| one.as_str() == code)
}
