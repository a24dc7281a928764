//! A run of one case: its steps, their outcome, and the cleanup.

use std::sync::Arc;
use std::time::Duration;

use cloudformation::{
    Capability, ChangeSet, ChangeSetId, ChangeSetName, ChangeSetOutcome, ChangeSetRequest,
    ChangeSetType, ClientError, ClientToken, CloudFormation, Stack, StackId, StackNameOrId, Tag,
};
use serde::Serialize;
use serde_json::Value;
use tokio::time::{Instant, sleep};

use crate::conformance::case::{Case, REFUSED, Step};
use crate::conformance::scenarios::hold;
use crate::conformance::scoped::{CreatedStacks, Scoped};

/// The interval between polls.
const POLL_INTERVAL: Duration = Duration::from_secs(1);

/// The polls before a stack is given up.
const READ_ATTEMPTS: usize = 1_200;

/// The attempts at deletions: a stack may be held by an importer that goes first.
const DELETIONS: usize = 3;

/// The tag of everything that a run creates, with the run as its value.
pub const TAG: &str = "lemonade:conformance";

/// Calls that no stack can replace: objects in buckets, and log groups that outlive their stack.
pub trait Services: Send + Sync {
    /// Puts a small object.
    fn put(&self, bucket: &str, key: &str) -> impl Future<Output = Result<(), String>> + Send;

    fn remove(&self, bucket: &str, key: &str) -> impl Future<Output = Result<(), String>> + Send;

    fn delete_log_group(&self, name: &str) -> impl Future<Output = Result<(), String>> + Send;
}

/// The outcome of a case: a line of the output.
#[derive(Clone, Debug, Serialize)]
pub struct Outcome {
    pub case: String,
    /// What it claims; a scenario's name says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claim: Option<String>,
    /// The page or thread that says so; a scenario has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// How each step is expected to end.
    pub expected: Vec<String>,
    /// How it ended. After the first that ended otherwise, none is taken.
    pub observed: Vec<String>,
    /// Whether all ended as expected.
    pub equal: bool,
    /// Why it was not run, where it was not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skipped: Option<String>,
    pub seconds: u64,
    /// What could not be deleted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub left: Vec<String>,
}

/// The cases of one endpoint or account, whose stacks no other run touches.
pub struct Run<P, S> {
    pub port: Arc<P>,
    /// Other services, where the endpoint has them.
    pub services: Option<S>,
    /// What no other run has: letters and digits.
    pub id: String,
}

