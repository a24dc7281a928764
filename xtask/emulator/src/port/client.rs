//! The port itself.

use std::collections::VecDeque;
use std::future;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use cloudformation::{ClientError, ClientResult, ErrorAnswer, classify};
use common::error_chain::error_chain;
use tokio::time::Instant;

use super::hooks::{Call, Calm, Hooks, Intervention, Operation};
use super::past::Past;
use super::settings::Settings;
use crate::api::{self, Action, ApiError, Time};
use crate::error::refusal;
use crate::journal::{Journal, JournalAction};
use crate::{Cloud, JournalError, Options};

/// How many answers are kept for stale reads.
const KEPT_ANSWERS: usize = 1000;

/// A caller in process.
///
/// Clones share the cloud, the log and the hooks. Another caller of the same cloud (a second
/// deployer) is another `Local` over the same `Arc`.
#[derive(Clone)]
pub struct Local {
    cloud: Arc<Mutex<Cloud>>,
    settings: Settings,
    start: Instant,
    hooks: Arc<dyn Hooks>,
    past: Option<Past>,
    journal: Option<Arc<Kept>>,
    shared: Arc<Mutex<Shared>>,
}

/// A journal that is folded into the saved model when the last caller is gone.
struct Kept {
    journal: Mutex<Journal>,
    cloud: Arc<Mutex<Cloud>>,
}

impl Drop for Kept {
    fn drop(&mut self) {
        let cloud = lock(&self.cloud);
        // What can't be saved now is read from the journal the next time.
        let _ = lock(&self.journal).save(cloud.now(), &cloud);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A test that panicked elsewhere leaves the cloud as it was between two calls.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What clones share.
#[derive(Default)]
struct Shared {
    log: Vec<Call>,
    answers: VecDeque<(Action, Time, Result<api::Answer, ApiError>)>,
}

impl std::fmt::Debug for Local {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Local")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

impl Local {
    /// A caller whose calls all pass.
    #[must_use]
    pub fn new(cloud: Arc<Mutex<Cloud>>, settings: Settings) -> Self {
        Self::with_hooks(cloud, settings, Arc::new(Calm))
    }

    /// A caller with something between it and the cloud.
    #[must_use]
    pub fn with_hooks(cloud: Arc<Mutex<Cloud>>, settings: Settings, hooks: Arc<dyn Hooks>) -> Self {
        Self {
            cloud,
            settings,
            start: Instant::now(),
            hooks,
            past: None,
            journal: None,
            shared: Arc::default(),
        }
    }

    /// The allocation id of an Elastic IP address, as EC2 would tell it.
    pub(super) fn allocation_id(&self, address: &str) -> Option<String> {
        self.cloud().allocation_id(&self.settings.caller, address)
    }

    /// A caller of a cloud of its own, whose state is kept in a folder from one process to the next. Where the
    /// folder keeps a cloud already, that one and its time count.
    ///
    /// # Errors
    /// When another process uses the folder, or it can't be read or written.
    pub fn kept(folder: &Path, options: Options, settings: Settings) -> Result<Self, JournalError> {
        let fresh = || (Cloud::new(options), settings.epoch);
        let (journal, cloud, epoch) = Journal::open(folder, fresh)?;
        let cloud = Arc::new(Mutex::new(cloud));
        let journal = Mutex::new(journal);
        Ok(Self {
            journal: Some(Arc::new(Kept {
                journal,
                cloud: Arc::clone(&cloud),
            })),
            ..Self::new(cloud, Settings { epoch, ..settings })
        })
    }

    /// With a past that stale reads see, also those that ask something for the first time. All that
    /// write to the cloud share it. Without one, a stale read repeats an earlier answer.
    #[must_use]
    pub fn with_past(self, past: Past) -> Self {
        past.remember(&self.cloud());
        Self {
            past: Some(past),
            ..self
        }
    }

    /// The cloud behind it. Don't hold it over an await.
    pub fn cloud(&self) -> MutexGuard<'_, Cloud> {
        lock(&self.cloud)
    }

    /// What time it is for the cloud: the epoch, and what has passed on tokio's clock.
    #[must_use]
    pub fn now(&self) -> Time {
        let passed = self.start.elapsed() * self.settings.speed;
        let passed = u64::try_from(passed.as_millis()).unwrap_or(u64::MAX);
        Time(self.settings.epoch.0.saturating_add(passed))
    }

    /// Every call so far, in order.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        self.shared().log.clone()
    }

    /// Waits until nothing is going on in the cloud any more.
    pub async fn settle(&self) {
        loop {
            let next = {
                let mut cloud = self.cloud();
                cloud.advance(self.now());
                cloud.next_event()
            };
            let Some(next) = next else { return };
            let wait = next.0.saturating_sub(self.now().0).max(1);
            let wait = Duration::from_millis(wait) / self.settings.speed.max(1);
            tokio::time::sleep(wait.max(Duration::from_millis(1))).await;
        }
    }

    fn shared(&self) -> MutexGuard<'_, Shared> {
        lock(&self.shared)
    }

