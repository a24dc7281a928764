//! The consequences of a change: two synthesized environments compared.
//!
//! Properties speak for themselves through the table of [`crate::meaning`]; every other file is one analysis that
//! needs more than a property's own values.

mod attributes;
mod properties;
mod resources;
mod stacks;

use crate::consequence::{Consequence, ordered};
use crate::environment::Environment;

/// What a change from one definition of an environment to another will do, the worst first. `before` is what is
/// deployed.
#[must_use]
pub fn consequences(before: &Environment, after: &Environment) -> Vec<Consequence> {
    let change = Change { before, after };
    let analyses: [fn(&Change<'_>) -> Vec<Consequence>; 4] = [
        stacks::consequences,
        resources::consequences,
        properties::consequences,
        attributes::consequences,
    ];
    ordered(
        analyses
            .iter()
            .flat_map(|analysis| analysis(&change))
            .collect(),
    )
}

/// A change of an environment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Change<'a> {
    pub(crate) before: &'a Environment,
    pub(crate) after: &'a Environment,
}
