//! A scripted CloudFormation in memory: statuses, change sets, events and time. Templates are compared
//! and not read.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use cloudformation::status::StackStatus;
use cloudformation::{
    ChangeSetRequest, ChangeSetStatus, ClientError, ClientResult, Output, ResourceChange,
    StackEvent,
};
use tokio::time::Instant;

use super::faults::{Fault, FaultKind};
use super::timeline::{FailureMode, StackOperation, StatusChange, timeline};

/// What happens to a stack.
#[derive(Clone, Debug)]
pub(crate) struct Script {
    pub(crate) lasts: Duration,
    pub(crate) failure: FailureMode,
    /// What its change sets change.
    pub(crate) changes: Vec<ResourceChange>,
    /// How long its change sets take.
    pub(crate) change_set: Duration,
    /// Why its change sets can't be made.
    pub(crate) invalid: Option<&'static str>,
    /// The stack policy without which its update fails.
    pub(crate) needs_policy: Option<&'static str>,
}

impl Default for Script {
    fn default() -> Self {
        Self {
            lasts: Duration::from_secs(60),
            failure: FailureMode::None,
            changes: Vec::new(),
            change_set: Duration::from_secs(4),
            invalid: None,
            needs_policy: None,
        }
    }
}

#[derive(Debug)]
pub(crate) struct Stack {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) statuses: Vec<StatusChange>,
    pub(crate) events: Vec<(Instant, StackEvent)>,
    pub(crate) template: Option<String>,
    pub(crate) protected: bool,
    pub(crate) policy: Option<String>,
    /// The protection at each moment that it was set, and the policy.
    pub(crate) settings: Vec<String>,
}

#[derive(Debug)]
pub(crate) struct ChangeSet {
    pub(crate) id: String,
    pub(crate) stack: String,
    pub(crate) request: ChangeSetRequest,
    pub(crate) made_at: Instant,
    pub(crate) status: ChangeSetStatus,
    pub(crate) executed: bool,
    pub(crate) obsolete: bool,
}

#[derive(Debug)]
pub(crate) struct State {
    pub(crate) begin: Instant,
    pub(crate) scripts: BTreeMap<String, Script>,
    pub(crate) stacks: Vec<Stack>,
    pub(crate) change_sets: Vec<ChangeSet>,
    pub(crate) faults: Vec<Fault>,
    /// Every call: when, which, and of which stack.
    pub(crate) calls: Vec<(Duration, &'static str, String)>,
    pub(crate) expires: Option<Duration>,
    pub(crate) lag: Duration,
    pub(crate) page: usize,
    ids: usize,
    tokens: BTreeSet<String>,
}

/// The cloud. Every call takes a fifth of a second.
#[derive(Debug)]
pub(crate) struct Cloud(Mutex<State>);

impl Cloud {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(State {
            begin: Instant::now(),
            scripts: BTreeMap::new(),
            stacks: Vec::new(),
            change_sets: Vec::new(),
            faults: Vec::new(),
            calls: Vec::new(),
            expires: None,
            lag: Duration::ZERO,
            page: 100,
            ids: 0,
            tokens: BTreeSet::new(),
        }))
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    pub(crate) fn script(&self, stack: &str, change: impl FnOnce(&mut Script)) {
        change(self.state().scripts.entry(stack.to_owned()).or_default());
    }

    pub(crate) fn fault(&self, fault: Fault) {
        self.state().faults.push(fault);
    }

    pub(crate) fn add_stack(
        &self,
        name: &str,
        status: StackStatus,
        template: &str,
    ) -> cloudformation::Stack {
        let mut state = self.state();
        let id = state.new_id(name);
        let at = state.begin;
        let changed = state.stamp(at);
        state.stacks.push(Stack {
            id: id.clone(),
            name: name.to_owned(),
            statuses: vec![StatusChange {
                at,
                status,
                changed,
            }],
            events: Vec::new(),
            template: Some(template.to_owned()),
            protected: false,
            policy: None,
            settings: Vec::new(),
        });
        state.view(&id, Duration::ZERO).unwrap()
    }

