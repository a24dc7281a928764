//! Whether a stack is still as a plan observed it. Pure.

use crate::plan::Observation;
use cloudformation::Stack;
use cloudformation::status::StackStatus;

impl Observation {
    /// What is to be observed of a stack; of one that is not there, too.
    #[must_use]
    pub fn of(stack: Option<&Stack>) -> Self {
        stack
            .filter(|stack| stack.status != StackStatus::DeleteComplete)
            .map_or(
                Self {
                    id: None,
                    status: None,
                    changed: None,
                },
                |stack| Self {
                    id: Some(stack.id.clone()),
                    status: Some(stack.status.clone()),
                    changed: Some(stack.changed().to_owned()),
                },
            )
    }

    /// How the stack differs from what was observed, if it does. `None` stands for a stack of which
    /// the plan says nothing: it was not there.
    #[must_use]
    pub fn difference(observed: Option<&Self>, stack: Option<&Stack>) -> Option<String> {
        let now = Self::of(stack);
        let before = observed.cloned().unwrap_or_else(|| Self::of(None));
        match (&before.id, &now.id) {
            (None, None) => return None,
            (None, Some(_)) => {
                return Some("it was not there when it was planned, and is now".to_owned());
            }
            (Some(_), None) => {
                return Some("it was there when it was planned, and is not any more".to_owned());
            }
            (Some(before), Some(now)) if before != now => {
                return Some("it was deleted and created again since it was planned".to_owned());
            }
            (Some(_), Some(_)) => {}
        }
        if let (Some(before), Some(now)) = (&before.status, &now.status)
            && before != now
        {
            return Some(format!("it was {before} when it was planned, and is {now}"));
        }
        if let (Some(before), Some(now)) = (&before.changed, &now.changed)
            && before != now
        {
            return Some(format!(
                "it was changed at {now}, after it was planned as of {before}"
            ));
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stack(id: &str, status: StackStatus, changed: &str) -> Stack {
        Stack {
            id: id.to_owned(),
            name: "network".to_owned(),
            status,
            created: changed.to_owned(),
            ..Stack::default()
        }
    }

    #[test]
    fn each_way_of_moving_is_told() {
        let was = stack("id", StackStatus::CreateComplete, "1");
        let observed = Observation::of(Some(&was));
        let difference = |now: Option<&Stack>| Observation::difference(Some(&observed), now);

        assert_eq!(difference(Some(&was)), None);
        let gone = stack("id", StackStatus::DeleteComplete, "2");
        for (now, expected) in [
            (None, "is not any more"),
            (Some(gone), "is not any more"),
            (
                Some(stack("other", StackStatus::CreateComplete, "1")),
                "created again",
            ),
            (
                Some(stack("id", StackStatus::UpdateInProgress, "1")),
                "is UPDATE_IN_PROGRESS",
            ),
            (
                Some(stack("id", StackStatus::CreateComplete, "2")),
                "changed at 2",
            ),
        ] {
            let text = difference(now.as_ref()).unwrap();
            assert!(text.contains(expected), "{text}");
        }
    }

    #[test]
    fn nothing_observed_means_that_nothing_was_there() {
        let now = stack("id", StackStatus::CreateComplete, "1");
        assert_eq!(Observation::difference(None, None), None);
        assert!(Observation::difference(None, Some(&now)).is_some());
        let absent = Observation::of(None);
        assert_eq!(Observation::difference(Some(&absent), None), None);
        assert!(Observation::difference(Some(&absent), Some(&now)).is_some());
    }
}
