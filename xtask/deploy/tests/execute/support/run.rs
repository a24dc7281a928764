//! Runs a plan, and keeps what was reported.

use deploy::execute::{Event, Options, Outcome, StepOutcome, Stop, execute};
use deploy::plan::Plan;

use super::cloud::Cloud;
use super::plans::id;

/// What came of a run.
pub(crate) struct Run {
    pub(crate) outcome: Outcome,
    pub(crate) events: Vec<Event>,
}

impl Run {
    pub(crate) async fn new(cloud: &Cloud, plan: &Plan) -> Self {
        Self::with(cloud, plan, &Options::new("run", "a note"), Stop::never()).await
    }

    pub(crate) async fn with(cloud: &Cloud, plan: &Plan, options: &Options, stop: Stop) -> Self {
        let mut events = Vec::new();
        let outcome = execute(cloud, plan, options, |event| events.push(event), stop).await;
        Self { outcome, events }
    }

    pub(crate) fn step(&self, step: &str) -> &StepOutcome {
        self.outcome
            .steps
            .get(&id(step))
            .unwrap_or_else(|| panic!("{step} has no outcome: {:?}", self.outcome))
    }

    /// The messages of trouble.
    pub(crate) fn warnings(&self) -> Vec<&str> {
        self.events
            .iter()
            .filter_map(|event| match event {
                Event::Warning { message, .. } => Some(message.as_str()),
                _ => None,
            })
            .collect()
    }
}

/// What was reported, one line for each event.
pub(crate) fn lines(events: &[Event]) -> String {
    events
        .iter()
        .map(|event| serde_json::to_string(event).unwrap())
        .collect::<Vec<_>>()
        .join("\n")
}
