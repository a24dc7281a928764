//! The cloud: accounts and regions, the queue of their events, and the clock that callers move.

use cloudformation::ChangeSetStatus;
use serde::{Deserialize, Serialize};

use crate::Options;
use crate::account_region::AccountRegion;
use crate::api::{Caller, Time};
use crate::change_set;
use crate::drift;
use crate::event_queue::{EventKind, Queue, ScheduledEvent, StackNumber};
use crate::faults::{Fault, Faults};
use crate::out_of_band::{OutOfBandChange, OutOfBandError, PhysicalResourceView, SsmParameter};
use crate::stack::{self, OperationContext, OperationResult, Stack};
use crate::template::Template;

/// The version of the format of a saved cloud. It goes up when a reader of the old one would misread
/// the new.
const VERSION: u32 = 3;

/// A local CloudFormation without a clock: every call states the time, and events that were due until
/// then happen first.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Cloud {
    pub(crate) options: Options,
    pub(crate) now: Time,
    pub(crate) account_regions: Vec<AccountRegion>,
    pub(crate) queue: Queue,
    pub(crate) faults: Faults,
    /// The templates that were parsed last: a client that creates a change set and waits for it sends
    /// the same text again and again.
    #[serde(skip)]
    pub(crate) templates: Vec<Template>,
}

/// A cloud that can't be saved, or a saved cloud that can't be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SavedError {
    #[error("not the saved state of a local CloudFormation")]
    Unreadable(#[source] serde_json::Error),
    #[error("saved in format {found}, this version reads format {VERSION}")]
    Version { found: u32 },
}

#[derive(Serialize)]
struct Saving<'a> {
    version: u32,
    cloud: &'a Cloud,
}

#[derive(Deserialize)]
struct Head {
    version: u32,
}

#[derive(Deserialize)]
struct Saved {
    cloud: Cloud,
}

impl Cloud {
    #[must_use]
    pub fn new(options: Options) -> Self {
        Self {
            options,
            now: Time(0),
            account_regions: Vec::new(),
            queue: Queue::default(),
            faults: Faults::default(),
            templates: Vec::new(),
        }
    }

    #[must_use]
    pub const fn options(&self) -> &Options {
        &self.options
    }

    /// Options that may change later: durations, page size, random faults. They apply to what begins
    /// from now on.
    pub const fn options_mut(&mut self) -> &mut Options {
        &mut self.options
    }

    /// The latest time that a caller stated.
    #[must_use]
    pub const fn now(&self) -> Time {
        self.now
    }

    /// The time of the next event, if any is scheduled.
    #[must_use]
    pub fn next_event(&self) -> Option<Time> {
        self.queue.next_time()
    }

    /// Processes every event that is due until `now`. Time never goes back: an earlier time changes
    /// nothing.
    pub fn advance(&mut self, now: Time) {
        while let Some((at, event)) = self.queue.take(now) {
            self.advance_services(at);
            self.process(&event);
        }
        self.advance_services(now);
    }

    fn advance_services(&mut self, now: Time) {
        self.now = self.now.max(now);
        for account_region in &mut self.account_regions {
            account_region.inventory.advance(self.now);
        }
    }

    /// Processes every scheduled event, however long it takes, and returns the time of the last.
    pub fn settle(&mut self) -> Time {
        while let Some(next) = self.next_event() {
            self.advance(next);
        }
        self.now
    }

    pub fn add_fault(&mut self, fault: Fault) {
        self.faults.add(fault);
    }

    pub fn clear_faults(&mut self) {
        self.faults.clear();
    }

    /// Changes a physical resource outside of CloudFormation.
    ///
    /// # Errors
    ///
    /// There is no such resource.
    pub fn change_out_of_band(
        &mut self,
        caller: &Caller,
        stack: &str,
        logical_id: &str,
        change: &OutOfBandChange,
    ) -> Result<(), OutOfBandError> {
        let index = self.account_region(caller);
        let no_stack = || OutOfBandError::NoStack(stack.to_owned());
        let account_region = self.account_regions.get_mut(index).ok_or_else(no_stack)?;
        let found = account_region
            .active_number(stack)
            .and_then(|number| account_region.stacks.get(&number))
            .ok_or_else(no_stack)?;
        let no_resource = || OutOfBandError::NoResource {
            stack: stack.to_owned(),
            logical_id: logical_id.to_owned(),
        };
        let resource = found.resources.get(logical_id).ok_or_else(no_resource)?;
        let identifier = resource.identifier.as_deref().ok_or_else(no_resource)?;
        change
            .apply(&mut account_region.inventory, &resource.kind, identifier)?
            .ok_or_else(no_resource)
    }

    /// Sets a parameter of SSM outside of CloudFormation, or deletes it.
    pub fn put_parameter(&mut self, caller: &Caller, parameter: &SsmParameter) {
        let index = self.account_region(caller);
        if let Some(account_region) = self.account_regions.get_mut(index) {
            parameter.apply(&mut account_region.inventory);
        }
    }

