//! Drift detection: whether resources are as their template says.
//!
//! A trait of its own: deploying needs none of it, so a client that only deploys implements none.

use std::future::Future;

use serde::{Deserialize, Serialize};

use crate::status::{DetectionStatus, ResourceDriftStatus, StackDriftStatus};
use crate::{ClientResult, Page};

/// CloudFormation's drift detection, in one account and region.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-drift.html>
pub trait DriftDetection: Send + Sync {
    /// Starts the detection of a stack's drift: `DetectStackDrift`. Gives the detection's id. It
    /// changes nothing but what CloudFormation remembers of it.
    fn detect_drift(&self, stack: &str) -> impl Future<Output = ClientResult<String>> + Send;

    /// A detection's progress: `DescribeStackDriftDetectionStatus`.
    fn drift_detection(
        &self,
        detection: &str,
    ) -> impl Future<Output = ClientResult<StackDriftDetection>> + Send;

    /// A page of the resources that the last detection found changed or gone:
    /// `DescribeStackResourceDrifts`.
    fn drifts(
        &self,
        stack: &str,
        next: Option<String>,
    ) -> impl Future<Output = ClientResult<Page<StackResourceDrift>>> + Send;
}

/// The result of a stack's last detection.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackDriftInformation.html>
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StackDrift {
    /// Whether resources were found that are not as their template says.
    pub status: StackDriftStatus,
    /// The time of the detection.
    pub checked: Option<String>,
}

/// One run of `DetectStackDrift`, which goes on in the background.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StackDriftDetection {
    /// The id that `DetectStackDrift` has given.
    pub id: String,
    /// The stack's ARN.
    pub stack_id: String,
    /// Its progress.
    pub status: DetectionStatus,
    /// The reason for a failure, where CloudFormation gives one.
    pub reason: Option<String>,
    /// Its result, once it is complete.
    pub drift_status: Option<StackDriftStatus>,
    /// How many resources are not as their template says, once it is complete.
    pub drifted: Option<usize>,
    /// The time when it began.
    pub at: String,
}

/// A resource, as it is and as its template says.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackResourceDrift.html>
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StackResourceDrift {
    /// The stack's ARN.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub stack_id: String,
    /// The id in the template.
    pub logical_id: String,
    /// The name or id in its service; none where CloudFormation does not know it.
    pub physical_id: Option<String>,
    /// `AWS::EC2::VPC`.
    pub resource_type: String,
    /// The result of the comparison.
    pub status: ResourceDriftStatus,
    /// The template's properties, as JSON; empty where nothing reads them.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub expected: String,
    /// The resource's properties, as JSON; empty where nothing reads them.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub actual: String,
    /// The properties that differ; none where the resource is gone.
    pub differences: Vec<PropertyDifference>,
    /// The time of the comparison.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub at: String,
}

/// A property that is not as its template says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PropertyDifference {
    /// A JSON pointer: `/SecurityGroupIngress/0/CidrIp`.
    pub path: String,
    /// The template's value, with its functions resolved: a text, or JSON as text. Nothing where the
    /// template does not have the property (`ADD`).
    pub expected: Option<String>,
    /// The resource's value. Nothing where it was taken away (`REMOVE`).
    pub actual: Option<String>,
}
