//! The port to the tiny CloudFormation.

use std::time::Duration;

use cloudformation::status::{NextStep, StackStatus};
use cloudformation::{
    ChangeSetId, ChangeSetNameOrId, ChangeSetRequest, ChangeSetStatus, ChangeSetType, ClientError,
    ClientResult, ClientToken, CloudFormation, DeletedStacks, ExecutionStatus, ExportName,
    Identity, LogicalId, Page, StackEvent, StackName, StackNameOrId, StackResource, StackSummary,
    ValidationFinding,
};
use tokio::time::{Instant, sleep};

use super::cloud::{ChangeSet, Cloud, Stack, State};
use super::faults::apply;
use super::timeline::{StackOperation, StatusChange};

const LATENCY: Duration = Duration::from_millis(200);
const EVENTS: usize = 20;

impl Cloud {
    /// Half of the time the call takes to arrive, half the answer takes.
    async fn call<T>(
        &self,
        call: &'static str,
        stack: &str,
        mut effect: impl FnMut(&mut State) -> ClientResult<T>,
    ) -> ClientResult<T> {
        let fault = self.state().record_call(call, stack);
        sleep(LATENCY / 2).await;
        let answer = match fault {
            Ok(fault) => apply(fault, || effect(&mut self.state())),
            Err(error) => Err(error),
        };
        sleep(LATENCY / 2).await;
        answer
    }
}

fn page<T: Clone>(all: &[T], next: Option<&str>, size: usize) -> Page<T> {
    let from: usize = next.map_or(0, |next| next.parse().unwrap());
    let to = (from + size).min(all.len());
    Page {
        items: all[from..to].to_vec(),
        next: (to < all.len()).then(|| to.to_string()),
    }
}

impl DeletedStacks for Cloud {
    async fn deleted_stacks(&self, _: Option<String>) -> ClientResult<Page<StackSummary>> {
        Ok(Page {
            items: Vec::new(),
            next: None,
        })
    }

    async fn allocation(&self, _: &str) -> ClientResult<Option<String>> {
        Ok(None)
    }
}

impl CloudFormation for Cloud {
    async fn identity(&self) -> ClientResult<Identity> {
        self.call("GetCallerIdentity", "", |_| {
            Ok(Identity {
                account: "444455556666".to_owned(),
                arn: "arn:aws:iam::444455556666:user/tester".to_owned(),
                ..Identity::default()
            })
        })
        .await
    }

    async fn stacks(&self, next: Option<String>) -> ClientResult<Page<cloudformation::Stack>> {
        self.call("DescribeStacks", "", |state| {
            let all: Vec<cloudformation::Stack> = state
                .stacks
                .iter()
                .filter_map(|stack| state.view(&stack.id, state.lag))
                .filter(|stack| stack.status != StackStatus::DeleteComplete)
                .collect();
            Ok(page(&all, next.as_deref(), state.page))
        })
        .await
    }

    async fn stack(
        &self,
        stack: impl Into<StackNameOrId> + Send,
    ) -> ClientResult<Option<cloudformation::Stack>> {
        let stack = stack.into();
        let stack = stack.as_str();
        self.call("DescribeStack", stack, |state| {
            Ok(state.view(stack, state.lag))
        })
        .await
    }

    async fn template(&self, stack: impl Into<StackNameOrId> + Send) -> ClientResult<String> {
        let stack = stack.into();
        let stack = stack.as_str();
        self.call("GetTemplate", stack, |state| {
            Ok(state.find_mut(stack)?.template.clone().unwrap_or_default())
        })
        .await
    }

    async fn importers(
        &self,
        export: &ExportName,
        next: Option<String>,
    ) -> ClientResult<Page<StackName>> {
        let export = export.as_str();
        self.call("ListImports", export, |_| {
            let all = ["a", "b", "c"].map(StackName::from);
            Ok(page(&all, next.as_deref(), 2))
        })
        .await
    }

    async fn stack_policy(
        &self,
        stack: impl Into<StackNameOrId> + Send,
    ) -> ClientResult<Option<String>> {
        let stack = stack.into();
        let stack = stack.as_str();
        self.call("GetStackPolicy", stack, |state| {
            Ok(state.find_mut(stack)?.policy.clone())
        })
        .await
    }

