//! The whole definition's inputs.

use crate::environment::{Environment, EnvironmentName};

/// Both environments, each with its applications.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// The environments, sorted by name.
    pub environments: Vec<Environment>,
}

impl Definition {
    /// The environment with this name.
    #[must_use]
    pub fn environment(&self, name: EnvironmentName) -> Option<&Environment> {
        self.environments
            .iter()
            .find(|environment| environment.name == name)
    }
}
