//! `bootstrap`: the one deployment by a person, and what is missing after it.
//!
//! A deployment like any other, of the stacks that no pipeline may touch, and of the pipeline that
//! deploys everything else. Where it ends well, the doctor looks at what is beside the stacks. What
//! that finds does not change the exit code: the deployment did what it was asked to.

use crate::doctor::{ahead, doctor};
use crate::finding::Finding;
use crate::report::Line;
use crate::report::inspection;
use common::naming::{Names, StackKind};
use deploy_arguments::{Bootstrap, Format, Images, Plan, Scope, exit_code};
use serde::Serialize;

use super::doctor::Examined;
use super::output::{json_line, look, print};
use crate::Error;
use crate::acknowledgements::Acknowledgements;
use crate::backend::Backend;
use crate::deployment::Deployment;
use crate::session::{Planner, Purpose, Session, Strictness, again, complete, planning, reviewed};

/// What programs are told after the end.
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "camelCase")]
enum Told<'a> {
    /// What there is to do now.
    Examined { findings: &'a [Finding] },
}

pub(super) async fn run<B: Backend>(arguments: &Bootstrap) -> Result<u8, Error> {
    let session = Session::<B>::open(&arguments.target).await?;
    // Before anything is written: without it nothing could be said in the end.
    let environment = session.defined(&arguments.definition)?;
    let given = &arguments.acknowledged;
    let acknowledged = Acknowledgements::gather(&given.words, given.file.as_deref())?;
    let scope = scope(&session);
    let mut request = session.request(&scope, &Images::default())?;
    request.acknowledged = acknowledged.words();
    let strictness = Strictness::ToWrite {
        break_glass: arguments.consent.break_glass.clone(),
    };
    let planner = Planner::new(&session, request, Purpose::Deploy, strictness);
    let saving = Plan {
        scope,
        acknowledged: given.clone(),
        ..planning(&arguments.target, &arguments.consent)
    };
    let code = Deployment {
        session: &session,
        planner: &planner,
        target: &arguments.target,
        consent: &arguments.consent,
        concurrency: arguments.pace.concurrency.get(),
        acknowledged: Some(&acknowledged),
        drift: None,
        again: again(arguments, &arguments.target),
        unattended: reviewed(&saving).into(),
    }
    .run()
    .await?;
    if code != exit_code::SUCCESS {
        return Ok(code);
    }
    let name = session.assembly.environment;
    let (title, mut findings) = if session.local.is_some() {
        let title = format!("{name}: what there is to do in an account, and not on this machine");
        (title, ahead(&environment))
    } else {
        let examined =
            Examined::of_environment(&session, environment, &arguments.definition).await?;
        let findings = doctor(&examined.known(&session), &examined.found);
        (format!("{name}: what there is to do now"), findings)
    };
    complete(&mut findings, &arguments.target);
    match arguments.target.format {
        Format::Json => json_line(&Told::Examined {
            findings: &findings,
        })?,
        Format::Text => {
            let mut lines = vec![Line::new()];
            lines.extend(inspection::steps(&title, &findings, look()));
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

/// What a person applies, and the pipeline of the definition. Never empty, which would be everything.
fn scope<B: Backend>(session: &Session<B>) -> Scope {
    let pipeline = Names::new(session.assembly.environment).stack(&StackKind::Cicd);
    let stacks = session.assembly.stacks.iter();
    let by_a_person = stacks.filter(|stack| stack.applied_by_a_person);
    let mut only: Vec<String> = by_a_person.map(|stack| stack.id.clone()).collect();
    only.push(pipeline.id().to_owned());
    Scope {
        only,
        bootstrap: true,
    }
}