    async fn resources(
        &self,
        _: impl Into<StackNameOrId> + Send,
        _: Option<String>,
    ) -> ClientResult<Page<StackResource>> {
        panic!("the executor does not list resources")
    }

    async fn events(
        &self,
        stack: impl Into<StackNameOrId> + Send,
        next: Option<String>,
    ) -> ClientResult<Page<StackEvent>> {
        let stack = stack.into();
        let stack = stack.as_str();
        self.call("DescribeStackEvents", stack, |state| {
            let now = Instant::now();
            let found = state.find_mut(stack)?;
            let mut all: Vec<(Instant, StackEvent)> = found
                .events
                .iter()
                .filter(|(at, _)| *at <= now)
                .cloned()
                .collect();
            all.sort_by_key(|(at, _)| *at);
            let all: Vec<StackEvent> = all.into_iter().rev().map(|(_, event)| event).collect();
            Ok(page(&all, next.as_deref(), EVENTS))
        })
        .await
    }

    async fn create_change_set(&self, request: &ChangeSetRequest) -> ClientResult<ChangeSetId> {
        self.call("CreateChangeSet", request.stack.as_str(), |state| {
            create_change_set(state, request)
        })
        .await
    }

    async fn change_set(
        &self,
        stack: impl Into<StackNameOrId> + Send,
        change_set: impl Into<ChangeSetNameOrId> + Send,
        _: Option<String>,
    ) -> ClientResult<Option<cloudformation::ChangeSet>> {
        let stack = stack.into();
        let stack = stack.as_str();
        let change_set = change_set.into();
        let change_set = change_set.as_str();
        self.call("DescribeChangeSet", stack, |state| {
            Ok(state
                .change_sets
                .iter()
                .find(|set| {
                    set.id == change_set
                        || (set.request.name == change_set
                            && state.find(stack).is_some_and(|stack| stack.id == set.stack))
                })
                .filter(|set| set.status != ChangeSetStatus::DeleteComplete)
                .map(|set| describe(state, set)))
        })
        .await
    }

    async fn validation(
        &self,
        stack: impl Into<StackNameOrId> + Send,
        change_set: &ChangeSetId,
        _next: Option<String>,
    ) -> ClientResult<Page<ValidationFinding>> {
        let stack = stack.into();
        let _ = change_set;
        self.call("DescribeEvents", stack.as_str(), |_| Ok(Page::default()))
            .await
    }

    async fn execute_change_set(
        &self,
        stack: impl Into<StackNameOrId> + Send,
        change_set: impl Into<ChangeSetNameOrId> + Send,
        token: &ClientToken,
    ) -> ClientResult<()> {
        let stack = stack.into();
        let stack = stack.as_str();
        let change_set = change_set.into();
        let change_set = change_set.as_str();
        let token = token.as_str();
        self.call("ExecuteChangeSet", stack, |state| {
            execute_change_set(state, change_set, token)
        })
        .await
    }

    async fn delete_change_set(
        &self,
        stack: impl Into<StackNameOrId> + Send,
        change_set: impl Into<ChangeSetNameOrId> + Send,
    ) -> ClientResult<()> {
        let stack = stack.into();
        let stack = stack.as_str();
        let change_set = change_set.into();
        let change_set = change_set.as_str();
        self.call("DeleteChangeSet", stack, |state| {
            let set = state
                .change_sets
                .iter_mut()
                .find(|set| set.id == change_set)
                .ok_or_else(|| ClientError::ChangeSetNotFound(change_set.into()))?;
            if set.executed {
                return Err(ClientError::Invalid("it was executed".into()));
            }
            set.status = ChangeSetStatus::DeleteComplete;
            Ok(())
        })
        .await
    }

