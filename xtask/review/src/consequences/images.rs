//! The images that repositories keep: what may be rolled back to.
//! <https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html>

use serde_json::Value;

use super::Change;
use super::values::{count, differs};
use crate::consequence::{Consequence, Kind, Weight};
use crate::environment::Resource;

/// What a lifecycle policy keeps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Kept {
    /// How many images with any tag; none where there is no limit.
    images: Option<u32>,
    /// For how many days; none where there is no limit.
    days: Option<u32>,
    /// For how many days those without a tag; none where there is no limit.
    untagged_days: Option<u32>,
}

impl Kept {
    fn of(repository: &Resource<'_>) -> Self {
        let text = repository.text("LifecyclePolicy/LifecyclePolicyText");
        let policy: Value = text
            .and_then(|text| serde_json::from_str(text).ok())
            .unwrap_or_default();
        let mut kept = Self::default();
        let rules = policy.get("rules").and_then(Value::as_array);
        for rule in rules.into_iter().flatten() {
            let Some(selection) = rule.get("selection") else {
                continue;
            };
            let number = count(selection.get("countNumber"));
            let is = |name: &str, value: &str| {
                selection.get(name).and_then(Value::as_str) == Some(value)
            };
            let least = |known: Option<u32>| match (known, number) {
                (Some(known), Some(number)) => Some(known.min(number)),
                (known, number) => known.or(number),
            };
            if is("countType", "imageCountMoreThan") {
                kept.images = least(kept.images);
            } else if is("tagStatus", "untagged") {
                kept.untagged_days = least(kept.untagged_days);
            } else {
                kept.days = least(kept.days);
            }
        }
        kept
    }
}

pub(super) fn consequences(change: &Change<'_>) -> Vec<Consequence> {
    let mut found = Vec::new();
    for (before, after) in change.pairs("AWS::ECR::Repository") {
        if !differs(&before, &after, "LifecyclePolicy") {
            continue;
        }
        let (old, new) = (Kept::of(&before), Kept::of(&after));
        let limits = [
            (old.images, new.images, "images"),
            (old.days, new.days, "days"),
            (old.untagged_days, new.untagged_days, "days untagged"),
        ];
        let known = found.len();
        for (from, to, unit) in limits {
            found.extend(limit(from, to, unit).map(|(weight, kind, text)| {
                let told = change.tell(&after, weight, kind, text);
                Consequence {
                    property: Some("LifecyclePolicy".to_owned()),
                    from: from.map(|from| format!("{from} {unit}")),
                    to: to.map(|to| format!("{to} {unit}")),
                    ..told
                }
            }));
        }
        if found.len() == known {
            let text = "lets images expire by other rules".to_owned();
            let told = change.tell(&after, Weight::Notable, Kind::Data, text);
            found.push(change.of_property((&before, &after), "LifecyclePolicy", told));
        }
    }
    found
}

fn limit(from: Option<u32>, to: Option<u32>, unit: &str) -> Option<(Weight, Kind, String)> {
    let fewer = match (from, to) {
        (Some(from), Some(to)) => to < from,
        (None, Some(_)) => true,
        _ => false,
    };
    if from == to {
        return None;
    }
    let told = match (unit, fewer, to) {
        ("images", true, Some(to)) => (
            Weight::Severe,
            Kind::Data,
            format!(
                "deletes all but the newest {to} images within a day{}: there is no way back to a release before them",
                from.map_or_else(String::new, |from| format!(", where it kept {from}"))
            ),
        ),
        ("days", true, Some(to)) => (
            Weight::Severe,
            Kind::Data,
            format!(
                "deletes every image {to} days after its push, also one that runs: if no release is newer, no task of the application can start anew"
            ),
        ),
        (_, true, Some(to)) => (
            Weight::Minor,
            Kind::Data,
            format!("deletes images without a tag after {to} days"),
        ),
        (_, _, Some(to)) => (
            Weight::Minor,
            Kind::Cost,
            format!("keeps {to} {unit} of images, which are billed by size"),
        ),
        (_, _, None) => (
            Weight::Notable,
            Kind::Cost,
            "deletes no image by that rule any more: what they cost grows with each push"
                .to_owned(),
        ),
    };
    Some(told)
}