impl<P: CloudFormation + 'static, S: Services> Run<P, S> {
    fn tag(&self) -> Tag {
        Tag {
            key: TAG.to_owned(),
            value: self.id.clone(),
        }
    }

    pub async fn scenario(&self, name: &str, number: usize) -> Outcome {
        let begin = Instant::now();
        let created = CreatedStacks::default();
        let id = format!("lc{}-{number}", self.id);
        let scoped = Scoped::new(Arc::clone(&self.port), &id, self.tag(), created.clone());
        let held = hold(name, Arc::new(scoped)).await;
        let left = self.clean(&created).await;
        Outcome {
            case: name.to_owned(),
            claim: None,
            source: None,
            expected: vec!["holds".to_owned()],
            equal: held.is_ok(),
            observed: vec![held.err().unwrap_or_else(|| "holds".to_owned())],
            skipped: None,
            seconds: begin.elapsed().as_secs(),
            left,
        }
    }

    pub async fn case(&self, case: &Case) -> Outcome {
        let begin = Instant::now();
        let created = CreatedStacks::default();
        let mut outcome = Outcome {
            case: case.case.clone(),
            claim: Some(case.claim.clone()),
            source: Some(case.source.clone()),
            expected: case.steps.iter().map(Step::expected).collect(),
            observed: Vec::new(),
            equal: true,
            skipped: None,
            seconds: 0,
            left: Vec::new(),
        };
        if case.needs_services() && self.services.is_none() {
            outcome.skipped = Some("the endpoint has CloudFormation only".to_owned());
            return outcome;
        }
        let id = format!("lc{}-{}", self.id, case.case);
        for (number, step) in case.steps.iter().enumerate() {
            let (observed, equal) = match self.step(step, &id, number, &created).await {
                Ok(ended) => ended,
                Err(error) => (format!("{}: {error}", step.what()), false),
            };
            outcome.observed.push(observed);
            if !equal {
                outcome.equal = false;
                break;
            }
        }
        // An object in a bucket would keep the bucket.
        for step in &case.steps {
            if let (Step::Put { put, key }, Some(services)) = (step, &self.services) {
                let _ = services.remove(&put.replace("{id}", &id), key).await;
            }
        }
        outcome.left = self.clean(&created).await;
        outcome.seconds = begin.elapsed().as_secs();
        outcome
    }

    /// Runs a step; returns its outcome as text, and whether it is the expected one.
    async fn step(
        &self,
        step: &Step,
        id: &str,
        number: usize,
        created: &CreatedStacks,
    ) -> Result<(String, bool), ClientError> {
        let name = |stack: &str| StackNameOrId::Name(format!("{id}-{stack}").into());
        let what = step.what();
        let (ended, reasons, ends, because) = match step {
            Step::Create {
                create: stack,
                template,
                ends,
                because,
            }
            | Step::Update {
                update: stack,
                template,
                ends,
                because,
            } => {
                let kind = match step {
                    Step::Create { .. } => ChangeSetType::Create,
                    _ => ChangeSetType::Update,
                };
                let stack = name(stack);
                created.add(&stack);
                let (ended, reasons) = self.change(&stack, kind, template, id, number).await?;
                (ended, reasons, ends, because)
            }
            Step::Delete {
                delete: stack,
                ends,
                because,
            } => {
                let (ended, reasons) = self
                    .delete(&name(stack), &ClientToken::new(format!("{id}-{number}")))
                    .await?;
                (ended, reasons, ends, because)
            }
            Step::Put { put, key } => {
                let result = match &self.services {
                    Some(services) => services.put(&put.replace("{id}", id), key).await,
                    None => Err("the endpoint has CloudFormation only".to_owned()),
                };
                return Ok(done(&what, result));
            }
            Step::Remove { remove, key } => {
                let result = match &self.services {
                    Some(services) => services.remove(&remove.replace("{id}", id), key).await,
                    None => Err("the endpoint has CloudFormation only".to_owned()),
                };
                return Ok(done(&what, result));
            }
        };
        let text = reasons.join("; ");
        let holds = because
            .as_ref()
            .is_none_or(|because| text.to_lowercase().contains(&because.to_lowercase()));
        let observed = match text.as_str() {
            "" => format!("{what}: {ended}"),
            text => format!("{what}: {ended}, \"{text}\""),
        };
        let is_expected = ends.split(" or ").any(|one| one == ended);
        Ok((observed, is_expected && holds))
    }

    /// Creates and executes a change set; returns the final status and the reasons of failures.
    async fn change(
        &self,
        stack: &StackNameOrId,
        kind: ChangeSetType,
        template: &Value,
        id: &str,
        number: usize,
    ) -> Result<(String, Vec<String>), ClientError> {
        let token = format!("{id}-{number}");
        let request = ChangeSetRequest {
            stack: stack.clone(),
            name: ChangeSetName::new(format!("step-{number}")),
            kind,
            template: template.to_string().replace("{id}", id),
            parameters: Vec::new(),
            capabilities: vec![Capability::NamedIam],
            tags: vec![self.tag()],
            role: None,
            description: "conformance".to_owned(),
            import_existing: false,
            token: token.as_str().into(),
        };
        let made = match self.port.create_change_set(&request).await {
            Ok(change_set) => change_set,
            Err(ClientError::Invalid(message)) => {
                return Ok((REFUSED.to_owned(), vec![message.into_raw()]));
            }
            Err(error) => return Err(error),
        };
        let set = self.change_set(stack, &made).await?;
        if set.outcome() != ChangeSetOutcome::Complete {
            let reason = set.status_reason.into_iter().collect();
            return Ok((REFUSED.to_owned(), reason));
        }
        let before = self.events(&set.stack_id).await?.len();
        self.port
            .execute_change_set(
                &set.stack_id,
                &set.id,
                &ClientToken::new(format!("{token}-execute")),
            )
            .await?;
        let view = self.settled(&set.stack_id).await?;
        let reasons = self.failures(&set.stack_id, before).await?;
        Ok((ended(view.as_ref()), reasons))
    }

    async fn delete(
        &self,
        stack: &StackNameOrId,
        token: &ClientToken,
    ) -> Result<(String, Vec<String>), ClientError> {
        let Some(view) = self.settled(stack).await? else {
            return Ok((ended(None), Vec::new()));
        };
        let before = self.events(&view.id).await?.len();
        self.port.delete_stack(&view.id, &[], None, token).await?;
        let after = self.settled(&view.id).await?;
        let reasons = self.failures(&view.id, before).await?;
        Ok((ended(after.as_ref()), reasons))
    }

    /// Waits until a change set is complete or failed.
    async fn change_set(
        &self,
        stack: &StackNameOrId,
        id: &ChangeSetId,
    ) -> Result<ChangeSet, ClientError> {
        for _ in 0..READ_ATTEMPTS {
            match self.port.change_set(stack, id, None).await? {
                Some(set) if set.outcome() != ChangeSetOutcome::InProgress => return Ok(set),
                _ => sleep(POLL_INTERVAL).await,
            }
        }
        Err(ClientError::Invalid(
            "the change set is never complete".into(),
        ))
    }

    /// Waits until a stack is not in progress or is gone.
    async fn settled(&self, stack: impl Into<StackNameOrId>) -> Result<Option<Stack>, ClientError> {
        let stack = stack.into();
        for _ in 0..READ_ATTEMPTS {
            match self.port.stack(&stack).await? {
                Some(view) if view.status.is_in_progress() => sleep(POLL_INTERVAL).await,
                other => return Ok(other),
            }
        }
        Err(ClientError::Invalid(
            format!("{stack} never settles").into(),
        ))
    }

    /// The events of a stack, newest first: status and reason.
    async fn events(&self, stack: &StackId) -> Result<Vec<(String, Option<String>)>, ClientError> {
        let mut events = Vec::new();
        let mut next = None;
        loop {
            let page = self.port.events(stack, next).await?;
            let items = page.items.into_iter();
            events.extend(items.map(|event| (event.status.to_string(), event.reason)));
            next = page.next;
            if next.is_none() {
                return Ok(events);
            }
        }
    }

    /// The reasons of failures after the first `before` events.
    async fn failures(&self, stack: &StackId, before: usize) -> Result<Vec<String>, ClientError> {
        let mut events = self.events(stack).await?;
        events.truncate(events.len().saturating_sub(before));
        let mut reasons: Vec<String> = events
            .into_iter()
            .rev()
            .filter(|(status, _)| {
                // What concerns no resource stands where the rollback begins.
                status.ends_with("_FAILED") || status.ends_with("ROLLBACK_IN_PROGRESS")
            })
            .filter_map(|(_, reason)| reason)
            .collect();
        reasons.dedup();
        Ok(reasons)
    }

    /// Deletes what a case has created; returns what is left.
    async fn clean(&self, created: &CreatedStacks) -> Vec<String> {
        let mut stacks = created.newest_first();
        let mut groups = Vec::new();
        for attempt in 0..DELETIONS {
            let mut still = Vec::new();
            for stack in stacks {
                if attempt == 0 {
                    groups.extend(self.log_groups(&stack).await);
                    // Only a scenario about it protects a stack.
                    let _ = self.port.set_termination_protection(&stack, false).await;
                }
                let token = ClientToken::new(format!("lc{}-clean-{attempt}", self.id));
                match self.delete(&stack, &token).await {
                    Ok((ended, _)) if ended == DELETED => {}
                    _ => still.push(stack),
                }
            }
            stacks = still;
            if stacks.is_empty() {
                break;
            }
        }
        let mut left: Vec<String> = stacks.iter().map(ToString::to_string).collect();
        if let Some(services) = &self.services {
            for group in groups {
                if services.delete_log_group(&group).await.is_err() {
                    left.push(group);
                }
            }
        }
        left
    }

    /// The log groups of a stack: one that is retained stays when its stack goes.
    async fn log_groups(&self, stack: &StackNameOrId) -> Vec<String> {
        let Ok(page) = self.port.resources(stack, None).await else {
            return Vec::new();
        };
        page.items
            .into_iter()
            .filter(|one| one.resource_type == "AWS::Logs::LogGroup")
            .filter_map(|one| one.physical_id)
            .map(String::from)
            .collect()
    }
}

/// The final status of a deleted stack.
const DELETED: &str = "DELETE_COMPLETE";

fn ended(view: Option<&Stack>) -> String {
    view.map_or(DELETED, |view| view.status.as_str()).to_owned()
}

fn done(what: &str, result: Result<(), String>) -> (String, bool) {
    match result {
        Ok(()) => (format!("{what}: done"), true),
        Err(error) => (format!("{what}: {error}"), false),
    }
}
