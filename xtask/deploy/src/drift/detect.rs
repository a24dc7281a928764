//! Asks CloudFormation to look, waits, and gathers what it found.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::model::Found;
use crate::calls::{Calls, Crowd};
use crate::execute::Stop;
use cloudformation::RateLimits;
use cloudformation::status::{NextStep, StackStatus};
use cloudformation::{ClientError, ClientResult, DetectionStatus, DriftDetection};

/// How many stacks are looked at, at once. Each detection reads every resource of its stack with
/// the rates of the services that they belong to.
const AT_ONCE: usize = 8;

/// How long one detection may take. That of the largest stack that CloudFormation takes, 500
/// resources, is a matter of minutes.
const LONGEST: Duration = Duration::from_secs(15 * 60);

/// How often a detection is begun again while another one of the stack goes on.
const BEGINNINGS: u32 = 20;

/// A stack to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Its name.
    pub name: String,
    /// Its id.
    pub id: String,
    /// Its status.
    pub status: StackStatus,
}

/// Looks at the resources of stacks, some stacks at once, and tells of each when it is done.
///
/// A stack that can't be looked at does not hide the others: that is in what was found of it.
///
/// # Errors
///
/// When nothing more can be asked with the caller's credentials.
pub async fn detect<P: DriftDetection>(
    port: &P,
    stacks: &[Asked],
    pace: &RateLimits,
    mut report: impl FnMut(&str, &Found),
) -> Result<BTreeMap<String, Found>, ClientError> {
    let calls = Calls::new(port, pace, "drift", Stop::never());
    let mut found = BTreeMap::new();
    let mut waiting = stacks.iter();
    let mut crowd = Crowd::new();
    loop {
        while crowd.len() < AT_ONCE
            && let Some(stack) = waiting.next()
        {
            crowd.push(stack.name.as_str(), of_stack(&calls, stack));
        }
        if crowd.is_empty() {
            return Ok(found);
        }
        let (name, one) = crowd.next().await;
        let one = match one {
            Ok(one) => one,
            Err(error) if error.is_about_credentials() => return Err(error),
            Err(error) => Found::unread(error.to_string()),
        };
        report(name, &one);
        found.insert(name.to_owned(), one);
    }
}

async fn of_stack<P: DriftDetection>(calls: &Calls<'_, P>, stack: &Asked) -> ClientResult<Found> {
    if !can_be_asked(&stack.status) {
        return Ok(Found::unread(format!(
            "CloudFormation looks at no stack that is {}",
            stack.status
        )));
    }
    let port = calls.port;
    let Some(detection) = begin(calls, stack).await? else {
        return Ok(Found::unread("another detection of it does not end"));
    };
    let begun = Instant::now();
    let mut pause = calls.pace.shortest;
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
        if begun.elapsed() > LONGEST {
            return Ok(Found::unread("its detection does not end"));
        }
        pause = (pause * 2).min(calls.pace.longest);
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
    Ok(Found { resources, unread })
}

/// Begins a detection. While another one of the stack goes on, CloudFormation refuses; a lost answer
/// leads there too.
async fn begin<P: DriftDetection>(
    calls: &Calls<'_, P>,
    stack: &Asked,
) -> ClientResult<Option<String>> {
    let port = calls.port;
    for _ in 0..BEGINNINGS {
        match calls.read(|| port.detect_drift(&stack.id), |_| ()).await {
            Ok(detection) => return Ok(Some(detection)),
            Err(ClientError::Busy(_)) => sleep(calls.jitter.around(calls.pace.longest)).await,
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

/// Whether CloudFormation looks at stacks of the status.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-drift.html#drift-considerations>
fn can_be_asked(status: &StackStatus) -> bool {
    status.next_step() == NextStep::Update || *status == StackStatus::UpdateRollbackFailed
}
