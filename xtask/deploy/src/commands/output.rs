//! What verbs that only look have in common.

use std::collections::BTreeMap;

use crate::difference::Difference;
use crate::execute::{Event, Stop};
use crate::plan::Plan;
use crate::reconcile::{Decision, ReconcileOptions, ReconcileOutcome, reconcile};
use crate::report::{Line, OutputStyle, Tone, page, terminal};
use common::terminal_text::TerminalText;
use serde::Serialize;

use crate::Error;
use crate::backend::Backend;
use crate::session::{Planner, Session};
use crate::terminal::complain;

/// Prints lines.
pub(super) fn print(lines: &[Line]) -> Result<(), Error> {
    text(&page(lines, style()))
}

/// How to print.
pub(super) fn style() -> OutputStyle {
    terminal::stdout_style()
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
pub(super) async fn planned<B: Backend>(
    session: &Session<B>,
    planner: &Planner<'_, B>,
) -> Result<Box<Plan>, Error> {
    let options = session.options(None, "");
    let reconciled = reconcile(
        session.client(),
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
pub(crate) fn complaining() -> impl FnMut(Event) {
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
pub(crate) fn lines(
    differences: &BTreeMap<String, Difference>,
    style: OutputStyle,
) -> BTreeMap<String, Vec<Line>> {
    differences
        .iter()
        .map(|(stack, one)| {
            (
                stack.clone(),
                crate::report::difference::template(one, style),
            )
        })
        .collect()
}
