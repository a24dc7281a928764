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
    Substitution {
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
    pub const fn succeeded(&self) -> bool {
        matches!(self, Self::Succeeded)
    }

    /// What went wrong, for a person.
    #[must_use]
    pub fn reason(&self) -> Option<String> {
        match self {
            Self::Succeeded => None,
            Self::Command { phase, code } => {
                Some(format!("a command of {phase} failed with {code}"))
            }
            Self::Denied {
                role,
                action,
                resource,
                why,
            } => Some(format!("{role} may not {action} on {resource}: {why}")),
            Self::Missing(what) => Some(format!("{what} is missing")),
            Self::Stopped => Some("the run was stopped".to_owned()),
        }
    }
}

/// A line for an event; none for what is only said when something is wrong.
#[must_use]
pub fn render(event: &Event) -> String {
    match event {
        Event::Started { pipeline, run } => format!("{pipeline}, run {run}"),
        Event::Action {
            stage,
            action,
            role,
        } => format!("  {stage}/{action} as {role}"),
        Event::Command { phase, command } => {
            let mut lines = command.trim().lines();
            let first = lines.next().unwrap_or_default();
            let more = lines.count();
            if more == 0 {
                format!("    {phase}: {first}")
            } else {
                format!("    {phase}: {first} … ({} lines)", more + 1)
            }
        }
        Event::Said(line) => format!("      {line}"),
        Event::Substitution { name, what } => format!("    stand-in for `{name}`: {what}"),
        Event::Ended { outcome, took } => {
            let seconds = took.as_secs_f64();
            match outcome.reason() {
                None => format!("    done in {seconds:.1} s"),
                Some(reason) => format!("    FAILED after {seconds:.1} s: {reason}"),
            }
        }
        Event::Restarted { run } => {
            format!("  the pipeline has changed: run {run} starts with the new one")
        }
        Event::Over {
            pipeline,
            run,
            status,
        } => format!("{pipeline}, run {run}: {status}"),
    }
}
