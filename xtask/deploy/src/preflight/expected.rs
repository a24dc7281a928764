//! What an environment's deployment is held against.

use common::assembly::Assembly;
use common::environment::EnvironmentName;
use common::naming::Names;

/// Where a deployment goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Where {
    /// To AWS, or to whatever answers in its place.
    Aws,
    /// To the local CloudFormation that the command itself has started: nothing can be lost, so
    /// sources and consent are not asked for.
    Local,
}

/// What an environment's deployment is held against. All of it comes from the assembly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// The environment.
    pub environment: EnvironmentName,
    /// The account that it lives in.
    pub account: String,
    /// The region that it lives in.
    pub region: String,
    /// The branch that it is deployed from.
    pub branch: String,
    /// What the names of its stacks begin with: `lemonade-staging-`.
    pub prefix: String,
    /// The pipeline that deploys its definition.
    pub pipeline: String,
    /// Where it goes.
    pub to: Where,
}

impl Expected {
    /// What the assembly says, for a deployment to AWS.
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
            to: Where::Aws,
        }
    }

    /// The same, for a deployment to the local CloudFormation.
    #[must_use]
    pub fn locally(mut self) -> Self {
        self.to = Where::Local;
        self
    }

    /// Whether only the branch's own, committed sources may be deployed.
    #[must_use]
    pub fn asks_for_sources(&self) -> bool {
        self.environment == EnvironmentName::Production && self.to == Where::Aws
    }
}
