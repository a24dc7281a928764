//! ECS.
//!
//! <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/Welcome.html>

use cloudformation::Page;
use deploy::inspect::services::{Container, EcsDeployment, EcsService, ServiceEvent, Task};
use serde::Deserialize;
use serde_json::{Value, json};

use super::time::{Seconds, timestamp};
use crate::signed::{Call, JsonVersion, Response, Service, SignedError};

pub(super) const ECS: Service = Service::new("ECS", "ecs");

pub(super) const NO_CLUSTER: &str = "ClusterNotFoundException";

/// No service of this name in the cluster.
pub(super) const NO_SERVICE: &str = "ServiceNotFoundException";

fn call(target: &'static str, body: Value) -> Call {
    Call::Json {
        version: JsonVersion::V1_1,
        target,
        body,
    }
}

pub(super) fn service(cluster: &str, service: &str) -> Call {
    call(
        "AmazonEC2ContainerServiceV20141113.DescribeServices",
        json!({ "cluster": cluster, "services": [service] }),
    )
}

#[derive(Deserialize)]
struct Described {
    #[serde(default)]
    services: Vec<Detail>,
}

/// A service that was deleted is described for a while, with its last events.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Detail {
    #[serde(default)]
    desired_count: u32,
    #[serde(default)]
    running_count: u32,
    #[serde(default)]
    deployments: Vec<Deployment>,
    #[serde(default)]
    events: Vec<Event>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Deployment {
    id: String,
    rollout_state: Option<String>,
    rollout_state_reason: Option<String>,
    #[serde(default)]
    failed_tasks: u32,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    id: String,
    created_at: Seconds,
    message: String,
}

pub(super) fn read_service(response: &Response) -> Result<Option<EcsService>, SignedError> {
    let described: Described = response.json()?;
    Ok(described
        .services
        .into_iter()
        .next()
        .map(|found| EcsService {
            desired: found.desired_count,
            running: found.running_count,
            deployments: found.deployments.into_iter().map(deployment).collect(),
            events: found.events.into_iter().map(event).collect(),
        }))
}

fn deployment(deployment: Deployment) -> EcsDeployment {
    EcsDeployment {
        id: deployment.id,
        rollout: deployment.rollout_state,
        reason: deployment.rollout_state_reason,
        failed_tasks: deployment.failed_tasks,
    }
}

fn event(event: Event) -> ServiceEvent {
    ServiceEvent {
        id: event.id,
        at: event.created_at.0,
        message: event.message,
    }
}

pub(super) fn stopped_tasks(cluster: &str, service: &str, next: Option<String>) -> Call {
    let mut body = json!({
        "cluster": cluster,
        "serviceName": service,
        "desiredStatus": "STOPPED",
        "maxResults": 100,
    });
    if let Some(next) = next {
        body["nextToken"] = next.into();
    }
    call("AmazonEC2ContainerServiceV20141113.ListTasks", body)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    #[serde(default)]
    task_arns: Vec<String>,
    next_token: Option<String>,
}

pub(super) fn read_stopped_tasks(response: &Response) -> Result<Page<String>, SignedError> {
    let listed: Listed = response.json()?;
    Ok(Page {
        items: listed.task_arns,
        next: listed.next_token,
    })
}

pub(super) fn tasks(cluster: &str, tasks: &[String]) -> Call {
    call(
        "AmazonEC2ContainerServiceV20141113.DescribeTasks",
        json!({ "cluster": cluster, "tasks": tasks }),
    )
}

#[derive(Deserialize)]
struct DescribedTasks {
    #[serde(default)]
    tasks: Vec<TaskDetail>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TaskDetail {
    task_arn: String,
    stop_code: Option<String>,
    stopped_reason: Option<String>,
    started_at: Option<Seconds>,
    stopped_at: Option<Seconds>,
    #[serde(default)]
    containers: Vec<ContainerDetail>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ContainerDetail {
    name: String,
    image: Option<String>,
    exit_code: Option<i64>,
    reason: Option<String>,
}

pub(super) fn read_tasks(response: &Response) -> Result<Vec<Task>, SignedError> {
    let described: DescribedTasks = response.json()?;
    Ok(described.tasks.into_iter().map(task).collect())
}

fn task(task: TaskDetail) -> Task {
    let containers = task.containers.into_iter();
    Task {
        arn: task.task_arn,
        stop_code: task.stop_code,
        stopped_reason: task.stopped_reason,
        started: timestamp(task.started_at),
        stopped: timestamp(task.stopped_at),
        containers: containers
            .map(|one| Container {
                name: one.name,
                image: one.image,
                exit_code: one.exit_code,
                reason: one.reason,
            })
            .collect(),
    }
}
