//! Evidence about a service, collected while it was deployed.

use std::collections::{BTreeMap, BTreeSet};

use cloudformation::template::{property, resources_of_type};
use common::application::{Application, ApplicationName};
use common::environment::{Environment, EnvironmentName};
use common::naming::{Names, StackKind};
use common::stack::StackArtifact;
use serde_json::Value;

use crate::inspect::services::{EcsDeployment, LogLine, ServiceEvent, Task};

/// What the names of log streams begin with, as in the task definition.
const LOG_PREFIX: &str = "task";

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    pub cluster: String,
    pub service: String,
    pub log_group: String,
    /// What the names of their log streams begin with.
    pub log_prefix: String,
    /// The path that the load balancer asks for, if it does.
    pub health_path: Option<String>,
}

impl Target {
    #[must_use]
    pub fn of(environment: &Environment, application: &Application) -> Self {
        let names = environment.names();
        Self {
            cluster: names.cluster(),
            service: names.service(&application.name),
            log_group: names.application_log_group(&application.name),
            log_prefix: LOG_PREFIX.to_owned(),
            health_path: application
                .health_check
                .as_ref()
                .map(|check| check.path.to_string()),
        }
    }

    /// The service that a stack of an assembly runs, where it runs one. Who deploys a release has
    /// nothing but its assembly.
    #[must_use]
    pub fn of_stack(environment: EnvironmentName, stack: &StackArtifact) -> Option<Self> {
        let names = Names::new(environment);
        let application: ApplicationName = stack.id.strip_prefix("service-")?.parse().ok()?;
        if stack.name != names.stack(&StackKind::Service(application.clone())) {
            return None;
        }
        let template: Value = serde_json::from_str(stack.template.as_deref()?).ok()?;
        let group = resources_of_type(&template, "AWS::ElasticLoadBalancingV2::TargetGroup").next();
        let path = group.and_then(|(_, group)| property(group, "HealthCheckPath")?.as_str());
        Some(Self {
            cluster: names.cluster(),
            service: names.service(&application),
            log_group: names.application_log_group(&application),
            log_prefix: LOG_PREFIX.to_owned(),
            health_path: path.map(str::to_owned),
        })
    }

    /// The log stream of a container:
    /// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specify-log-config.html>
    pub(super) fn stream(&self, container: &str, task: &Task) -> String {
        format!("{}/{container}/{}", self.log_prefix, task.id())
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// What had happened since the service was steady, before the first poll. ECS does not repeat an
    /// event while its cause lasts, for six hours at most.
    pub before: Vec<ServiceEvent>,
    /// What happened since, oldest first.
    pub events: Vec<ServiceEvent>,
    /// The deployments, as they were last seen.
    pub deployments: BTreeMap<String, EcsDeployment>,
    /// The tasks that stopped since.
    pub tasks: BTreeMap<String, Task>,
    /// The last lines of their logs, by task and container, oldest first.
    pub lines: BTreeMap<(String, String), Vec<LogLine>>,
    /// What could not be asked, each once.
    pub errors: BTreeSet<String>,
}
