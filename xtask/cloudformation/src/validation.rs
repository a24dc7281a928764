//! Findings of CloudFormation's validation before deployment.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/validate-stack-deployments.html>

use serde::{Deserialize, Serialize};

use crate::ids::LogicalId;
use crate::status::{ValidationFailureMode, ValidationStatus};

/// A validation that a resource did not pass. One in the mode `FAIL` fails its change set; one in the mode
/// `WARN` leaves it executable.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_OperationEvent.html>
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ValidationFinding {
    /// `NAME_CONFLICT_VALIDATION`, `PROPERTY_VALIDATION`, `BUCKET_EMPTINESS_VALIDATION` …
    pub name: String,
    /// What it does to the operation.
    pub mode: ValidationFailureMode,
    /// Whether the validation failed, or could not be made.
    pub status: ValidationStatus,
    /// The resource's id in the template.
    #[serde(default, skip_serializing_if = "LogicalId::is_empty")]
    pub logical_id: LogicalId,
    /// `AWS::S3::Bucket`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub resource_type: String,
    /// The place in the template: `/Resources/Bucket/Properties`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// CloudFormation's sentence.
    pub reason: String,
}

impl ValidationFinding {
    /// Whether it leaves the change set executable.
    #[must_use]
    pub fn is_warning(&self) -> bool {
        self.mode == ValidationFailureMode::Warn
    }

    /// The place with the reason, in one line.
    #[must_use]
    pub fn sentence(&self) -> String {
        let place = self.path.as_deref().filter(|path| !path.is_empty());
        let place = place.or_else(|| Some(self.logical_id.as_str()).filter(|id| !id.is_empty()));
        match place {
            Some(place) => format!("{place}: {}", self.reason),
            None => self.reason.clone(),
        }
    }
}
