//! Containers: ECS and CloudWatch Logs.

use crate::timestamp::Timestamp;

/// A service of ECS.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Service.html>
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EcsService {
    pub desired: u32,
    pub running: u32,
    pub deployments: Vec<EcsDeployment>,
    /// What happened to it, newest first; ECS keeps a hundred.
    pub events: Vec<ServiceEvent>,
}

/// A deployment of a service.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Deployment.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EcsDeployment {
    /// Its id: `ecs-svc/0123456789`.
    pub id: String,
    /// How it goes: `IN_PROGRESS`, `COMPLETED`, `FAILED`.
    pub rollout: Option<String>,
    pub reason: Option<String>,
    pub failed_tasks: u32,
}

/// Something that happened to a service.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceEvent.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceEvent {
    pub id: String,
    pub at: Timestamp,
    /// What, in a sentence.
    pub message: String,
}

/// A task.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Task.html>
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Task {
    pub arn: String,
    /// Why it was stopped, as a code: `EssentialContainerExited`.
    pub stop_code: Option<String>,
    /// Why it was stopped, in a sentence.
    pub stopped_reason: Option<String>,
    /// When its containers ran, if they did.
    pub started: Option<Timestamp>,
    pub stopped: Option<Timestamp>,
    pub containers: Vec<Container>,
}

impl Task {
    /// The end of its ARN, which its log is named after.
    #[must_use]
    pub fn id(&self) -> &str {
        self.arn.rsplit('/').next().unwrap_or_default()
    }
}

/// A container of a task.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Container.html>
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Container {
    /// Its name in the task definition.
    pub name: String,
    pub image: Option<String>,
    /// What it exited with, if it ran.
    pub exit_code: Option<i64>,
    /// What is said of it, if something went wrong.
    pub reason: Option<String>,
}

/// A line of a log.
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_OutputLogEvent.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    /// When it was written.
    pub at: Timestamp,
    /// The line, without its end.
    pub text: String,
}