    /// A call of the API, as the real one would be seen from here. Public for what the engine's port
    /// has no word for: tests that look at more than the engine does.
    ///
    /// # Errors
    ///
    /// What the cloud refuses, and what the hooks make of it.
    pub async fn call(
        &self,
        operation: Operation,
        subject: Option<&str>,
        action: Action,
    ) -> Result<Result<api::Answer, ApiError>, ClientError> {
        let half = self.settings.latency / 2;
        tokio::time::sleep(half).await;
        let call = {
            let mut shared = self.shared();
            let call = Call {
                number: shared.log.len(),
                operation,
                subject: subject.map(str::to_owned),
                at: self.now(),
            };
            shared.log.push(call.clone());
            call
        };
        match self.hooks.intervene(&call) {
            Intervention::Pass => {}
            Intervention::Throttle => {
                return Err(ClientError::Throttled("Rate exceeded".into()));
            }
            Intervention::Unanswered => return Err(no_answer("the service is unavailable")),
            Intervention::Reset => return Err(no_answer("the connection was reset")),
            Intervention::Lose => {
                let _lost = self.perform(operation, action);
                return Err(no_answer("the connection was reset"));
            }
            Intervention::Expire => {
                return Err(ClientError::ExpiredCredentials(
                    "The security token included in the request is expired".into(),
                ));
            }
            Intervention::StopAfter => {
                let _unseen = self.perform(operation, action);
                return future::pending().await;
            }
            Intervention::StopBefore => return future::pending().await,
            Intervention::Stale(age) => {
                if !operation.writes() && !continues_events(&action) {
                    let stale = self.stale(&action, age);
                    // What a later read that is as stale will see.
                    let fresh = self.perform(operation, action);
                    tokio::time::sleep(half).await;
                    return Ok(stale.unwrap_or(fresh));
                }
            }
            Intervention::Delay(delay) => tokio::time::sleep(delay).await,
        }
        let answer = self.perform(operation, action);
        tokio::time::sleep(half).await;
        Ok(answer)
    }

    fn perform(&self, operation: Operation, action: Action) -> Result<api::Answer, ApiError> {
        let now = self.now();
        let answer = {
            let caller = &self.settings.caller;
            let mut cloud = self.cloud();
            let answer = match self.hooks.authorize(caller, &action) {
                Ok(()) => self
                    .record(&cloud, now, operation, &action)
                    .and_then(|()| cloud.call(now, caller, &action)),
                Err(refusal) => Err(refusal),
            };
            if let Some(past) = &self.past
                && operation.writes()
            {
                past.remember(&cloud);
            }
            answer
        };
        let mut shared = self.shared();
        if shared.answers.len() == KEPT_ANSWERS {
            shared.answers.pop_front();
        }
        shared.answers.push_back((action, now, answer.clone()));
        answer
    }

    /// Notes a call in the journal before it is performed, where there is one.
    fn record(
        &self,
        cloud: &Cloud,
        now: Time,
        operation: Operation,
        action: &Action,
    ) -> Result<(), ApiError> {
        let Some(kept) = &self.journal else {
            return Ok(());
        };
        let what = operation.writes().then(|| JournalAction::Call {
            caller: self.settings.caller.clone(),
            action: action.clone(),
        });
        lock(&kept.journal)
            .record(cloud, now, what)
            .map_err(|error| refusal("NotKept", error_chain(&error)))
    }

    /// What would have been answered this long ago, if that is known.
    fn stale(&self, action: &Action, age: Duration) -> Option<Result<api::Answer, ApiError>> {
        let age = u64::try_from(age.as_millis()).unwrap_or(u64::MAX);
        let latest = self.now().0.saturating_sub(age);
        if let Some(past) = &self.past {
            let mut then = past.at(Time(latest))?;
            let now = then.now();
            return Some(then.call(now, &self.settings.caller, action));
        }
        self.shared()
            .answers
            .iter()
            .rev()
            .find(|(asked, at, _)| asked == action && at.0 <= latest)
            .map(|(_, _, answer)| answer.clone())
    }

    /// A call whose refusals are the engine's.
    pub(super) async fn ask(
        &self,
        operation: Operation,
        subject: Option<&str>,
        action: Action,
    ) -> ClientResult<api::Answer> {
        self.call(operation, subject, action)
            .await?
            .map_err(|error| {
                classify(ErrorAnswer {
                    service: "CloudFormation",
                    status: error.status,
                    code: error.code,
                    message: &error.message,
                })
            })
    }
}

/// Whether it is about the events before those of an earlier answer. What is not seen of them was not
/// seen then.
const fn continues_events(action: &Action) -> bool {
    matches!(action, Action::DescribeStackEvents { next: Some(_), .. })
}

fn no_answer(what: &str) -> ClientError {
    ClientError::NoAnswer {
        service: "CloudFormation",
        source: what.into(),
    }
}
