//! What verbs that only look have in common.

use std::collections::BTreeMap;

use common::terminal_text::TerminalText;
use deploy::difference::Difference;
use deploy::execute::{Event, Stop};
use deploy::plan::Plan;
use deploy::reconcile::{Decision, ReconcileOptions, ReconcileOutcome, reconcile};
use deploy::report::{Line, Look, Tone, page, terminal};
use serde::Serialize;

use crate::Error;
use crate::screen::complain;
use crate::session::{Planner, Session};

/// Prints lines.
pub(super) fn print(lines: &[Line]) -> Result<(), Error> {
    text(&page(lines, look()))
}

/// How to print.
pub(super) fn look() -> Look {
    terminal::look_of_stdout()
}

/// Prints a value as JSON.
pub(super) fn json(value: &impl Serialize) -> Result<(), Error> {
    text(&TerminalText::json(value, true).map_err(Error::Json)?)
}

/// Prints a value as a line of JSON, behind those of a deployment.
pub(super) fn json_line(value: &impl Serialize) -> Result<(), Error> {
    text(&TerminalText::json(value, false).map_err(Error::Json)?)
}

fn text(text: &TerminalText) -> Result<(), Error> {
    terminal::print(text).map_err(Error::Print)
}

/// The plan, without a step of it being taken.
pub(super) async fn planned(session: &Session, planner: &Planner<'_>) -> Result<Box<Plan>, Error> {
    let options = session.options(None, "");
    let reconciled = reconcile(
        &session.port,
        ReconcileOptions {
            region: &session.expected.region,
            prefix: &session.expected.prefix,
            acknowledged: &planner.request.acknowledged,
            execution: &options,
        },
        |observed| planner.plan(observed),
        complaining(),
        |_| Decision::Decline,
        Stop::never(),
    )
    .await?;
    Ok(match reconciled {
        ReconcileOutcome::NoSteps { plan }
        | ReconcileOutcome::Declined { plan }
        | ReconcileOutcome::Executed { plan, .. } => plan,
    })
}

/// Tells of trouble while looking, on standard error: each once, as long as it stays the same.
pub(super) fn complaining() -> impl FnMut(Event) {
    let mut last = None;
    move |event| {
        if let Event::Warning { message, .. } = event
            && last.as_ref() != Some(&message)
        {
            complain(&[Line::at(2).and(Tone::Dim, &message)]);
            last = Some(message);
        }
    }
}

/// The differences as lines, by stack.
pub(super) fn lines(
    differences: &BTreeMap<String, Difference>,
    look: Look,
) -> BTreeMap<String, Vec<Line>> {
    differences
        .iter()
        .map(|(stack, one)| {
            (
                stack.clone(),
                deploy::report::difference::template(one, look),
            )
        })
        .collect()
}
