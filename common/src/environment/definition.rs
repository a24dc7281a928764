//! An environment: everything that the stacks of one place need to know.

use super::{
    AccountId, Alarms, Atlas, Branch, Budget, Cluster, Domain, EnvironmentName, Ingress, Network,
    Pipeline, Region, Retention, Zonal, ZoneId,
};
use crate::application::Application;
use crate::naming::Names;

/// One environment with the applications that run in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Environment {
    /// Production or staging.
    pub name: EnvironmentName,
    /// The account that everything is created in; checked before the first write.
    pub account: AccountId,
    /// Whether the other environment is in the same account, in another region.
    pub shares_account: bool,
    /// The region that everything is created in; checked before the first write.
    pub region: Region,
    /// The two data centres.
    pub zones: Zonal<ZoneId>,
    /// The branch that its pipelines follow.
    pub branch: Branch,
    /// Where its pipelines get their sources.
    pub pipeline: Pipeline,
    /// The VPC's address block and its NAT gateways.
    pub network: Network,
    /// Where it is reached.
    pub domain: Domain,
    /// How clients get to the load balancer.
    pub ingress: Ingress,
    /// The peering with the database, once it exists.
    pub atlas: Option<Atlas>,
    /// Machine type, AMI and the bounds of scaling.
    pub cluster: Cluster,
    /// How long logs and images are kept.
    pub retention: Retention,
    /// The receiver of alarms and failed pipelines.
    pub alarms: Alarms,
    /// What it may cost.
    pub budget: Budget,
    /// Whether deletion and termination protection are on; always in production.
    pub protected: bool,
    /// Its applications with this environment's overrides applied, sorted by name.
    pub applications: Vec<Application>,
}

impl Environment {
    /// Makes the physical names of its stacks and resources.
    #[must_use]
    pub fn names(&self) -> Names {
        Names::new(self.name)
    }

    /// The application with this name, if it is deployed to this environment.
    #[must_use]
    pub fn application(&self, name: &str) -> Option<&Application> {
        self.applications
            .iter()
            .find(|application| application.name.as_str() == name)
    }
}
