//! `deploy`: brings an environment to its definition, or does what a saved plan says.

use std::fs;
use std::path::Path;

use crate::observe::observe_telling;
use crate::plan::{Plan, Request};
use crate::remains;
use deploy_arguments::{Deploy, Plan as PlanArguments};

use super::drift;
use super::output::{complaining, planned};
use crate::Error;
use crate::acknowledgements::Acknowledgements;
use crate::backend::Backend;
use crate::deployment::Deployment;
use crate::preflight::SavedCommit;
use crate::session::{
    Planner, Purpose, Session, Strictness, again, deploy_saved, planning, rest_of, reviewed,
};

pub(super) async fn run<B: Backend>(arguments: &Deploy) -> Result<u8, Error> {
    let saved = match &arguments.plan {
        Some(path) => Some(load(path, arguments)?),
        None => None,
    };
    let session = Session::<B>::open(&arguments.target).await?;
    let given = &arguments.acknowledged;
    let acknowledged = Acknowledgements::gather(&given.words, given.file.as_deref())?;
    let mut request = session.request(&arguments.scope, &arguments.images)?;
    request.acknowledged = acknowledged.words();
    request.prune = arguments.prune;
    request.role = arguments.acting.role.clone().or(request.role);
    if arguments.rebuild {
        take_over(&session, &mut request).await?;
    }
    let strictness = Strictness::ToWrite {
        break_glass: arguments.consent.break_glass.clone(),
    };
    let mut planner = Planner::new(&session, request, Purpose::Deploy, strictness);
    planner.saved = saved.as_ref().map(|plan| SavedCommit(plan.commit.clone()));
    let drift = if arguments.drift {
        let plan = planned(&session, &planner).await?;
        Some(drift::of_plan(&session, &planner, &plan).await?)
    } else {
        None
    };
    let resumed = match &saved {
        Some(plan) => {
            let stacks = session.assembly.stacks.iter();
            let mut by_a_person = stacks.filter(|stack| stack.applied_by_a_person);
            let touched = |name: &str| plan.steps.iter().any(|step| step.stack == name);
            let by_a_person = by_a_person.any(|stack| touched(stack.name.as_str()));
            let usual = session.execution_role();
            let known = (session.expected.prefix.as_str(), usual.as_str());
            rest_of(arguments, plan, known, by_a_person)
        }
        None => arguments.clone(),
    };
    let deployment = Deployment {
        session: &session,
        planner: &planner,
        target: &arguments.target,
        consent: &arguments.consent,
        concurrency: arguments.pace.concurrency.get(),
        acknowledged: Some(&acknowledged),
        drift,
        again: again(&resumed, &arguments.target),
        unattended: unattended(arguments),
    };
    match saved {
        Some(plan) => deployment.run_saved(plan).await,
        None => deployment.run().await,
    }
}

/// How it is done where nobody can be asked. What is taken over stands in no plan that is saved.
fn unattended(arguments: &Deploy) -> Vec<String> {
    let saving = PlanArguments {
        scope: arguments.scope.clone(),
        images: arguments.images.clone(),
        acting: arguments.acting.clone(),
        acknowledged: arguments.acknowledged.clone(),
        prune: arguments.prune,
        drift: arguments.drift,
        ..planning(&arguments.target, &arguments.consent)
    };
    match &arguments.plan {
        Some(path) => vec![deploy_saved(&saving, path)],
        None if arguments.rebuild => Vec::new(),
        None => reviewed(&saving).into(),
    }
}

/// Finds what deleted stacks have left. An image that is given counts for more than the last one.
async fn take_over<B: Backend>(session: &Session<B>, request: &mut Request) -> Result<(), Error> {
    let expected = &session.expected;
    let observed = observe_telling(
        session.client(),
        &expected.region,
        &expected.prefix,
        complaining(),
    )
    .await
    .map_err(Error::Port)?;
    let pace = session.options(None, "").rate_limits;
    let remaining = remains::find(session.client(), &session.assembly, &observed, &pace)
        .await
        .map_err(Error::Port)?;
    request.imports = remaining.imports;
    for (stack, values) in remaining.parameters {
        let given = request.parameters.entry(stack).or_default();
        for (name, value) in values {
            given.entry(name).or_insert(value);
        }
    }
    Ok(())
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