    async fn delete_stack(
        &self,
        stack: impl Into<StackNameOrId> + Send,
        _: &[LogicalId],
        _: Option<&str>,
        token: &ClientToken,
    ) -> ClientResult<()> {
        let stack = stack.into();
        let stack = stack.as_str();
        let token = token.as_str();
        self.call("DeleteStack", stack, |state| {
            let found = state.find_mut(stack)?;
            if found.protected {
                return Err(ClientError::Invalid("it is protected".into()));
            }
            let name = found.name.clone();
            let status = state.status(stack)?;
            if status.is_in_progress() {
                return Err(ClientError::Busy(format!("it is {status}").into()));
            }
            state.accept(token)?;
            if status == StackStatus::ReviewInProgress {
                let now = Instant::now();
                let changed = state.stamp(now);
                state.find_mut(stack)?.statuses.push(StatusChange {
                    at: now,
                    status: StackStatus::DeleteComplete,
                    changed,
                });
                return Ok(());
            }
            let failure = state.script_of(&name).failure;
            state.begin(stack, StackOperation::Delete, failure, token)
        })
        .await
    }

    async fn continue_update_rollback(
        &self,
        stack: impl Into<StackNameOrId> + Send,
        _: &[LogicalId],
        token: &ClientToken,
    ) -> ClientResult<()> {
        let stack = stack.into();
        let stack = stack.as_str();
        let token = token.as_str();
        self.call("ContinueUpdateRollback", stack, |state| {
            roll_back(state, stack, NextStep::ContinueRollback, token)
        })
        .await
    }

    async fn roll_back(
        &self,
        stack: impl Into<StackNameOrId> + Send,
        token: &ClientToken,
    ) -> ClientResult<()> {
        let stack = stack.into();
        let stack = stack.as_str();
        let token = token.as_str();
        self.call("RollbackStack", stack, |state| {
            roll_back(state, stack, NextStep::RollBack, token)
        })
        .await
    }

    async fn cancel_update(
        &self,
        stack: impl Into<StackNameOrId> + Send,
        token: &ClientToken,
    ) -> ClientResult<()> {
        let stack = stack.into();
        let stack = stack.as_str();
        let token = token.as_str();
        self.call("CancelUpdateStack", stack, |state| {
            if state.status(stack)? != StackStatus::UpdateInProgress {
                return Err(ClientError::Invalid("it is not updating".into()));
            }
            state.accept(token)?;
            state.abort(stack)?;
            state.begin(
                stack,
                StackOperation::RollBack,
                super::FailureMode::None,
                token,
            )
        })
        .await
    }

    async fn set_stack_policy(
        &self,
        stack: impl Into<StackNameOrId> + Send,
        policy: &str,
    ) -> ClientResult<()> {
        let stack = stack.into();
        let stack = stack.as_str();
        self.call("SetStackPolicy", stack, |state| {
            let stack = state.find_mut(stack)?;
            stack.policy = Some(policy.to_owned());
            stack.settings.push(format!("policy {policy}"));
            Ok(())
        })
        .await
    }

    async fn set_termination_protection(
        &self,
        stack: impl Into<StackNameOrId> + Send,
        enabled: bool,
    ) -> ClientResult<()> {
        let stack = stack.into();
        let stack = stack.as_str();
        self.call("UpdateTerminationProtection", stack, |state| {
            let stack = state.find_mut(stack)?;
            stack.protected = enabled;
            stack.settings.push(format!("protected {enabled}"));
            Ok(())
        })
        .await
    }
}

fn create_change_set(state: &mut State, request: &ChangeSetRequest) -> ClientResult<ChangeSetId> {
    let now = Instant::now();
    let there = state
        .find(request.stack.as_str())
        .map(|stack| stack.id.clone());
    let stack = match (request.kind, there) {
        (ChangeSetType::Create, None) => {
            let id = state.new_id(request.stack.as_str());
            let changed = state.stamp(now);
            state.stacks.push(Stack {
                id: id.clone(),
                name: request.stack.to_string(),
                statuses: vec![StatusChange {
                    at: now,
                    status: StackStatus::ReviewInProgress,
                    changed,
                }],
                events: Vec::new(),
                template: None,
                protected: false,
                policy: None,
                settings: Vec::new(),
            });
            id
        }
        (ChangeSetType::Create, Some(id)) => {
            if state.status(&id)? != StackStatus::ReviewInProgress {
                return Err(ClientError::AlreadyExists(id.into()));
            }
            id
        }
        (ChangeSetType::Update, Some(id)) => {
            let status = state.status(&id)?;
            if status.is_in_progress() {
                return Err(ClientError::Busy(format!("it is {status}").into()));
            }
            id
        }
        (ChangeSetType::Import, _) => panic!("the executor imports by another call"),
        (ChangeSetType::Update, None) => {
            return Err(ClientError::StackNotFound(request.stack.as_str().into()));
        }
    };
    let known = |set: &ChangeSet| {
        set.stack == stack
            && set.request.name == request.name
            && set.status != ChangeSetStatus::DeleteComplete
    };
    if state.change_sets.iter().any(known) {
        return Err(ClientError::AlreadyExists(request.name.as_str().into()));
    }
    let found = state.find_mut(&stack)?;
    let same = found.template.as_ref() == Some(&request.template);
    let script = state.script_of(&state.find(&stack).unwrap().name.clone());
    let id = format!("arn:change-set/{}/{stack}", request.name);
    state.change_sets.push(ChangeSet {
        id: id.clone(),
        stack,
        request: request.clone(),
        made_at: now + script.change_set,
        status: match (script.invalid, same) {
            (Some(_), _) | (None, true) => ChangeSetStatus::Failed,
            (None, false) => ChangeSetStatus::CreateComplete,
        },
        executed: false,
        obsolete: false,
    });
    Ok(id.into())
}

