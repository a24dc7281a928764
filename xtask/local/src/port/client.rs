//! The port itself.

use std::collections::VecDeque;
use std::future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use deploy_engine::port::{
    Answer, ChangeSetRequest, ChangeSetView, CloudFormation, Identity, Page, PortError,
    ResourceView, StackEvent, StackView,
};
use tokio::time::Instant;

use super::convert;
use super::hooks::{Call, Calm, Hooks, Intervention, Operation};
use super::settings::Settings;
use crate::Cloud;
use crate::api::{self, Action, ApiError, Time};

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
    shared: Arc<Mutex<Shared>>,
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
            shared: Arc::default(),
        }
    }

    /// The cloud behind it. Don't hold it over an await.
    pub fn cloud(&self) -> MutexGuard<'_, Cloud> {
        // A test that panicked elsewhere leaves the cloud as it was between two calls.
        self.cloud.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What time it is for the cloud: the epoch, and what has passed on tokio's clock.
    #[must_use]
    pub fn now(&self) -> Time {
        let passed = u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX);
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
            tokio::time::sleep(Duration::from_millis(wait)).await;
        }
    }

    fn shared(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
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
    ) -> Result<Result<api::Answer, ApiError>, PortError> {
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
                return Err(PortError::Throttled("Rate exceeded".to_owned()));
            }
            Intervention::Unanswered => return Err(no_answer("the service is unavailable")),
            Intervention::Lose => {
                let _lost = self.perform(action);
                return Err(no_answer("the connection was reset"));
            }
            Intervention::Expire => {
                return Err(PortError::Expired(
                    "The security token included in the request is expired".to_owned(),
                ));
            }
            Intervention::StopAfter => {
                let _unseen = self.perform(action);
                return future::pending().await;
            }
            Intervention::StopBefore => return future::pending().await,
            Intervention::Stale(age) => {
                if !operation.writes()
                    && let Some(stale) = self.stale(&action, age)
                {
                    tokio::time::sleep(half).await;
                    return Ok(stale);
                }
            }
            Intervention::Delay(delay) => tokio::time::sleep(delay).await,
        }
        let answer = self.perform(action);
        tokio::time::sleep(half).await;
        Ok(answer)
    }

    fn perform(&self, action: Action) -> Result<api::Answer, ApiError> {
        let now = self.now();
        let answer = self.cloud().call(now, &self.settings.caller, &action);
        let mut shared = self.shared();
        if shared.answers.len() == KEPT_ANSWERS {
            shared.answers.pop_front();
        }
        shared.answers.push_back((action, now, answer.clone()));
        answer
    }

    /// The newest answer to the same question that is at least this old.
    fn stale(&self, action: &Action, age: Duration) -> Option<Result<api::Answer, ApiError>> {
        let age = u64::try_from(age.as_millis()).unwrap_or(u64::MAX);
        let latest = self.now().0.saturating_sub(age);
        self.shared()
            .answers
            .iter()
            .rev()
            .find(|(asked, at, _)| asked == action && at.0 <= latest)
            .map(|(_, _, answer)| answer.clone())
    }

    async fn ask(
        &self,
        operation: Operation,
        subject: Option<&str>,
        action: Action,
    ) -> Answer<api::Answer> {
        self.call(operation, subject, action)
            .await?
            .map_err(convert::error)
    }
}

fn no_answer(what: &str) -> PortError {
    PortError::NoAnswer {
        service: "CloudFormation",
        source: what.into(),
    }
}

/// An answer of another kind than asked for: it can't be, and is no reason to panic.
fn mismatch<T>() -> Answer<T> {
    Err(PortError::Other {
        code: "InternalFailure".to_owned(),
        message: "the answer does not fit the question".to_owned(),
    })
}

