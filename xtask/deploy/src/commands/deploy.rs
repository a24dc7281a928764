//! `deploy`: brings an environment to its definition, or does what a saved plan says.

use std::fs;
use std::path::Path;

use deploy_arguments::Deploy;
use deploy_engine::plan::Plan;

use super::carry_out::Undertaking;
use crate::Error;
use crate::acknowledgements::Acknowledgements;
use crate::session::{Planner, Purpose, Session, Strictness, again};

pub(super) async fn run(arguments: &Deploy) -> Result<u8, Error> {
    let saved = match &arguments.plan {
        Some(path) => Some(load(path, arguments)?),
        None => None,
    };
    let session = Session::open(&arguments.target).await?;
    let given = &arguments.acknowledged;
    let acknowledged = Acknowledgements::gather(&given.words, given.file.as_deref())?;
    let mut request = session.request(&arguments.scope, &arguments.images)?;
    request.acknowledged = acknowledged.words();
    request.prune = arguments.prune;
    let strictness = Strictness::ToWrite {
        break_glass: arguments.consent.break_glass.clone(),
    };
    let planner = Planner::new(&session, request, Purpose::Deploy, strictness);
    let undertaking = Undertaking {
        session: &session,
        planner: &planner,
        target: &arguments.target,
        consent: &arguments.consent,
        concurrency: arguments.pace.concurrency.get(),
        acknowledged: Some(&acknowledged),
        again: again(arguments, &arguments.target),
    };
    match saved {
        Some(plan) => undertaking.carry_out_saved(plan).await,
        None => undertaking.carry_out().await,
    }
}

fn load(path: &Path, arguments: &Deploy) -> Result<Plan, Error> {
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
