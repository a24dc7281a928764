//! What the benchmarks share: definitions of any size, and their synthesis in one process.

use common::Definition;
use common::environment::Environment;
use common::stack::StackArtifact;
use tests::growth;
use tests::synthesis::CRATES;

/// As many applications with ingress as an environment takes; more are workers.
const MOST_WITH_INGRESS: usize = 90;

/// A definition of so many applications, one in ten with ingress: the same mixture at every size
/// that is benchmarked.
///
/// # Panics
/// When the generated definition is refused.
#[must_use]
pub fn definition(applications: usize) -> Definition {
    let with_ingress = (applications / 10).min(MOST_WITH_INGRESS);
    Definition::parse(&growth::files(applications, with_ingress))
        .unwrap_or_else(|errors| panic!("{errors}"))
}

/// All stacks of an environment.
///
/// # Panics
/// When a stack can't be synthesized.
#[must_use]
pub fn stacks(environment: &Environment) -> Vec<StackArtifact> {
    CRATES
        .iter()
        .flat_map(|(_, define)| define(environment).unwrap_or_else(|error| panic!("{error}")))
        .collect()
}