    /// The allocation id of an Elastic IP address.
    pub(crate) fn allocation_id(&self, caller: &Caller, address: &str) -> Option<String> {
        let mut all = self.account_regions.iter();
        let inventory = &all.find(|one| one.caller == *caller)?.inventory;
        let addresses = inventory
            .resources()
            .filter(|one| one.kind == "AWS::EC2::EIP");
        addresses
            .filter(|one| one.physical_id == address)
            .map(|one| inventory.identifier_part(one, "AllocationId"))
            .next()
    }

    /// Every physical resource of an account and region, with or without a stack, sorted.
    #[must_use]
    pub fn physical_resources(&self, caller: &Caller) -> Vec<PhysicalResourceView> {
        let mut resources: Vec<PhysicalResourceView> = self
            .account_regions
            .iter()
            .filter(|account_region| account_region.caller == *caller)
            .flat_map(|account_region| account_region.inventory.resources())
            .map(PhysicalResourceView::from)
            .collect();
        resources.sort();
        resources
    }

    /// Everything, as JSON.
    ///
    /// # Errors
    ///
    /// The state can't be written as JSON, which is a bug.
    pub fn save(&self) -> Result<Vec<u8>, SavedError> {
        serde_json::to_vec(&Saving {
            version: VERSION,
            cloud: self,
        })
        .map_err(SavedError::Unreadable)
    }

    /// A cloud that continues from where it was saved.
    ///
    /// # Errors
    ///
    /// The text is not the result of [`Cloud::save`], or of another version.
    pub fn restore(saved: &[u8]) -> Result<Self, SavedError> {
        let head: Head = serde_json::from_slice(saved).map_err(SavedError::Unreadable)?;
        if head.version != VERSION {
            return Err(SavedError::Version {
                found: head.version,
            });
        }
        let saved: Saved = serde_json::from_slice(saved).map_err(SavedError::Unreadable)?;
        Ok(saved.cloud)
    }

    /// The index of the account and region of a caller, added on first use.
    pub(crate) fn account_region(&mut self, caller: &Caller) -> usize {
        let known = self
            .account_regions
            .iter()
            .position(|account_region| account_region.caller == *caller);
        known.unwrap_or_else(|| {
            self.account_regions
                .push(AccountRegion::new(caller.clone()));
            self.account_regions.len() - 1
        })
    }

    fn process(&mut self, event: &ScheduledEvent) {
        let deleted_sets = match event.kind {
            EventKind::ChangeSetCreated(number) => {
                self.complete_change_set(event.region, event.stack, number);
                None
            }
            EventKind::ChangeSetBegins(number) => {
                self.with_stack(event.region, event.stack, |stack, _| {
                    if let Some(set) = stack.change_sets.get_mut(&number) {
                        set.status = ChangeSetStatus::CreateInProgress;
                    }
                });
                None
            }
            EventKind::DriftDetected(number) => {
                self.with_stack(event.region, event.stack, |stack, operations| {
                    drift::detect(stack, number, operations.inventory);
                });
                None
            }
            _ => self.with_stack(event.region, event.stack, |stack, operations| {
                let before = stack.operation.is_some();
                stack::process(operations, stack, &event.kind);
                if before && stack.operation.is_none() {
                    stack.close_change_sets()
                } else {
                    Vec::new()
                }
            }),
        };
        if let Some(account_region) = self.account_regions.get_mut(event.region) {
            for id in deleted_sets.unwrap_or_default() {
                account_region.change_sets.remove(&id);
            }
            account_region.mark_deleted(event.stack);
        }
    }

    fn complete_change_set(&mut self, region: usize, stack: StackNumber, number: u64) {
        let Some(account_region) = self.account_regions.get_mut(region) else {
            return;
        };
        let checked = if self.options.checks {
            change_set::checked(account_region, stack, number)
        } else {
            Vec::new()
        };
        let Some(stack) = account_region.stacks.get_mut(&stack) else {
            return;
        };
        let Some(mut set) = stack.change_sets.remove(&number) else {
            return;
        };
        let findings = change_set::complete(
            &mut set,
            stack,
            &self.options,
            &account_region.caller,
            &account_region.exports,
            &account_region.inventory,
            checked,
        );
        let result = if set.status == ChangeSetStatus::Failed {
            OperationResult::Failed
        } else {
            OperationResult::Succeeded
        };
        stack
            .history
            .end_change_set(self.now, &set.id, result, findings);
        stack.change_sets.insert(number, set);
    }

    /// Lends a stack, with all that its operations have access to.
    pub(crate) fn with_stack<T>(
        &mut self,
        region: usize,
        number: StackNumber,
        work: impl FnOnce(&mut Stack, &mut OperationContext<'_>) -> T,
    ) -> Option<T> {
        let account_region = self.account_regions.get_mut(region)?;
        let stack = account_region.stacks.get_mut(&number)?;
        let mut operations = OperationContext {
            options: &self.options,
            caller: &account_region.caller,
            region,
            exports: &mut account_region.exports,
            inventory: &mut account_region.inventory,
            queue: &mut self.queue,
            faults: &mut self.faults,
            now: self.now,
        };
        Some(work(stack, &mut operations))
    }
}
