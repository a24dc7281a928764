//! The stacks of an environment, and what they are called.

use std::fmt;

use crate::application::ApplicationName;

/// Which of an environment's stacks. Its text is the last part of the stack's name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StackKind {
    /// Boundaries and what pipelines keep; applied by a person.
    Bootstrap,
    /// The roles that deploy; applied by a person. A stack of its own, since what the execution
    /// role is permitted takes half of what a template may hold.
    BootstrapRoles,
    /// The definition's own pipeline.
    Cicd,
    /// Network, security groups, peering, data key.
    Network,
    /// The load balancer, the environment's entry.
    LoadBalancer,
    /// The cluster and its machines.
    Ecs,
    /// What an application keeps between releases: repository, log group, roles.
    Application(ApplicationName),
    /// What of an application changes with a release: the ECS service and its task definition.
    Service(ApplicationName),
    /// What builds and releases an application.
    Pipeline(ApplicationName),
    /// The one stack of a crate that nothing here knows; named in lowercase letters and digits.
    Other(&'static str),
}

impl fmt::Display for StackKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bootstrap => formatter.write_str("bootstrap"),
            Self::BootstrapRoles => formatter.write_str("bootstrap-roles"),
            Self::Cicd => formatter.write_str("cicd"),
            Self::Network => formatter.write_str("network"),
            Self::LoadBalancer => formatter.write_str("loadbalancer"),
            Self::Ecs => formatter.write_str("ecs"),
            Self::Application(name) => write!(formatter, "application-{name}"),
            Self::Service(name) => write!(formatter, "service-{name}"),
            Self::Pipeline(name) => write!(formatter, "pipeline-{name}"),
            Self::Other(name) => formatter.write_str(name),
        }
    }
}

/// The name of a stack, `lemonade-<environment>-<stack>`.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(transparent)]
pub struct StackName(pub(super) String);

impl StackName {
    /// The name as CloudFormation knows it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name without project and environment: `network`, `service-web`. Neither of those has
    /// a hyphen.
    #[must_use]
    pub fn id(&self) -> &str {
        self.0.splitn(3, '-').last().unwrap_or_default()
    }
}

impl AsRef<str> for StackName {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for StackName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}