/// Whether the error says that the stack isn't there.
fn missing<T>(answer: Answer<T>) -> Answer<Option<T>> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(PortError::NoStack(_) | PortError::NoChangeSet(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

impl CloudFormation for Local {
    async fn identity(&self) -> Answer<Identity> {
        match self
            .ask(Operation::Identity, None, Action::GetCallerIdentity)
            .await?
        {
            api::Answer::Identity(identity) => Ok(Identity {
                account: identity.account,
                arn: identity.arn,
            }),
            _ => mismatch(),
        }
    }

    async fn stacks(&self, next: Option<String>) -> Answer<Page<StackView>> {
        let action = Action::DescribeStacks { stack: None, next };
        match self.ask(Operation::Stacks, None, action).await? {
            api::Answer::Stacks(page) => Ok(convert::page(page, convert::stack)),
            _ => mismatch(),
        }
    }

    async fn stack(&self, stack: &str) -> Answer<Option<StackView>> {
        let action = Action::DescribeStacks {
            stack: Some(stack.to_owned()),
            next: None,
        };
        match missing(self.ask(Operation::Stack, Some(stack), action).await)? {
            None => Ok(None),
            Some(api::Answer::Stacks(page)) => {
                Ok(page.items.into_iter().next().map(convert::stack))
            }
            Some(_) => mismatch(),
        }
    }

    async fn template(&self, stack: &str) -> Answer<String> {
        let action = Action::GetTemplate {
            stack: Some(stack.to_owned()),
            change_set: None,
        };
        match self.ask(Operation::Template, Some(stack), action).await? {
            api::Answer::Template(text) => Ok(text),
            _ => mismatch(),
        }
    }

    async fn importers(&self, export: &str, next: Option<String>) -> Answer<Page<String>> {
        let action = Action::ListImports {
            export: export.to_owned(),
            next,
        };
        match self.ask(Operation::Importers, Some(export), action).await {
            Ok(api::Answer::Imports(page)) => Ok(convert::page(page, |name| name)),
            Ok(_) => mismatch(),
            Err(PortError::Invalid(message)) if message.contains("is not imported by") => {
                Ok(Page {
                    items: Vec::new(),
                    next: None,
                })
            }
            Err(error) => Err(error),
        }
    }

    async fn stack_policy(&self, stack: &str) -> Answer<Option<String>> {
        let action = Action::GetStackPolicy {
            stack: stack.to_owned(),
        };
        match self
            .ask(Operation::StackPolicy, Some(stack), action)
            .await?
        {
            api::Answer::Policy(policy) => Ok(policy),
            _ => mismatch(),
        }
    }

    async fn resources(&self, stack: &str, next: Option<String>) -> Answer<Page<ResourceView>> {
        let action = Action::ListStackResources {
            stack: stack.to_owned(),
            next,
        };
        match self.ask(Operation::Resources, Some(stack), action).await? {
            api::Answer::Resources(page) => Ok(convert::page(page, convert::resource)),
            _ => mismatch(),
        }
    }

    async fn events(&self, stack: &str, next: Option<String>) -> Answer<Page<StackEvent>> {
        let action = Action::DescribeStackEvents {
            stack: stack.to_owned(),
            next,
        };
        match self.ask(Operation::Events, Some(stack), action).await? {
            api::Answer::Events(page) => Ok(convert::page(page, convert::event)),
            _ => mismatch(),
        }
    }

    async fn create_change_set(&self, request: &ChangeSetRequest) -> Answer<String> {
        let action = convert::create_change_set(request);
        match self
            .ask(Operation::CreateChangeSet, Some(&request.stack), action)
            .await?
        {
            api::Answer::ChangeSetId { id, .. } => Ok(id),
            _ => mismatch(),
        }
    }

    async fn change_set(
        &self,
        stack: &str,
        change_set: &str,
        next: Option<String>,
    ) -> Answer<Option<ChangeSetView>> {
        let action = Action::DescribeChangeSet {
            change_set: change_set.to_owned(),
            stack: Some(stack.to_owned()),
            next,
            values: false,
        };
        match missing(self.ask(Operation::ChangeSet, Some(stack), action).await)? {
            None => Ok(None),
            Some(api::Answer::ChangeSet(set)) => Ok(Some(convert::change_set(*set))),
            Some(_) => mismatch(),
        }
    }

    async fn execute_change_set(&self, stack: &str, change_set: &str, token: &str) -> Answer<()> {
        let action = Action::ExecuteChangeSet {
            change_set: change_set.to_owned(),
            stack: Some(stack.to_owned()),
            disable_rollback: false,
            token: Some(token.to_owned()),
        };
        self.ask(Operation::ExecuteChangeSet, Some(stack), action)
            .await
            .map(drop)
    }

    async fn delete_change_set(&self, stack: &str, change_set: &str) -> Answer<()> {
        let action = Action::DeleteChangeSet {
            change_set: change_set.to_owned(),
            stack: Some(stack.to_owned()),
        };
        self.ask(Operation::DeleteChangeSet, Some(stack), action)
            .await
            .map(drop)
    }

    async fn delete_stack(&self, stack: &str, retain: &[String], token: &str) -> Answer<()> {
        let action = Action::DeleteStack {
            stack: stack.to_owned(),
            retain: retain.to_vec(),
            role: None,
            token: Some(token.to_owned()),
        };
        self.ask(Operation::DeleteStack, Some(stack), action)
            .await
            .map(drop)
    }

    async fn continue_update_rollback(
        &self,
        stack: &str,
        skip: &[String],
        token: &str,
    ) -> Answer<()> {
        let action = Action::ContinueUpdateRollback {
            stack: stack.to_owned(),
            skip: skip.to_vec(),
            token: Some(token.to_owned()),
        };
        self.ask(Operation::ContinueUpdateRollback, Some(stack), action)
            .await
            .map(drop)
    }

    async fn roll_back(&self, stack: &str, token: &str) -> Answer<()> {
        let action = Action::RollbackStack {
            stack: stack.to_owned(),
            token: Some(token.to_owned()),
        };
        self.ask(Operation::RollBack, Some(stack), action)
            .await
            .map(drop)
    }

    async fn cancel_update(&self, stack: &str, token: &str) -> Answer<()> {
        let action = Action::CancelUpdateStack {
            stack: stack.to_owned(),
            token: Some(token.to_owned()),
        };
        self.ask(Operation::CancelUpdate, Some(stack), action)
            .await
            .map(drop)
    }

    async fn set_stack_policy(&self, stack: &str, policy: &str) -> Answer<()> {
        let action = Action::SetStackPolicy {
            stack: stack.to_owned(),
            policy: policy.to_owned(),
        };
        self.ask(Operation::SetStackPolicy, Some(stack), action)
            .await
            .map(drop)
    }

    async fn set_termination_protection(&self, stack: &str, enabled: bool) -> Answer<()> {
        let action = Action::UpdateTerminationProtection {
            stack: stack.to_owned(),
            enabled,
        };
        self.ask(Operation::SetTerminationProtection, Some(stack), action)
            .await
            .map(drop)
    }
}
