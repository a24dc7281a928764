//! Calls: what is looked at before one is taken, and what it answers.
//!
//! A file per theme; each operation is a method of [`Call`].

mod change_sets;
mod create;
mod delete;
mod drift;
mod execute;
mod exports;
mod list;
mod policy;
mod recover;
mod start;
mod template;
mod tokens;
mod update;
mod view;

use cloudformation::Identity;

use crate::Cloud;
use crate::api::{Action, Answer, ApiError, Caller};
use crate::place::Place;
use crate::queue::StackNumber;
use crate::random::Random;
use crate::stack::Stack;

/// A call on its way.
pub(crate) struct Call<'a> {
    cloud: &'a mut Cloud,
    place: usize,
}

/// Performs a call.
pub(crate) fn dispatch(
    cloud: &mut Cloud,
    caller: &Caller,
    action: &Action,
) -> Result<Answer, ApiError> {
    let place = cloud.place(caller);
    let mut call = Call { cloud, place };
    match action {
        Action::GetCallerIdentity => Ok(identity(caller)),
        Action::DescribeStacks { stack, next } => call.describe_stacks(stack.as_deref(), next),
        Action::ListStacks { statuses, next } => call.list_stacks(statuses, next),
        Action::CreateStack { .. } => call.create_stack(action),
        Action::UpdateStack { .. } => call.update_stack(action),
        Action::DeleteStack {
            stack,
            retain,
            role,
            token,
        } => call.delete_stack(stack, retain, role.as_deref(), token.as_deref()),
        Action::CancelUpdateStack { stack, token } => call.cancel_update(stack, token.as_deref()),
        Action::ContinueUpdateRollback { stack, skip, token } => {
            call.continue_rollback(stack, skip, token.as_deref())
        }
        Action::RollbackStack { stack, token } => call.roll_back(stack, token.as_deref()),
        Action::CreateChangeSet { .. } => call.create_change_set(action),
        Action::DescribeChangeSet {
            change_set,
            stack,
            next,
            values,
        } => call.describe_change_set(change_set, stack.as_deref(), next, *values),
        Action::ListChangeSets { stack, next } => call.list_change_sets(stack, next),
        Action::ExecuteChangeSet {
            change_set,
            stack,
            disable_rollback,
            token,
        } => call.execute_change_set(
            change_set,
            stack.as_deref(),
            *disable_rollback,
            token.as_deref(),
        ),
        Action::DeleteChangeSet { change_set, stack } => {
            call.delete_change_set(change_set, stack.as_deref())
        }
        Action::DescribeStackEvents { stack, next } => call.events(stack, next),
        Action::DescribeStackResources { stack, logical_id } => {
            call.describe_resources(stack, logical_id.as_deref())
        }
        Action::ListStackResources { stack, next } => call.list_resources(stack, next),
        Action::GetTemplate { stack, change_set } => {
            call.get_template(stack.as_deref(), change_set.as_deref())
        }
        Action::GetTemplateSummary { stack, template } => {
            call.template_summary(stack.as_deref(), template.as_deref())
        }
        Action::ValidateTemplate { template } => call.template_summary(None, Some(template)),
        Action::ListExports { next } => call.list_exports(next),
        Action::ListImports { export, next } => call.list_imports(export, next),
        Action::GetStackPolicy { stack } => call.get_policy(stack),
        Action::SetStackPolicy { stack, policy } => call.set_policy(stack, policy),
        Action::UpdateTerminationProtection { stack, enabled } => call.protect(stack, *enabled),
        Action::DetectStackDrift { stack } => call.detect_drift(stack),
        Action::DescribeStackDriftDetectionStatus { detection } => {
            call.describe_detection(detection)
        }
        Action::DescribeStackResourceDrifts {
            stack,
            statuses,
            next,
        } => call.resource_drifts(stack, statuses, next),
        Action::SignalResource {
            stack,
            logical_id,
            success,
            ..
        } => call.signal(stack, logical_id, *success),
    }
}

fn identity(caller: &Caller) -> Answer {
    Answer::Identity(Identity {
        account: caller.account.clone(),
        arn: format!("arn:aws:iam::{}:user/local", caller.account),
        user_id: format!("AIDA{}", Random::new(0).of(&caller.account).suffix(16)),
    })
}

impl Call<'_> {
    fn here(&self) -> Result<&Place, ApiError> {
        self.cloud
            .places
            .get(self.place)
            .ok_or_else(|| crate::error::refusal("InternalFailure", "no such place"))
    }

    fn here_mut(&mut self) -> Result<&mut Place, ApiError> {
        self.cloud
            .places
            .get_mut(self.place)
            .ok_or_else(|| crate::error::refusal("InternalFailure", "no such place"))
    }

    /// A stack that is not deleted.
    fn living(&self, name_or_id: &str) -> Result<&Stack, ApiError> {
        let here = self.here()?;
        here.living_number(name_or_id)
            .and_then(|number| here.stacks.get(&number))
            .ok_or_else(|| crate::error::no_stack(name_or_id))
    }

    fn stack_mut(&mut self, number: StackNumber) -> Result<&mut Stack, ApiError> {
        self.here_mut()?
            .stacks
            .get_mut(&number)
            .ok_or_else(|| crate::error::refusal("InternalFailure", "no such stack"))
    }
}
