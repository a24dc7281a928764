//! What tells whether resources are as their template says.
//!
//! A trait of its own: deploying needs none of it, so whoever only deploys implements none of it.

use std::future::Future;

use serde::{Deserialize, Serialize};

use crate::{ClientResult, Page};

/// CloudFormation's drift detection, in one account and region.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-drift.html>
pub trait DriftDetection: Send + Sync {
    /// Begins to look at every resource of a stack: `DetectStackDrift`. Gives the detection's id.
    /// It changes nothing but what CloudFormation remembers of it.
    fn detect_drift(&self, stack: &str) -> impl Future<Output = ClientResult<String>> + Send;

    /// A page of what the last detections have found, of every stack: `DescribeStacks`.
    fn last_detections(
        &self,
        next: Option<String>,
    ) -> impl Future<Output = ClientResult<Page<LastDetectionView>>> + Send;

    /// How far a detection is: `DescribeStackDriftDetectionStatus`.
    fn drift_detection(
        &self,
        detection: &str,
    ) -> impl Future<Output = ClientResult<DetectionView>> + Send;

    /// A page of the resources that the last detection found changed or gone:
    /// `DescribeStackResourceDrifts`.
    fn drifts(
        &self,
        stack: &str,
        next: Option<String>,
    ) -> impl Future<Output = ClientResult<Page<ResourceDriftView>>> + Send;
}

/// What the last detection has found of a stack.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackDriftInformation.html>
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LastDetectionView {
    /// The stack's name.
    pub stack: String,
    /// Whether resources are not as their template says; nothing where the stack was not looked at, or
    /// CloudFormation does not know.
    pub drifted: Option<bool>,
    /// When, as CloudFormation writes it.
    pub at: Option<String>,
}

/// How far a detection is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DetectionView {
    /// Its state.
    pub state: DetectionState,
    /// Why it failed, where CloudFormation says so.
    pub reason: Option<String>,
}

/// The state of a detection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum DetectionState {
    /// It goes on.
    InProgress,
    /// Every resource that can be looked at was.
    Complete,
    /// At least one resource could not be looked at; what was found of the others can be read.
    Failed,
}

/// A resource that is not as its template says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ResourceDriftView {
    /// Its logical id.
    pub logical_id: String,
    /// Its physical id.
    pub physical_id: Option<String>,
    /// Its type.
    pub resource_type: String,
    /// Whether it is gone.
    pub deleted: bool,
    /// What of it differs; empty where it is gone.
    pub differences: Vec<PropertyDriftView>,
}

/// A property that is not as its template says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PropertyDriftView {
    /// Where, as a JSON pointer: `/SecurityGroupIngress/0/CidrIp`.
    pub path: String,
    /// What the template says, with its functions resolved: a text, or JSON as text. Nothing where
    /// the template does not speak of it.
    pub expected: Option<String>,
    /// What it is. Nothing where it was taken away.
    pub actual: Option<String>,
}
