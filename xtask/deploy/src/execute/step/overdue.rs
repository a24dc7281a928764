//! What is done about an operation that takes longer than it may.
//!
//! An update is cancelled, a first creation is deleted, and then it is told. For all else
//! CloudFormation has no call: it is told, and left to CloudFormation.

use std::time::Duration;

use super::delete;
use super::hand::Hand;
use super::wait::{Begun, Over};
use crate::clock::later;
use crate::deadline::{Deadline, asked_for_by};
use crate::execute::cause::{begun_at, going_on, is_of_stack};
use crate::execute::event::{Event, Remedy};
use crate::execute::failure;
use crate::execute::outcome::StepOutcome;
use crate::plan::Operation;
use cloudformation::status::StackStatus;
use cloudformation::{ClientError, CloudFormation, Stack, StackEvent};

/// How many pages of events are read for when something began.
const EVENT_PAGES: usize = 50;

/// An operation that takes longer than it may.
pub(in crate::execute) struct Overdue<'a> {
    /// What is attempted: `updating it`.
    pub(in crate::execute) attempted: &'a str,
    /// The stack as it was seen last.
    pub(in crate::execute) stack: Stack,
    /// How many minutes it may take.
    pub(in crate::execute) minutes: u64,
}

/// Since when something goes on in a stack, and until when that is waited for.
pub(in crate::execute) struct Allowance {
    /// Since when, where that is known.
    pub(in crate::execute) since: Option<String>,
    /// Until when.
    pub(in crate::execute) until: Option<String>,
    /// How many minutes it may take in all.
    pub(in crate::execute) minutes: u64,
    /// How much is left of that.
    pub(in crate::execute) left: Duration,
}

impl<P: CloudFormation> Hand<'_, P> {
    /// The deadlines of the step's stack.
    fn deadline(&self) -> &'static Deadline {
        Deadline::of_stack(self.walk.plan.environment, &self.step.stack)
    }

    /// How many minutes the step's own operation may take.
    pub(in crate::execute) fn minutes(&self) -> u64 {
        let usual = self.deadline().of_operation(&self.step.operation);
        usual.max(self.asked_for())
    }

    /// How many minutes the resources of the step's template may take, where that is more.
    fn asked_for(&self) -> u64 {
        let Operation::Deploy(step) = &self.step.operation else {
            return 0;
        };
        let template = self.walk.plan.templates.get(&step.template);
        template.map_or(0, |template| asked_for_by(template, step.exists))
    }

    /// The same, for what the step begins itself.
    pub(in crate::execute) fn within(&self) -> Duration {
        Duration::from_secs(self.minutes() * 60)
    }

    /// How long something that was found going on is waited for.
    pub(in crate::execute) async fn allowance(&self, stack: &Stack) -> Allowance {
        let minutes = self
            .deadline()
            .of_status(&stack.status)
            .max(self.asked_for());
        let since = begun_at(&self.recent_events(&stack.id).await, &stack.id);
        let passed = since
            .as_deref()
            .and_then(|since| self.walk.options.clock?.since(since))
            .unwrap_or_default();
        Allowance {
            until: since.as_deref().and_then(|since| later(since, minutes)),
            since,
            minutes,
            left: Duration::from_secs(minutes * 60).saturating_sub(passed),
        }
    }

    /// Takes back what takes longer than it may, if that can be, and tells of it.
    pub(in crate::execute) async fn overdue(&self, overdue: Overdue<'_>) -> StepOutcome {
        let Overdue {
            attempted,
            stack,
            minutes,
        } = overdue;
        let events = self.recent_events(&stack.id).await;
        let remedy = match stack.status {
            StackStatus::UpdateInProgress => Remedy::Cancel,
            StackStatus::CreateInProgress => Remedy::Delete,
            _ => Remedy::None,
        };
        self.report(Event::DeadlineExceeded {
            step: self.step.id.clone(),
            status: stack.status.clone(),
            minutes,
            remedy,
        });
        let because = self.deadline().because;
        let told = |ended: failure::Ended<'_>| {
            failure::overdue(failure::Late {
                attempted,
                minutes,
                because,
                since: begun_at(&events, &stack.id),
                hanging: going_on(&events, &stack.id),
                stack: &stack,
                ended,
            })
        };
        let token = self.token("overdue");
        let begun = match remedy {
            Remedy::None => return told(failure::Ended::GoesOn(&stack.status)),
            Remedy::Cancel => self.cancel(&stack, &token).await,
            Remedy::Delete => delete::call(self, &stack.id, &token).await,
        };
        match begun {
            // It has ended in this moment.
            Err(ClientError::Busy(_)) | Ok(()) => {}
            Err(error) => return told(failure::Ended::Refused(&error)),
        }
        let begun = Begun {
            stack: &stack.id,
            status: &stack.status,
            changed: Some(stack.changed()),
            token: &token,
            ends_with: |_| true,
            within: Duration::from_secs(minutes * 60),
        };
        match self.finish(begun, |now| !now.status.is_in_progress()).await {
            Ok(Over::Gone) => told(failure::Ended::With(&StackStatus::DeleteComplete)),
            Ok(Over::AsWanted(now) | Over::Untold(now, _)) => {
                told(failure::Ended::With(&now.status))
            }
            Ok(Over::Ended(_, status, _)) => told(failure::Ended::With(&status)),
            Ok(Over::Overdue(now)) => told(failure::Ended::GoesOn(&now.status)),
            Err(outcome) => outcome,
        }
    }

    async fn cancel(&self, stack: &Stack, token: &str) -> Result<(), ClientError> {
        let settled = || async {
            let now = self.stack(&stack.id).await?;
            Ok(now
                .filter(|now| now.status != StackStatus::UpdateInProgress)
                .map(|_| ()))
        };
        let call = || self.port().cancel_update(&stack.id, token);
        self.begin(call, settled).await
    }

    /// The stack's events, newest first, back to one that tells that nothing went on. Fewer, where
    /// they can't be read: they are only told.
    async fn recent_events(&self, stack: &str) -> Vec<StackEvent> {
        let mut events = Vec::new();
        let mut next: Option<String> = None;
        for _ in 0..EVENT_PAGES {
            let page = match self.read(|| self.port().events(stack, next.clone())).await {
                Ok(page) => page,
                Err(error) => {
                    self.warn_retry(&error);
                    break;
                }
            };
            let rests = |event: &StackEvent| {
                is_of_stack(event, stack)
                    && !StackStatus::from(event.status.as_str()).is_in_progress()
            };
            let done = page.items.iter().any(rests);
            events.extend(page.items);
            next = page.next;
            if done || next.is_none() {
                break;
            }
        }
        events
    }
}
