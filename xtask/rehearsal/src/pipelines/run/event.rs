//! What happens in a rehearsal: the only thing that whoever shows it knows.

use std::time::Duration;

/// What happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A run enters its first stage.
    Started {
        /// The pipeline.
        pipeline: String,
        /// The run's number.
        run: usize,
    },
    /// An action begins.
    Action {
        /// The stage.
        stage: String,
        /// The action.
        action: String,
        /// The name of the role that it acts as.
        role: String,
    },
    /// A command of a build begins.
    Command {
        /// The phase.
        phase: &'static str,
        /// The command.
        command: String,
    },
    /// A command says a line.
    Said(String),
    /// Something is stood in for.
    StandIn {
        /// What.
        name: String,
        /// By what.
        what: String,
    },
    /// An action has ended.
    Ended {
        /// How.
        outcome: Outcome,
        /// How long it took.
        took: Duration,
    },
    /// The pipeline was changed by its run, which starts again.
    Restarted {
        /// The new run's number.
        run: usize,
    },
    /// A run is over.
    Over {
        /// The pipeline.
        pipeline: String,
        /// The run's number.
        run: usize,
        /// How, in CodePipeline's word.
        status: &'static str,
    },
}

/// How an action ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It has done what it is for.
    Succeeded,
    /// A command failed.
    Command {
        /// The phase.
        phase: &'static str,
        /// Its exit code.
        code: i32,
    },
    /// A permission is missing.
    Denied {
        /// Of which role.
        role: String,
        /// To do what.
        action: String,
        /// On what.
        resource: String,
        /// Why it is.
        why: String,
    },
    /// What it takes is not there.
    Missing(String),
    /// Its run was stopped.
    Stopped,
}

impl Outcome {
    /// Whether it is well.
    #[must_use]
    pub const fn is_well(&self) -> bool {
        matches!(self, Self::Succeeded)
    }
}
