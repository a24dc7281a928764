//! Wording that several reports share.

use std::time::Duration;

use crate::execute::Remedy;
use crate::plan::{Action, Operation, Phase, Plan, Recovery, Step};
use common::environment::EnvironmentName;
use common::naming::Names;

/// A number of things: `1 stack`, `3 stacks`.
#[must_use]
pub fn count(number: usize, thing: &str) -> String {
    match number {
        1 => format!("1 {thing}"),
        _ if thing.ends_with('s') => format!("{number} {thing}es"),
        _ => format!("{number} {thing}s"),
    }
}

/// A time that something took: `4s`, `3m 04s`, `1h 02m`.
#[must_use]
pub fn elapsed(time: Duration) -> String {
    let seconds = time.as_secs();
    let (minutes, hours) = (seconds / 60, seconds / 3600);
    match (hours, minutes) {
        (0, 0) => format!("{seconds}s"),
        (0, _) => format!("{minutes}m {:02}s", seconds % 60),
        _ => format!("{hours}h {:02}m", minutes % 60),
    }
}

/// What is done about something that takes longer than it may.
#[must_use]
pub const fn remedy(remedy: Remedy) -> &'static str {
    match remedy {
        Remedy::Cancel => "cancelling the update",
        Remedy::Delete => "deleting the new resources",
        Remedy::None => "left to CloudFormation",
    }
}

/// A stack or an export without project and environment: `network`. Another environment's stays whole.
#[must_use]
pub fn short<T: AsRef<str> + ?Sized>(name: &T, environment: EnvironmentName) -> &str {
    let name = name.as_ref();
    name.strip_prefix(&Names::new(environment).prefix())
        .and_then(|rest| rest.strip_prefix('-'))
        .unwrap_or(name)
}

/// Names in a row: `a, b and c`; of many only the first.
#[must_use]
pub fn listed<T: AsRef<str>>(names: &[T], most: usize) -> String {
    let (shown, rest) = names.split_at(most.min(names.len()));
    let shown: Vec<&str> = shown.iter().map(AsRef::as_ref).collect();
    match (shown.split_last(), rest.len()) {
        (None, _) => String::new(),
        (Some((last, [])), 0) => (*last).to_owned(),
        (Some((last, before)), 0) => format!("{} and {last}", before.join(", ")),
        (Some(_), more) => format!("{} and {more} more", shown.join(", ")),
    }
}

/// What happens to a stack, in a word.
#[must_use]
pub const fn action(action: Action) -> &'static str {
    match action {
        Action::Create => "create",
        Action::Update => "update",
        Action::Delete => "delete",
        Action::Unchanged => "unchanged",
        Action::Protect => "protect",
        Action::Recover => "recover",
        Action::Blocked => "blocked",
        Action::Skipped => "skipped",
    }
}

/// The sign that stands before a stack in a plan. ASCII, since it is what people search for.
#[must_use]
pub const fn sign(action: Action) -> &'static str {
    match action {
        Action::Create => "+",
        Action::Update => "~",
        Action::Delete => "-",
        Action::Unchanged => "=",
        Action::Protect => "^",
        Action::Recover => "!",
        Action::Blocked => "x",
        Action::Skipped => ".",
    }
}

/// The work of a step: while it is done, and once it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StepVerb {
    /// `create`.
    pub base: &'static str,
    /// `creating`.
    pub doing: &'static str,
    /// `created`.
    pub done: &'static str,
}

#[must_use]
pub const fn step_verb(step: &Step) -> StepVerb {
    match &step.operation {
        Operation::Deploy(deploy) => match (deploy.phase, deploy.exists) {
            (Phase::Expand, true) => StepVerb {
                base: "expand",
                doing: "expanding",
                done: "expanded",
            },
            (Phase::Import, _) => StepVerb {
                base: "import",
                doing: "importing",
                done: "imported",
            },
            (Phase::Contract, _) => StepVerb {
                base: "contract",
                doing: "contracting",
                done: "contracted",
            },
            (Phase::Whole, true) => StepVerb {
                base: "update",
                doing: "updating",
                done: "updated",
            },
            (_, false) => StepVerb {
                base: "create",
                doing: "creating",
                done: "created",
            },
        },
        Operation::Protect { .. } => StepVerb {
            base: "protect",
            doing: "protecting",
            done: "protected",
        },
        Operation::Delete { .. } => StepVerb {
            base: "delete",
            doing: "deleting",
            done: "deleted",
        },
        Operation::Recover(recovery) => match recovery {
            Recovery::Wait => StepVerb {
                base: "wait for",
                doing: "waiting",
                done: "waited for",
            },
            Recovery::DeleteFailedCreation => StepVerb {
                base: "clear",
                doing: "clearing",
                done: "cleared",
            },
            Recovery::ContinueRollback | Recovery::RollBack => StepVerb {
                base: "roll back",
                doing: "rolling back",
                done: "rolled back",
            },
        },
    }
}

/// How many stacks get which action, most telling first: `1 to create, 3 unchanged`.
#[must_use]
pub fn tally(plan: &Plan) -> String {
    const ORDER: [(Action, &str); 8] = [
        (Action::Recover, "to recover"),
        (Action::Create, "to create"),
        (Action::Update, "to update"),
        (Action::Delete, "to delete"),
        (Action::Protect, "to protect"),
        (Action::Blocked, "blocked"),
        (Action::Skipped, "skipped"),
        (Action::Unchanged, "unchanged"),
    ];
    let parts: Vec<String> = ORDER
        .into_iter()
        .filter_map(|(action, word)| {
            let number = plan
                .stacks
                .iter()
                .filter(|stack| stack.action == action)
                .count();
            (number > 0).then(|| format!("{number} {word}"))
        })
        .collect();
    if parts.is_empty() {
        "no stacks".to_owned()
    } else {
        parts.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_times() {
        assert_eq!(count(1, "stack"), "1 stack");
        assert_eq!(count(0, "stack"), "0 stacks");
        let times = [0, 59, 60, 184, 3600, 3725].map(|time| elapsed(Duration::from_secs(time)));
        assert_eq!(times, ["0s", "59s", "1m 00s", "3m 04s", "1h 00m", "1h 02m"]);
    }

    #[test]
    fn names_in_a_row() {
        let names = ["a", "b", "c"];
        assert_eq!(listed(&names[..0], 3), "");
        assert_eq!(listed(&names[..1], 3), "a");
        assert_eq!(listed(&names, 3), "a, b and c");
        assert_eq!(listed(&names, 2), "a, b and 1 more");
    }

    #[test]
    fn another_environments_stack_stays_whole() {
        let short = |stack| short(stack, EnvironmentName::Staging);
        assert_eq!(short("lemonade-staging-network"), "network");
        assert_eq!(
            short("lemonade-production-network"),
            "lemonade-production-network"
        );
    }
}
