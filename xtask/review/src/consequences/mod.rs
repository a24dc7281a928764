//! The consequences of a change: two synthesized environments compared.
//!
//! Properties speak for themselves through the table of [`crate::meaning`]; every other file is one analysis that
//! needs more than a property's own values.

mod attributes;
mod capacity;
mod cluster;
mod containers;
mod effects;
mod exports;
mod exposure;
mod images;
mod network_resilience;
mod permissions;
mod pipelines;
mod properties;
mod reachability;
mod resilience;
mod resources;
mod routing;
mod stacks;
mod update_policy;
mod values;
mod web_firewall;

use crate::consequence::{Applied, Consequence, Kind, Weight, ordered};
use crate::environment::{Environment, Resource};

/// What a change from one definition of an environment to another will do, the worst first. `before` is what is
/// deployed.
#[must_use]
pub fn consequences(before: &Environment, after: &Environment) -> Vec<Consequence> {
    let change = Change { before, after };
    let analyses: &[fn(&Change<'_>) -> Vec<Consequence>] = &[
        attributes::consequences,
        capacity::consequences,
        containers::consequences,
        effects::consequences,
        exports::consequences,
        exposure::consequences,
        images::consequences,
        network_resilience::consequences,
        permissions::consequences,
        pipelines::consequences,
        properties::consequences,
        resilience::consequences,
        resources::consequences,
        routing::consequences,
        stacks::consequences,
        update_policy::consequences,
        web_firewall::consequences,
    ];
    let mut found: Vec<Consequence> = analyses
        .iter()
        .flat_map(|analysis| analysis(&change))
        .collect();
    let paths = reachability::consequences(&change, &found);
    found.extend(paths);
    ordered(found)
}

/// A change of an environment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Change<'a> {
    pub(crate) before: &'a Environment,
    pub(crate) after: &'a Environment,
}

impl<'a> Change<'a> {
    /// The resources of a type that both sides have: before and after.
    fn pairs(&self, resource_type: &'a str) -> impl Iterator<Item = (Resource<'a>, Resource<'a>)> {
        let before = self.before;
        self.after.of_type(resource_type).filter_map(move |after| {
            let old = before.resource(after.stack, after.logical_id)?;
            (old.resource_type == after.resource_type).then_some((old, after))
        })
    }

    /// A consequence for a resource; of the side that has it.
    fn tell(
        &self,
        resource: &Resource<'_>,
        weight: Weight,
        kind: Kind,
        text: String,
    ) -> Consequence {
        let there = self
            .after
            .resource(resource.stack, resource.logical_id)
            .is_some();
        let side = if there { self.after } else { self.before };
        let applied = if self.after.stacks().contains_key(resource.stack) {
            side.applied(resource.stack)
        } else {
            Applied::WithPrune
        };
        Consequence {
            applied,
            ..side.consequence(resource.stack, resource.logical_id, weight, kind, text)
        }
    }
}