fn describe(state: &State, set: &ChangeSet) -> cloudformation::ChangeSet {
    let made = set.made_at <= Instant::now();
    let script = state.script_of(&state.find(&set.stack).unwrap().name);
    cloudformation::ChangeSet {
        id: set.id.clone().into(),
        stack_id: set.stack.clone().into(),
        status: if made {
            set.status.clone()
        } else {
            ChangeSetStatus::CreateInProgress
        },
        status_reason: match (script.invalid, &set.status) {
            (Some(invalid), _) => Some(invalid.to_owned()),
            (None, ChangeSetStatus::Failed) => {
                Some("The submitted information didn't contain changes.".to_owned())
            }
            _ => None,
        },
        execution: match (&set.status, set.executed, set.obsolete) {
            (_, true, _) => ExecutionStatus::ExecuteComplete,
            (_, _, true) => ExecutionStatus::Obsolete,
            (ChangeSetStatus::CreateComplete, ..) if made => ExecutionStatus::Available,
            _ => ExecutionStatus::Unavailable,
        },
        changes: script.changes,
        next: None,
    }
}

fn execute_change_set(state: &mut State, change_set: &str, token: &str) -> ClientResult<()> {
    let at = state
        .change_sets
        .iter()
        .position(|set| set.id == change_set && set.status != ChangeSetStatus::DeleteComplete)
        .ok_or_else(|| ClientError::ChangeSetNotFound(change_set.into()))?;
    let (stack, template) = {
        let set = &state.change_sets[at];
        (set.stack.clone(), set.request.template.clone())
    };
    let status = state.status(&stack)?;
    if status.is_in_progress() {
        return Err(ClientError::Busy(format!("it is {status}").into()));
    }
    let set = &state.change_sets[at];
    if set.executed || set.obsolete || set.made_at > Instant::now() {
        return Err(ClientError::Invalid("it can't be executed".into()));
    }
    state.accept(token)?;
    for other in &mut state.change_sets {
        if other.stack == stack {
            other.obsolete = true;
        }
    }
    state.change_sets[at].executed = true;
    let found = state.find_mut(&stack)?;
    let policy = found.policy.clone();
    let name = found.name.clone();
    let script = state.script_of(&name);
    let mut failure = script.failure;
    if script
        .needs_policy
        .is_some_and(|needed| policy.as_deref() != Some(needed))
    {
        failure = super::FailureMode::RollsBack;
    }
    let operation = if status == StackStatus::ReviewInProgress {
        StackOperation::Create
    } else {
        StackOperation::Update
    };
    if failure == super::FailureMode::None {
        state.find_mut(&stack)?.template = Some(template);
    }
    state.begin(&stack, operation, failure, token)
}

fn roll_back(state: &mut State, stack: &str, from: NextStep, token: &str) -> ClientResult<()> {
    let status = state.status(stack)?;
    if status.next_step() != from {
        return Err(ClientError::Invalid(format!("it is {status}").into()));
    }
    state.accept(token)?;
    let name = state.find_mut(stack)?.name.clone();
    let failure = state.script_of(&name).failure;
    state.begin(stack, StackOperation::RollBack, failure, token)
}
