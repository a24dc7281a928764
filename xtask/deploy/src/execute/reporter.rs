//! Where events go.

use tokio::sync::mpsc::UnboundedSender;

use super::event::Event;
use crate::plan::StepId;
use cloudformation::ClientError;

/// Hands events to whoever listens to the walk.
#[derive(Clone, Debug)]
pub(super) struct Reporter(UnboundedSender<Event>);

impl Reporter {
    pub(super) const fn new(sender: UnboundedSender<Event>) -> Self {
        Self(sender)
    }

    /// An event. Nobody listening any more is no failure.
    pub(super) fn send(&self, event: Event) {
        let _ = self.0.send(event);
    }

    /// A call failed in a way that is waited out.
    pub(super) fn warn_retry(&self, step: Option<&StepId>, error: &ClientError) {
        self.warn(step, error.to_string());
    }

    /// Something that a person should know, and that changes nothing.
    pub(super) fn warn(&self, step: Option<&StepId>, message: String) {
        self.send(Event::Warning {
            step: step.cloned(),
            message,
        });
    }
}
