//! CodeConnections, CodePipeline and ECR.

use std::fmt;

use crate::timestamp::Timestamp;

/// A connection with the place where the sources are.
/// <https://docs.aws.amazon.com/codeconnections/latest/APIReference/API_Connection.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// What a person called it.
    pub name: String,
    /// Where the sources are: `GitHub`.
    pub provider: Option<String>,
    pub status: ConnectionStatus,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConnectionStatus {
    /// The handshake has to be finished in the console.
    Pending,
    Available,
    Error,
    /// A status that this version does not know.
    Unknown(String),
}

impl From<&str> for ConnectionStatus {
    fn from(text: &str) -> Self {
        match text {
            "PENDING" => Self::Pending,
            "AVAILABLE" => Self::Available,
            "ERROR" => Self::Error,
            _ => Self::Unknown(text.to_owned()),
        }
    }
}

/// A run of a pipeline.
/// <https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_PipelineExecutionSummary.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Execution {
    pub id: String,
    pub status: ExecutionStatus,
    pub started: Option<Timestamp>,
    /// When its status last changed: of a run that has ended, when it ended.
    pub ended: Option<Timestamp>,
    pub commit: Option<String>,
}

/// The status of a run of a pipeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExecutionStatus {
    InProgress,
    Succeeded,
    Failed,
    Stopped,
    Stopping,
    /// A later one took its place.
    Superseded,
    /// The pipeline was changed while it ran.
    Cancelled,
    /// A status that this version does not know.
    Unknown(String),
}

impl ExecutionStatus {
    /// As CodePipeline writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::InProgress => "InProgress",
            Self::Succeeded => "Succeeded",
            Self::Failed => "Failed",
            Self::Stopped => "Stopped",
            Self::Stopping => "Stopping",
            Self::Superseded => "Superseded",
            Self::Cancelled => "Cancelled",
            Self::Unknown(text) => text,
        }
    }
}

impl From<&str> for ExecutionStatus {
    fn from(text: &str) -> Self {
        const KNOWN: [ExecutionStatus; 7] = [
            ExecutionStatus::InProgress,
            ExecutionStatus::Succeeded,
            ExecutionStatus::Failed,
            ExecutionStatus::Stopped,
            ExecutionStatus::Stopping,
            ExecutionStatus::Superseded,
            ExecutionStatus::Cancelled,
        ];
        KNOWN
            .into_iter()
            .find(|known| known.as_str() == text)
            .unwrap_or_else(|| Self::Unknown(text.to_owned()))
    }
}

impl fmt::Display for ExecutionStatus {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// A stage of a pipeline, as it stands.
/// <https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_StageState.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    pub name: String,
    /// The run that is or was in it last.
    pub execution: Option<String>,
    /// Why its inbound transition is disabled, where it is.
    pub closed: Option<String>,
    /// The actions of its last run that failed.
    pub failed: Vec<FailedAction>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedAction {
    pub name: String,
    pub message: Option<String>,
    pub log: Option<String>,
}

/// An image.
/// <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageDetail.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// Its digest: `sha256:…`.
    pub digest: String,
    /// Its tags: the commit that it was built from.
    pub tags: Vec<String>,
    pub pushed: Option<Timestamp>,
}
