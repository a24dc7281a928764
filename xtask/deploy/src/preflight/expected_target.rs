//! The account, region, branch and pipeline of an environment, as its assembly defines them.

use common::assembly::Assembly;
use common::environment::EnvironmentName;
use common::naming::Names;

/// The cloud that a deployment writes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Destination {
    /// AWS, or the endpoint that replaces it.
    Aws,
    /// The emulator in this process: nothing can be lost, so sources and consent are not checked.
    Local,
}

/// What the actual target is compared with. All of it comes from the assembly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpectedTarget {
    pub environment: EnvironmentName,
    pub account: String,
    pub region: String,
    pub branch: String,
    /// The prefix of stack names: `lemonade-staging-`.
    pub prefix: String,
    /// The pipeline that deploys the environment's definition.
    pub pipeline: String,
    pub destination: Destination,
}

impl ExpectedTarget {
    #[must_use]
    pub fn of(assembly: &Assembly) -> Self {
        let names = Names::new(assembly.environment);
        Self {
            environment: assembly.environment,
            account: assembly.account.clone(),
            region: assembly.region.clone(),
            branch: assembly.branch.clone(),
            prefix: format!("{}-", names.prefix()),
            pipeline: names.definition_pipeline(),
            destination: Destination::Aws,
        }
    }

    #[must_use]
    pub fn in_emulator(mut self) -> Self {
        self.destination = Destination::Local;
        self
    }

    /// Whether only committed sources of the environment's branch may be deployed.
    #[must_use]
    pub fn requires_committed_sources(&self) -> bool {
        self.environment == EnvironmentName::Production && self.destination == Destination::Aws
    }
}