    /// Another caller starts an operation, which takes five seconds.
    pub(crate) fn other_caller(&self, name: &str, operation: StackOperation, failure: FailureMode) {
        let mut state = self.state();
        let script = state.script_of(name);
        let short = Script {
            lasts: Duration::from_secs(5),
            ..script.clone()
        };
        state.scripts.insert(name.to_owned(), short);
        state.abort(name).unwrap();
        state.begin(name, operation, failure, "other").unwrap();
        state.scripts.insert(name.to_owned(), script);
    }

    /// What the stack of this name is now; a deleted one is not.
    pub(crate) fn current(&self, name: &str) -> Option<cloudformation::Stack> {
        let state = self.state();
        let id = state.named(name)?.id.clone();
        state.view(&id, Duration::ZERO)
    }

    pub(crate) fn status(&self, name: &str) -> Option<StackStatus> {
        self.current(name).map(|stack| stack.status)
    }

    /// How often a call was made.
    pub(crate) fn count(&self, call: &str) -> usize {
        self.state()
            .calls
            .iter()
            .filter(|(_, name, _)| *name == call)
            .count()
    }

    /// The calls that change something, in order.
    pub(crate) fn writes(&self) -> Vec<String> {
        self.state()
            .calls
            .iter()
            .filter(|(_, call, _)| {
                !call.starts_with("Describe") && !call.starts_with("Get") && *call != "ListImports"
            })
            .map(|(_, call, stack)| format!("{call} {stack}"))
            .collect()
    }

    /// The most calls within a minute.
    pub(crate) fn busiest_minute(&self, from: Duration) -> usize {
        let state = self.state();
        let times: Vec<Duration> = state
            .calls
            .iter()
            .map(|(at, ..)| *at)
            .filter(|at| *at >= from)
            .collect();
        times
            .iter()
            .map(|begin| {
                times
                    .iter()
                    .filter(|at| **at >= *begin && **at < *begin + Duration::from_secs(60))
                    .count()
            })
            .max()
            .unwrap_or_default()
    }

    /// The change sets that are there and not executed.
    pub(crate) fn pending_change_sets(&self) -> usize {
        let state = self.state();
        state
            .change_sets
            .iter()
            .filter(|set| !set.executed && set.status != ChangeSetStatus::DeleteComplete)
            .count()
    }
}

impl State {
    pub(crate) fn new_id(&mut self, name: &str) -> String {
        self.ids += 1;
        format!("arn:stack/{name}/{}", self.ids)
    }

    pub(crate) fn stamp(&self, at: Instant) -> String {
        format!("{:.1}", (at - self.begin).as_secs_f64())
    }

    pub(crate) fn script_of(&self, name: &str) -> Script {
        self.scripts.get(name).cloned().unwrap_or_default()
    }

