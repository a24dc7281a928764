//! What nodes come to reach, or cease to: paths over several resources, which no rule tells alone.

use super::Change;
use crate::consequence::{Consequence, Kind, Subject, Weight};
use crate::reach::{AccessChange, AccessDifference};

/// The consequences for who reaches whom, but for paths of which another consequence names a rule already.
pub(super) fn consequences(change: &Change<'_>, found: &[Consequence]) -> Vec<Consequence> {
    let difference = AccessDifference::new(change.before, change.after);
    let is_named = |one: &&AccessChange| {
        let exposures = found.iter().filter(|other| other.kind == Kind::Exposure);
        let mut subjects = exposures.flat_map(|other| &other.subjects);
        !subjects.any(|subject| one.hops.iter().any(|hop| is_same(hop, subject)))
    };
    let exists = |one: &&AccessChange| {
        let subject = one.subject.as_ref();
        subject.is_some_and(|one| change.after.resource(&one.stack, &one.logical_id).is_some())
    };
    let gained = difference.gained.iter().filter(is_named);
    // What is removed is told of as a resource.
    let lost = difference.lost.iter().filter(exists).filter(is_named);
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
            "can be reached from {} on {}{}",
            one.from,
            one.traffic,
            one.by()
        )
    } else {
        format!("can reach {} on {}{}", one.to, one.traffic, one.by())
    };
    told(change, one, weight, text)
}

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
            "can no longer be reached from {} on {}{}{missing}",
            one.from,
            one.traffic,
            one.by()
        )
    } else {
        format!(
            "can no longer reach {} on {}{}{missing}",
            one.to,
            one.traffic,
            one.by()
        )
    };
    told(change, one, weight, text)
}

fn told(
    change: &Change<'_>,
    one: &AccessChange,
    weight: Weight,
    text: String,
) -> Option<Consequence> {
    let subject = one.subject.clone()?;
    Some(Consequence {
        weight,
        kind: Kind::Exposure,
        text,
        property: None,
        from: None,
        to: None,
        applied: change.after.applied(&subject.stack),
        subjects: vec![subject],
        causes: Vec::new(),
    })
}
