//! `deploy`: brings an environment to its definition, or executes a saved plan.

use std::fs;
use std::path::{Path, PathBuf};

use crate::orphans;
use crate::plan::{Plan, Request};
use clap::Args;

use super::arguments::{Acknowledged, Acting, Consent, Images, Parallelism, Scope, Target};
use super::drift;
use crate::Error;
use crate::acknowledgements::Acknowledgements;
use crate::backend::Backend;
use crate::command_line::{CommandLine, Remaining};
use crate::deployment::Deployment;
use crate::preflight::SavedCommit;
use crate::session::Session;
use crate::session_planner::{Access, DeploymentKind, Planner};

#[derive(Debug, Args)]
#[command(after_help = "\
Synthesizes, plans, shows the plan, asks for confirmation, and deploys;
independent stacks in parallel. Ctrl-C detaches: CloudFormation continues, and
the same command reattaches. With --local, an emulator on this machine takes
the place of AWS.

Examples:
  cargo xtask deploy --env staging --local
  cargo xtask deploy --env staging
  cargo xtask deploy --env staging --only network --yes
  cargo xtask deploy --env production --plan plan.json --confirm production
  cargo xtask deploy --env staging --only service-web --image sha256:…")]
pub struct Arguments {
    #[command(flatten)]
    pub target: Target,

    /// Execute this saved plan, unless the environment has changed since
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with_all = [
            "only", "bootstrap", "images", "use_previous_template", "role", "words", "prune", "drift",
            "rebuild",
        ]
    )]
    pub plan: Option<PathBuf>,

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

    /// Report drift in the stacks that change
    #[arg(long)]
    pub drift: bool,

    /// Adopt what deleted stacks left: keys, secrets, addresses, images
    #[arg(long)]
    pub rebuild: bool,

    #[command(flatten)]
    pub parallelism: Parallelism,
    #[command(flatten)]
    pub consent: Consent,
}

pub(super) async fn run<B: Backend>(
    line: &CommandLine,
    arguments: &Arguments,
) -> Result<u8, Error> {
    let saved = match &arguments.plan {
        Some(path) => Some(load(path, arguments)?),
        None => None,
    };
    let session = Session::<B>::open(line, &arguments.target).await?;
    let given = &arguments.acknowledged;
    let acknowledged = Acknowledgements::gather(&given.words, given.file.as_deref())?;
    let mut request = session.request(&arguments.scope, &arguments.images)?;
    request.acknowledged = acknowledged.words();
    request.prune = arguments.prune;
    request.role = arguments.acting.role.clone().or(request.role);
    if arguments.rebuild {
        adopt_orphans(&session, &mut request).await?;
    }
    let access = Access::Write {
        break_glass: arguments.consent.break_glass.clone(),
    };
    let mut planner = Planner::new(&session, request, DeploymentKind::Deploy, access);
    planner.saved = saved.as_ref().map(|plan| SavedCommit(plan.commit.clone()));
    let drift = if arguments.drift {
        let plan = planner.plan_only().await?;
        Some(drift::plan_drift(&session, &planner, &plan).await?)
    } else {
        None
    };
    let resumed = match &saved {
        Some(plan) => {
            let stacks = session.assembly.stacks.iter();
            let mut manual = stacks.filter(|stack| stack.applied_manually);
            let touched = |name: &str| plan.steps.iter().any(|step| step.stack == name);
            let remaining = Remaining {
                prefix: &session.expected.prefix,
                default_role: &session.execution_role(),
                manual_stacks: manual.any(|stack| touched(stack.name.as_str())),
            };
            line.clone().remaining_work(plan, &remaining)
        }
        None => line.clone(),
    };
    let deployment = Deployment {
        session: &session,
        planner: &planner,
        target: &arguments.target,
        consent: &arguments.consent,
        concurrency: arguments.parallelism.concurrency.get(),
        acknowledged: Some(&acknowledged),
        drift,
        resume: resumed.resume(),
        unattended: unattended(line, arguments),
    };
    match saved {
        Some(plan) => deployment.run_saved(plan).await,
        None => deployment.run().await,
    }
}

/// The commands that do the same without a terminal. A saved plan can't hold adopted orphans.
fn unattended(line: &CommandLine, arguments: &Arguments) -> Vec<String> {
    match &arguments.plan {
        Some(path) => vec![line.planning().deploy_saved(path)],
        None if arguments.rebuild => Vec::new(),
        None => line.planning().reviewed().into(),
    }
}

/// Imports the retained resources of deleted stacks. A given image takes precedence over the last deployed one.
async fn adopt_orphans<B: Backend>(
    session: &Session<B>,
    request: &mut Request,
) -> Result<(), Error> {
    let observed = session.observe().await?;
    let rate_limits = session.options(None, "").rate_limits;
    let orphans =
        orphans::rebuild_input(session.client(), &session.assembly, &observed, &rate_limits)
            .await
            .map_err(Error::Port)?;
    request.imports = orphans.imports;
    for (stack, values) in orphans.parameters {
        let given = request.parameters.entry(stack).or_default();
        for (name, value) in values {
            given.entry(name).or_insert(value);
        }
    }
    Ok(())
}

fn load(path: &Path, arguments: &Arguments) -> Result<Plan, Error> {
    let text = fs::read_to_string(path).map_err(|source| Error::Read {
        path: path.to_owned(),
        source,
    })?;
    let plan = Plan::load(&text).map_err(|source| Error::Load {
        path: path.to_owned(),
        source,
    })?;
    if plan.environment != arguments.target.environment {
        return Err(Error::OtherPlan {
            path: path.to_owned(),
            asked: arguments.target.environment,
            found: plan.environment,
        });
    }
    Ok(plan)
}