    fn status_at<'a>(&self, stack: &'a Stack, lag: Duration) -> Option<&'a StatusChange> {
        let now = Instant::now().checked_sub(lag)?;
        stack
            .statuses
            .iter()
            .rev()
            .find(|change| change.at <= now)
            .or(if lag.is_zero() {
                None
            } else {
                stack.statuses.first()
            })
    }

    /// The stack that has the name now.
    pub(crate) fn named(&self, name: &str) -> Option<&Stack> {
        self.stacks.iter().rev().find(|stack| {
            (stack.name == name)
                && self
                    .status_at(stack, Duration::ZERO)
                    .is_some_and(|change| change.status != StackStatus::DeleteComplete)
        })
    }

    /// By id or name.
    pub(crate) fn find(&self, stack: &str) -> Option<&Stack> {
        self.stacks
            .iter()
            .find(|other| other.id == stack)
            .or_else(|| self.named(stack))
    }

    pub(crate) fn find_mut(&mut self, stack: &str) -> ClientResult<&mut Stack> {
        let id = self
            .find(stack)
            .map(|stack| stack.id.clone())
            .ok_or_else(|| ClientError::StackNotFound(stack.into()))?;
        self.stacks
            .iter_mut()
            .find(|stack| stack.id == id)
            .ok_or(ClientError::StackNotFound(id.into()))
    }

    pub(crate) fn status(&self, stack: &str) -> ClientResult<StackStatus> {
        let found = self
            .find(stack)
            .ok_or_else(|| ClientError::StackNotFound(stack.into()))?;
        Ok(self
            .status_at(found, Duration::ZERO)
            .unwrap()
            .status
            .clone())
    }

    /// A stack as a read shows it, which may be late.
    pub(crate) fn view(&self, stack: &str, lag: Duration) -> Option<cloudformation::Stack> {
        let stack = self.find(stack)?;
        let change = self.status_at(stack, lag)?;
        Some(cloudformation::Stack {
            id: stack.id.clone().into(),
            name: stack.name.clone().into(),
            status: change.status.clone(),
            created: change.changed.clone(),
            outputs: stack
                .template
                .iter()
                .map(|template| Output {
                    key: "DefinitionDigest".to_owned(),
                    value: template.clone(),
                    ..Output::default()
                })
                .collect(),
            termination_protection: stack.protected,
            ..cloudformation::Stack::default()
        })
    }

    /// Refuses a token that was used.
    pub(crate) fn accept(&mut self, token: &str) -> ClientResult<()> {
        if self.tokens.insert(token.to_owned()) {
            Ok(())
        } else {
            Err(ClientError::AlreadyAccepted(token.into()))
        }
    }

    /// Ends the operation in progress.
    pub(crate) fn abort(&mut self, stack: &str) -> ClientResult<()> {
        let now = Instant::now();
        let found = self.find_mut(stack)?;
        found.statuses.retain(|change| change.at <= now);
        found.events.retain(|(at, _)| *at <= now);
        Ok(())
    }

    /// Begins something.
    pub(crate) fn begin(
        &mut self,
        stack: &str,
        operation: StackOperation,
        failure: FailureMode,
        token: &str,
    ) -> ClientResult<()> {
        let now = Instant::now();
        let id = self.find_mut(stack)?.id.clone();
        let name = self.find_mut(stack)?.name.clone();
        let lasts = self.script_of(&name).lasts;
        let (statuses, signs) = timeline(operation, failure, now, lasts);
        let changed = self.stamp(now);
        let begin = self.begin;
        let found = self.find_mut(&id)?;
        for (at, status) in statuses {
            found.statuses.push(StatusChange {
                at,
                status,
                changed: changed.clone(),
            });
        }
        for (at, resource, status, reason) in signs {
            let number = found.events.len();
            found.events.push((
                at,
                StackEvent {
                    id: format!("{name}-{number}"),
                    at: format!("{:.1}", (at - begin).as_secs_f64()),
                    logical_id: resource.unwrap_or(&name).into(),
                    physical_id: Some(match resource {
                        Some(resource) => format!("{resource}-1").into(),
                        None => id.clone().into(),
                    }),
                    resource_type: match resource {
                        Some(_) => "Test::Thing".to_owned(),
                        None => "AWS::CloudFormation::Stack".to_owned(),
                    },
                    status: status.into(),
                    reason: reason.map(str::to_owned),
                    token: Some(token.into()),
                    ..StackEvent::default()
                },
            ));
        }
        Ok(())
    }

    /// Records a call, and says what goes wrong with it.
    pub(crate) fn record_call(
        &mut self,
        call: &'static str,
        stack: &str,
    ) -> ClientResult<Option<FaultKind>> {
        let at = self.begin.elapsed();
        self.calls.push((at, call, stack.to_owned()));
        if self.expires.is_some_and(|expires| at >= expires) {
            return Err(ClientError::ExpiredCredentials(
                "the token has expired".into(),
            ));
        }
        let count = self
            .calls
            .iter()
            .filter(|(_, name, _)| *name == call)
            .count();
        Ok(self
            .faults
            .iter()
            .find(|fault| fault.applies(call, count))
            .map(|fault| fault.kind))
    }
}
