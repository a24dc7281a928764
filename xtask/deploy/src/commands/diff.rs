//! `diff`: what deploying would change, by comparing the templates.

use std::collections::{BTreeMap, BTreeSet};

use crate::difference::Difference;
use crate::report::{Line, plan};
use common::environment::EnvironmentName;
use deploy_arguments::{Diff, Format, Images, exit_code};
use serde::Serialize;

use super::output::{json, lines, look, planned, print};
use crate::Error;
use crate::backend::Backend;
use crate::session::{Planner, Purpose, Session, Strictness};

/// What `--format json` prints.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Printed {
    environment: EnvironmentName,
    differences: BTreeMap<String, Difference>,
}

pub(super) async fn run<B: Backend>(arguments: &Diff) -> Result<u8, Error> {
    let session = Session::<B>::open(&arguments.target).await?;
    let mut request = session.request(&arguments.scope, &Images::default())?;
    // Everything that could be done is shown, whoever has to do it.
    request.by_a_person = true;
    let planner = Planner::new(&session, request, Purpose::Deploy, Strictness::ToLook);
    let mut plan = planned(&session, &planner).await?;
    let differences = planner.differences();
    if arguments.target.format == Format::Json {
        json(&Printed {
            environment: plan.environment,
            differences,
        })?;
        return Ok(exit_code::SUCCESS);
    }
    // What would be done about it, in which order, and what of it is dangerous, is the plan's.
    plan.steps.clear();
    plan.findings.clear();
    let differing: BTreeSet<&String> = differences.keys().collect();
    for stack in &mut plan.stacks {
        stack.deferred.clear();
        if differing.contains(&stack.name) {
            stack.reason.clear();
        }
    }
    let shown: Vec<Line> = plan::plan(plan::Shown {
        plan: &plan,
        differences: &lines(&differences, look()),
        change_sets: &BTreeMap::new(),
    });
    print(&shown)?;
    Ok(exit_code::SUCCESS)
}
