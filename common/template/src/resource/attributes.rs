//! The attributes that CloudFormation gives every resource: what happens on deletion, on
//! replacement, and while machines are created or replaced.
//!
//! Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-product-attribute-reference.html>

use crate::{IntoNode, Node, Properties};

/// What happens to a resource when it leaves its stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeletionPolicy {
    /// CloudFormation deletes the resource.
    Delete,
    /// The resource stays, without a stack.
    Retain,
    /// It stays, unless the stack failed while creating it: plain `Retain` would leave it behind
    /// and block the next attempt.
    RetainExceptOnCreate,
    /// A snapshot of it stays.
    Snapshot,
}

impl DeletionPolicy {
    /// As CloudFormation spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Delete => "Delete",
            Self::Retain => "Retain",
            Self::RetainExceptOnCreate => "RetainExceptOnCreate",
            Self::Snapshot => "Snapshot",
        }
    }

    /// Whether the resource, or a copy of it, outlives its stack.
    #[must_use]
    pub const fn keeps(self) -> bool {
        !matches!(self, Self::Delete)
    }
}

/// What happens to the old resource when an update replaces it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpdateReplacePolicy {
    /// CloudFormation deletes the resource.
    Delete,
    /// The resource stays, without a stack.
    Retain,
    /// A snapshot of it stays.
    Snapshot,
}

impl UpdateReplacePolicy {
    /// As CloudFormation spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Delete => "Delete",
            Self::Retain => "Retain",
            Self::Snapshot => "Snapshot",
        }
    }
}

/// How an Auto Scaling group replaces its machines when its launch template changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RollingUpdate {
    /// Machines that stay in service throughout.
    pub min_instances_in_service: u32,
    /// Machines replaced at a time.
    pub max_batch_size: u32,
    /// How long to wait for the new machines' signals, in minutes.
    pub signal_timeout_minutes: u32,
    /// Auto Scaling processes that rest meanwhile.
    pub suspend_processes: &'static [&'static str],
}

/// How an update of a resource proceeds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UpdatePolicy {
    /// Machine by machine, each waiting for the new machine's signal.
    Rolling(RollingUpdate),
}

impl IntoNode for UpdatePolicy {
    fn into_node(self) -> Node {
        let Self::Rolling(rolling) = self;
        let suspended: Vec<&str> = rolling.suspend_processes.to_vec();
        Properties::default()
            .with(
                "AutoScalingRollingUpdate",
                Properties::default()
                    .with(
                        "MinInstancesInService",
                        i64::from(rolling.min_instances_in_service),
                    )
                    .with("MaxBatchSize", i64::from(rolling.max_batch_size))
                    .with("PauseTime", minutes(rolling.signal_timeout_minutes))
                    .with("WaitOnResourceSignals", true)
                    .with("SuspendProcesses", suspended),
            )
            // An update of the stack's scheduled sizes must not undo what scaling has decided.
            .with(
                "AutoScalingScheduledAction",
                Properties::default().with("IgnoreUnmodifiedGroupSizeProperties", true),
            )
            .into_node()
    }
}

/// What CloudFormation waits for before a resource counts as created.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CreationPolicy {
    /// How many success signals.
    pub signals: u32,
    /// How long to wait for them, in minutes.
    pub timeout_minutes: u32,
}

impl IntoNode for CreationPolicy {
    fn into_node(self) -> Node {
        Properties::default()
            .with(
                "ResourceSignal",
                Properties::default()
                    .with("Count", i64::from(self.signals))
                    .with("Timeout", minutes(self.timeout_minutes)),
            )
            .into_node()
    }
}

/// An ISO 8601 duration.
fn minutes(minutes: u32) -> String {
    format!("PT{minutes}M")
}
