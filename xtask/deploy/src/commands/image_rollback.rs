//! `applications rollback`: the deployment of an older image that the repository still holds.
//!
//! Registry and pipeline are checked first: a missing image would fail only when tasks start, and one that never
//! ran may be the next failure.

use std::collections::BTreeSet;

use crate::inspect::services::{Image as HeldImage, Services as _};
use crate::observe::observe;
use crate::release::rollback::{
    IMAGE_PARAMETER, ImageSelection, choose, describe, succeeded_commits,
};
use crate::report::{Line, Tone};
use clap::Args;
use common::application::ApplicationName;
use common::environment::EnvironmentName;
use common::naming::{Names, StackKind};

use super::arguments::{Acknowledged, Consent, Format, Image, Images, Scope, Target};
use super::image::{ImageError, parse_digest};
use super::output::print;
use crate::Error;
use crate::acknowledgements::Acknowledgements;
use crate::backend::Backend;
use crate::command_line::CommandLine;
use crate::deployment::Deployment;
use crate::session::Session;
use crate::session_planner::{Access, DeploymentKind, Planner};

/// The pages of the pipeline's history that are read, of a hundred runs each: many times the images that a
/// repository keeps.
const PAGES: usize = 10;

#[derive(Debug, Args)]
#[command(after_help = "\
Looks into the application's repository, shows which image it goes back to, and
deploys that. Without --to it is the newest one, from before the one that runs,
that the pipeline has deployed successfully. An image that the repository does
not hold is refused.

Examples:
  cargo xtask applications rollback web --env staging
  cargo xtask applications rollback web --env production --to sha256:…")]
pub struct Arguments {
    /// The application
    #[arg(value_name = "NAME")]
    pub application: ApplicationName,

    #[command(flatten)]
    pub target: Target,

    /// The image [default: the newest older one that ran successfully]
    #[arg(long, value_name = "DIGEST", value_parser = digest)]
    pub to: Option<String>,

    #[command(flatten)]
    pub acknowledged: Acknowledged,
    #[command(flatten)]
    pub consent: Consent,
}

pub(super) async fn run<B: Backend>(
    line: &CommandLine,
    arguments: &Arguments,
) -> Result<u8, Error> {
    let session = Session::<B>::open(line, &arguments.target).await?;
    let stack = service_stack(&session, arguments)?;
    let digest = match (&session.local, &arguments.to) {
        // The emulator has no registry.
        (Some(_), Some(digest)) => digest.clone(),
        (Some(_), None) => return Err(Error::NoRegistry),
        (None, wanted) => select_image(&session, arguments, &stack, wanted.as_deref()).await?,
    };
    let given = &arguments.acknowledged;
    let acknowledged = Acknowledgements::gather(&given.words, given.file.as_deref())?;
    let scope = Scope {
        only: vec![stack.clone()],
        bootstrap: false,
    };
    let image = Image {
        stack: Some(stack.clone()),
        digest,
    };
    // The rest of the service stays as it is deployed, independent of this checkout.
    let images = Images {
        images: vec![image.clone()],
        use_previous_template: true,
    };
    let mut request = session.request(&scope, &images)?;
    request.acknowledged = acknowledged.words();
    let access = Access::Write {
        break_glass: arguments.consent.break_glass.clone(),
    };
    let planner = Planner::new(&session, request, DeploymentKind::Deploy, access);
    let planning = line
        .planning()
        .with("--only", stack)
        .with("--image", image.to_string())
        .with_switch("--use-previous-template");
    Deployment {
        session: &session,
        planner: &planner,
        target: &arguments.target,
        consent: &arguments.consent,
        concurrency: 1,
        acknowledged: Some(&acknowledged),
        drift: None,
        resume: line.clone().resume(),
        unattended: planning.reviewed().into(),
    }
    .run()
    .await
}

fn service_stack<B: Backend>(session: &Session<B>, arguments: &Arguments) -> Result<String, Error> {
    let environment: EnvironmentName = session.assembly.environment;
    let application = &arguments.application;
    let name = Names::new(environment).stack(&StackKind::Service(application.clone()));
    let mut stacks = session.assembly.stacks.iter();
    if stacks.any(|stack| stack.name == name) {
        Ok(name.to_string())
    } else {
        Err(Error::NoApplication {
            environment,
            application: application.to_string(),
        })
    }
}

/// Selects the digest to go back to, and prints it.
async fn select_image<B: Backend>(
    session: &Session<B>,
    arguments: &Arguments,
    stack: &str,
    wanted: Option<&str>,
) -> Result<String, Error> {
    let expected = &session.expected;
    let observed = observe(session.client(), &expected.region, &expected.prefix)
        .await
        .map_err(Error::Port)?;
    let view = observed.stacks.get(stack);
    let runs = view.and_then(|view| view.parameters.get(IMAGE_PARAMETER));
    let runs = runs.ok_or_else(|| Error::NotDeployed {
        stack: stack.to_owned(),
    })?;
    let application = &arguments.application;
    let services = session.services().ok_or(Error::OnlyCloudFormation)?;
    let images = repository_images(session, &services, arguments).await?;
    let ran;
    let selection = match wanted {
        Some(digest) => ImageSelection::Digest(digest),
        None => {
            ran = deployed_commits(session, &services, arguments).await?;
            ImageSelection::Before(&ran)
        }
    };
    let image = choose(application.as_str(), images, runs, selection)?;
    if arguments.target.format == Format::Text {
        print(&[
            Line::new()
                .and(Tone::Strong, application.as_str())
                .plain(" runs ")
                .plain(runs),
            Line::new()
                .plain("and goes back to ")
                .plain(describe(&image)),
            Line::new(),
        ])?;
    }
    Ok(image.digest)
}

async fn repository_images<B: Backend>(
    session: &Session<B>,
    services: &B::Services,
    arguments: &Arguments,
) -> Result<Vec<HeldImage>, Error> {
    let repository = Names::new(session.assembly.environment).repository(&arguments.application);
    let mut images = Vec::new();
    let mut next = None;
    loop {
        // In the environment's account; preflight checks the caller's account later.
        let account = &session.assembly.account;
        let page = services.images(account, &repository, next).await;
        let page = page.map_err(|source| Error::Registry {
            repository: repository.clone(),
            source,
        })?;
        images.extend(page.items);
        next = page.next;
        if next.is_none() {
            return Ok(images);
        }
    }
}

/// The commits that completed the application's pipeline; none without a pipeline.
async fn deployed_commits<B: Backend>(
    session: &Session<B>,
    services: &B::Services,
    arguments: &Arguments,
) -> Result<BTreeSet<String>, Error> {
    let pipeline = Names::new(session.assembly.environment).pipeline(&arguments.application);
    let mut commits = BTreeSet::new();
    let mut next = None;
    for _ in 0..PAGES {
        let page = services.history(&pipeline, next).await;
        let page = page.map_err(|source| Error::History {
            pipeline: pipeline.clone(),
            source,
        })?;
        let Some(page) = page else {
            break;
        };
        commits.extend(succeeded_commits(page.items));
        next = page.next;
        if next.is_none() {
            break;
        }
    }
    Ok(commits)
}

fn digest(text: &str) -> Result<String, ImageError> {
    parse_digest(text).map(str::to_owned)
}
