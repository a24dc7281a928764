//! An application, as it runs in one environment.

use std::collections::BTreeMap;

use super::{
    ApplicationIngress, ApplicationName, Build, ContainerPath, HealthCheck, Promotion, Repository,
    SecretName, Tasks, User, VariableName,
};
use crate::capacity::{CpuUnits, Mebibytes};

/// An application with its environment's overrides applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// What everything of it is named after.
    pub name: ApplicationName,
    /// Where its source is.
    pub repository: Repository,
    /// How it is tested and built.
    pub build: Build,
    /// How its commits get to production.
    pub promotion: Promotion,
    /// The port that the container listens on; always there with ingress, a worker has none.
    pub container_port: Option<u16>,
    /// The hard limit: a container that takes more is killed.
    pub memory: Mebibytes,
    /// What is set aside on a machine, at most the limit: what ECS places by, and what
    /// `MemoryReservation` counts.
    pub memory_reservation: Mebibytes,
    /// The share of a machine's CPU under contention.
    pub cpu: CpuUnits,
    /// What requests it gets; a worker gets none.
    pub ingress: Option<ApplicationIngress>,
    /// How the load balancer finds out that it is well; there exactly with ingress.
    pub health_check: Option<HealthCheck>,
    /// The time from SIGTERM to SIGKILL; with ingress, less than the deregistration delay.
    pub stop_timeout_seconds: u32,
    /// How many copies run.
    pub tasks: Tasks,
    /// Secrets that the container finds in its environment, sorted.
    pub secrets: Vec<SecretName>,
    /// Environment variables, none of them also a secret.
    pub variables: BTreeMap<VariableName, String>,
    /// Who the container's process is.
    pub user: User,
    /// What is run instead of the image's command.
    pub command: Option<Vec<String>>,
    /// Where the container may write: scratch space, gone with the container. Everything else is
    /// read-only. Sorted.
    pub writable: Vec<ContainerPath>,
}

impl Application {
    /// Size of each writable path in MiB.
    pub const SCRATCH: Mebibytes = Mebibytes(64);

    /// What each of its tasks takes of a machine's memory, in ECS's metric as in its placement: the
    /// reservation, and the scratch space, which lives in memory.
    /// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-reservation.html>
    #[must_use]
    pub fn reserved_memory(&self) -> Mebibytes {
        let paths = u32::try_from(self.writable.len()).unwrap_or(u32::MAX);
        let scratch = Self::SCRATCH.get().saturating_mul(paths);
        Mebibytes(self.memory_reservation.get().saturating_add(scratch))
    }
}
