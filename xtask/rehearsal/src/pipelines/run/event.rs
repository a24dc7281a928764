//! Events of a rehearsal, and their rendering.

use std::time::Duration;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// An execution enters its first stage.
    Started {
        pipeline: String,
        run: usize,
    },
    Action {
        stage: String,
        action: String,
        role: String,
    },
    Command {
        phase: &'static str,
        command: String,
    },
    /// A command prints a line.
    Said(String),
    /// A shim or another command runs instead of a program or a command.
    Substitution {
        name: String,
        what: String,
    },
    Ended {
        outcome: Outcome,
        took: Duration,
    },
    /// The execution changed its own pipeline, which restarts it.
    Restarted {
        run: usize,
    },
    Over {
        pipeline: String,
        run: usize,
        /// As CodePipeline calls it.
        status: &'static str,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Succeeded,
    Command {
        phase: &'static str,
        code: i32,
    },
    Denied {
        role: String,
        action: String,
        resource: String,
        why: String,
    },
    Missing(String),
    Stopped,
}

impl Outcome {
    #[must_use]
    pub const fn succeeded(&self) -> bool {
        matches!(self, Self::Succeeded)
    }

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

/// The line that shows an event.
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
            format!("  the pipeline was updated: run {run} starts with the new version")
        }
        Event::Over {
            pipeline,
            run,
            status,
        } => format!("{pipeline}, run {run}: {status}"),
    }
}
