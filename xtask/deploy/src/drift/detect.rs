//! Drift detection: started for each stack, waited for, and its results read.

use std::collections::BTreeMap;
use std::pin::pin;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use serde::{Deserialize, Serialize};
use tokio::time::{Instant, sleep};

use crate::calls::{Calls, Stop};
use cloudformation::status::{NextStep, StackStatus};
use cloudformation::{
    ClientError, ClientResult, DetectionStatus, DriftDetection, RateLimits, StackId, StackName,
    StackResourceDrift,
};

/// How many detections are in progress at once. Each reads every resource of its stack at the rates
/// of the services that they belong to.
const CONCURRENCY: usize = 8;

/// How long one detection may take. For 500 resources, the most that a stack holds, it takes minutes.
const MAX_DURATION: Duration = Duration::from_secs(15 * 60);

/// How often a detection is requested while another one of the same stack is in progress.
const MAX_REQUESTS: u32 = 20;

/// A stack whose drift is detected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DriftTarget {
    pub name: StackName,
    pub id: StackId,
    pub status: StackStatus,
}

/// What CloudFormation detected in a stack.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DetectedDrift {
    /// The resources that are not as their template says.
    pub resources: Vec<StackResourceDrift>,
    /// Why the stack, or some of its resources, could not be read.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub unread: Option<String>,
}

impl DetectedDrift {
    fn unread(why: impl Into<String>) -> Self {
        Self {
            resources: Vec::new(),
            unread: Some(why.into()),
        }
    }
}

/// Detects the drift of stacks, some at once, and reports each as it is done.
///
/// A stack that can't be read does not hide the others: its `DetectedDrift::unread` says why.
///
/// # Errors
///
/// When the caller's credentials are not accepted.
pub async fn detect<P: DriftDetection>(
    port: &P,
    stacks: &[DriftTarget],
    limits: &RateLimits,
    mut report: impl FnMut(&StackName, &DetectedDrift),
) -> Result<BTreeMap<StackName, DetectedDrift>, ClientError> {
    let calls = Calls::new(port, limits, "drift", Stop::never());
    let mut drifts = BTreeMap::new();
    let mut detecting = pin!(
        stream::iter(stacks)
            .map(async |stack| (stack, detect_stack(&calls, stack).await))
            .buffer_unordered(CONCURRENCY)
    );
    while let Some((stack, drift)) = detecting.next().await {
        let drift = match drift {
            Ok(drift) => drift,
            Err(error) if error.is_about_credentials() => return Err(error),
            Err(error) => DetectedDrift::unread(error.to_string()),
        };
        report(&stack.name, &drift);
        drifts.insert(stack.name.clone(), drift);
    }
    Ok(drifts)
}

async fn detect_stack<P: DriftDetection>(
    calls: &Calls<'_, P>,
    stack: &DriftTarget,
) -> ClientResult<DetectedDrift> {
    if !is_detectable(&stack.status) {
        return Ok(DetectedDrift::unread(format!(
            "CloudFormation detects no drift in a stack that is {}",
            stack.status
        )));
    }
    let port = calls.port;
    let Some(detection) = start(calls, stack).await? else {
        return Ok(DetectedDrift::unread(
            "another drift detection does not end",
        ));
    };
    let started = Instant::now();
    let mut pause = calls.limits.shortest;
    let view = loop {
        sleep(calls.jitter.around(pause)).await;
        let view = calls
            .read(|| port.drift_detection(&detection), |_| ())
            .await?;
        if matches!(
            view.status,
            DetectionStatus::Complete | DetectionStatus::Failed
        ) {
            break view;
        }
        if started.elapsed() > MAX_DURATION {
            return Ok(DetectedDrift::unread("its drift detection does not end"));
        }
        pause = (pause * 2).min(calls.limits.longest);
    };
    let mut resources = Vec::new();
    let mut next = None;
    loop {
        let page = calls
            .read(|| port.drifts(&stack.id, next.clone()), |_| ())
            .await?;
        resources.extend(page.items);
        next = page.next;
        if next.is_none() {
            break;
        }
    }
    resources.sort_by(|one, other| one.logical_id.cmp(&other.logical_id));
    let unread = (view.status == DetectionStatus::Failed).then(|| {
        view.reason
            .unwrap_or_else(|| "some of its resources could not be read".to_owned())
    });
    Ok(DetectedDrift { resources, unread })
}

/// Starts a detection. CloudFormation refuses while another one of the stack is in progress; a lost
/// answer leads there too.
async fn start<P: DriftDetection>(
    calls: &Calls<'_, P>,
    stack: &DriftTarget,
) -> ClientResult<Option<String>> {
    let port = calls.port;
    for _ in 0..MAX_REQUESTS {
        match calls.read(|| port.detect_drift(&stack.id), |_| ()).await {
            Ok(detection) => return Ok(Some(detection)),
            Err(ClientError::Busy(_)) => sleep(calls.jitter.around(calls.limits.longest)).await,
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

/// Whether CloudFormation detects drift in stacks of this status.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-drift.html#drift-considerations>
fn is_detectable(status: &StackStatus) -> bool {
    status.next_step() == NextStep::Update || *status == StackStatus::UpdateRollbackFailed
}
