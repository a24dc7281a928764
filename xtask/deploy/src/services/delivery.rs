//! What CodeConnections and CodePipeline say.

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
    /// Its status.
    pub status: ConnectionStatus,
}

/// The status of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConnectionStatus {
    /// Somebody has to finish it by hand.
    Pending,
    /// Usable.
    Available,
    /// It stopped working.
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
    /// Its id.
    pub id: String,
    /// Its status.
    pub status: ExecutionStatus,
    /// When it began.
    pub started: Option<Timestamp>,
    /// When its status last changed: of a run that has ended, when it ended.
    pub ended: Option<Timestamp>,
    /// The commit that it is about.
    pub commit: Option<String>,
}

/// The status of a run of a pipeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExecutionStatus {
    /// It goes on.
    InProgress,
    /// Every stage succeeded.
    Succeeded,
    /// A stage failed.
    Failed,
    /// Somebody stopped it.
    Stopped,
    /// Somebody is stopping it.
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
    /// Its name.
    pub name: String,
    /// The run that is or was in it last.
    pub execution: Option<String>,
    /// Why nothing may enter it, where somebody has closed it.
    pub closed: Option<String>,
    /// The actions of its last run that failed.
    pub failed: Vec<FailedAction>,
}

/// An action that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedAction {
    /// Its name.
    pub name: String,
    /// What is said of it.
    pub message: Option<String>,
    /// Where its log is.
    pub log: Option<String>,
}
