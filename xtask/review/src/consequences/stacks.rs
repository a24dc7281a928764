//! Stacks that come or go, and what an assembly says of one beside its template.

use std::collections::BTreeSet;

use common::stack::StackArtifact;

use super::Change;
use crate::consequence::{Applied, Consequence, Kind, Weight};

/// The consequences for whole stacks.
pub(super) fn consequences(change: &Change<'_>) -> Vec<Consequence> {
    let (before, after) = (change.before.stacks(), change.after.stacks());
    let ids: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    ids.into_iter()
        .flat_map(|id| match (before.get(id), after.get(id)) {
            (Some(old), None) => vec![removed(change, &old.artifact)],
            (None, Some(new)) => vec![added(change, &new.artifact)],
            (Some(old), Some(new)) => facts(change, &old.artifact, &new.artifact),
            (None, None) => Vec::new(),
        })
        .collect()
}

fn added(change: &Change<'_>, stack: &StackArtifact) -> Consequence {
    let text = format!("is a new stack with {} resources", stack.resources);
    change
        .after
        .consequence(&stack.id, "", Weight::Minor, Kind::Other, text)
}

fn removed(change: &Change<'_>, stack: &StackArtifact) -> Consequence {
    let kept: Vec<&str> = stack
        .retained
        .iter()
        .map(|one| one.logical_id.as_str())
        .collect();
    let guarded: Vec<&str> = stack
        .guarded
        .iter()
        .map(|one| one.logical_id.as_str())
        .collect();
    let mut text =
        "is no longer defined: it stays deployed until a deployment with --prune deletes it"
            .to_owned();
    if !guarded.is_empty() {
        text += &format!(", and {} with it", guarded.join(", "));
    }
    if !kept.is_empty() {
        text += &format!("; {} stay in the account", kept.join(", "));
    }
    let one = change.before.consequence(
        &stack.id,
        "",
        // What is retained stays, and nothing else in it is in use.
        if guarded.is_empty() {
            Weight::Notable
        } else {
            Weight::Severe
        },
        Kind::Replacement,
        text,
    );
    Consequence {
        applied: Applied::WithPrune,
        ..one
    }
}

/// What an assembly says of a stack, and no template does.
fn facts(change: &Change<'_>, old: &StackArtifact, new: &StackArtifact) -> Vec<Consequence> {
    let mut found = Vec::new();
    if old.termination_protection != new.termination_protection {
        let (weight, text) = if new.termination_protection {
            (
                Weight::Minor,
                "the stack can't be deleted any more before its termination protection is switched off",
            )
        } else {
            (
                Weight::Severe,
                "the stack loses its termination protection: one call deletes it with what it does not retain",
            )
        };
        found.push(Consequence {
            property: Some("termination protection".to_owned()),
            from: Some(old.termination_protection.to_string()),
            to: Some(new.termination_protection.to_string()),
            ..change
                .after
                .consequence(&new.id, "", weight, Kind::Protection, text.to_owned())
        });
    }
    let tags: BTreeSet<&String> = old.tags.keys().chain(new.tags.keys()).collect();
    for tag in tags
        .into_iter()
        .filter(|tag| old.tags.get(*tag) != new.tags.get(*tag))
    {
        let text =
            "the stack's tag propagates to every resource in it that takes tags; each is updated";
        found.push(Consequence {
            property: Some(format!("tag {tag}")),
            from: old.tags.get(tag).cloned(),
            to: new.tags.get(tag).cloned(),
            ..change
                .after
                .consequence(&new.id, "", Weight::Notable, Kind::Other, text.to_owned())
        });
    }
    if old.applied_manually != new.applied_manually {
        let (weight, text) = if new.applied_manually {
            (
                Weight::Notable,
                "pipelines no longer deploy the stack: a person does, with `cargo xtask bootstrap`",
            )
        } else {
            (
                Weight::Severe,
                "pipelines deploy the stack from now on; until now only a person could",
            )
        };
        found.push(
            change
                .after
                .consequence(&new.id, "", weight, Kind::Delivery, text.to_owned()),
        );
    }
    found
}
