//! What nodes come to reach, or cease to: paths over several resources, which no rule tells alone.

use super::Change;
use crate::consequence::{Consequence, Kind, Subject, Weight};
use crate::reach::{AccessChange, AccessDifference};

/// The consequences for who reaches whom, but for paths of which another consequence names a rule already.
pub(super) fn consequences(change: &Change<'_>, found: &[Consequence]) -> Vec<Consequence> {
    let difference = AccessDifference::new(change.before, change.after);
    let is_new = |one: &&AccessChange| {
        let others = found
            .iter()
            .filter(|other| matches!(other.kind, Kind::Exposure | Kind::Interruption));
        let mut subjects = others.flat_map(|other| &other.subjects);
        !subjects.any(|subject| one.hops.iter().any(|hop| is_same(hop, subject)))
    };
    let exists = |one: &&AccessChange| {
        let subject = one.subject.as_ref();
        subject.is_some_and(|one| change.after.resource(&one.stack, &one.logical_id).is_some())
    };
    let gained = difference.gained.iter().filter(is_new);
    // What is removed is told of as a resource.
    let lost = difference.lost.iter().filter(exists).filter(is_new);
    gained
        .filter_map(|one| gain(change, one))
        .chain(lost.filter_map(|one| loss(change, one)))
        .collect()
}

fn is_same(one: &Subject, other: &Subject) -> bool {
    one.stack == other.stack && one.logical_id == other.logical_id
}

fn gain(change: &Change<'_>, one: &AccessChange) -> Option<Consequence> {
    // What a load balancer forwards has passed its listeners' rules and the firewall on it.
    let is_open = one.from_internet && one.through.is_empty();
    let weight = if is_open {
        Weight::Severe
    } else {
        Weight::Notable
    };
    let text = if one.is_about_target {
        format!(
            "can be reached from {} {}{}",
            one.from,
            one.traffic.phrase(),
            one.by()
        )
    } else {
        format!("can reach {} {}{}", one.to, one.traffic.phrase(), one.by())
    };
    told(change, one, weight, Kind::Exposure, text)
}

/// Connections that are no longer possible: for who used them it is an interruption.
fn loss(change: &Change<'_>, one: &AccessChange) -> Option<Consequence> {
    let weight = if one.is_complete {
        Weight::Severe
    } else {
        Weight::Notable
    };
    let missing = one.missing.first().map(|one| format!(": {}", one.text));
    let missing = missing.unwrap_or_default();
    let text = if one.is_about_target {
        format!(
            "can no longer be reached from {} {}{}{missing}",
            one.from,
            one.traffic.phrase(),
            one.by()
        )
    } else {
        format!(
            "can no longer reach {} {}{}{missing}",
            one.to,
            one.traffic.phrase(),
            one.by()
        )
    };
    told(change, one, weight, Kind::Interruption, text)
}

fn told(
    change: &Change<'_>,
    one: &AccessChange,
    weight: Weight,
    kind: Kind,
    text: String,
) -> Option<Consequence> {
    let subject = one.subject.clone()?;
    Some(Consequence {
        weight,
        kind,
        text,
        property: None,
        from: None,
        to: None,
        applied: change.after.applied(&subject.stack),
        subjects: vec![subject],
        causes: Vec::new(),
    })
}
