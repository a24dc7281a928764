//! The entry point of requests: from an action to the function that performs it.

use cloudformation::Identity;

use super::context::RequestContext;
use super::operation_events::{Wanted, describe_events};
use super::{change_sets, describe, drift, recover, stacks};
use crate::Cloud;
use crate::api::{Action, Answer, ApiError, Caller, Time};
use crate::random::Random;

impl Cloud {
    /// Performs a call of the API, after everything that was due before it.
    ///
    /// # Errors
    ///
    /// The refusal, in CloudFormation's words.
    pub fn call(
        &mut self,
        now: Time,
        caller: &Caller,
        action: &Action,
    ) -> Result<Answer, ApiError> {
        self.advance(now);
        dispatch(self, caller, action)
    }
}

fn dispatch(cloud: &mut Cloud, caller: &Caller, action: &Action) -> Result<Answer, ApiError> {
    let region = cloud.account_region(caller);
    let context = &mut RequestContext { cloud, region };
    match action {
        Action::GetCallerIdentity => Ok(identity(caller)),
        Action::DescribeStacks { stack, next } => {
            describe::describe_stacks(context, stack.as_deref(), next)
        }
        Action::ListStacks { statuses, next } => describe::list_stacks(context, statuses, next),
        Action::CreateStack {
            target,
            on_failure,
            termination_protection,
            policy,
        } => stacks::create_stack(
            context,
            target,
            *on_failure,
            *termination_protection,
            policy.as_deref(),
        ),
        Action::UpdateStack {
            target,
            disable_rollback,
            policy,
            policy_during_update,
        } => stacks::update_stack(
            context,
            target,
            *disable_rollback,
            policy.as_deref(),
            policy_during_update.as_deref(),
        ),
        Action::DeleteStack {
            stack,
            retain,
            role,
            token,
        } => stacks::delete_stack(context, stack, retain, role.as_deref(), token.as_ref()),
        Action::CancelUpdateStack { stack, token } => {
            recover::cancel_update(context, stack, token.as_ref())
        }
        Action::ContinueUpdateRollback { stack, skip, token } => {
            recover::continue_rollback(context, stack, skip, token.as_ref())
        }
        Action::RollbackStack { stack, token } => {
            recover::roll_back(context, stack, token.as_ref())
        }
        Action::CreateChangeSet {
            target,
            name,
            kind,
            description,
            import_existing,
            imports,
        } => change_sets::create_change_set(
            context,
            target,
            name,
            *kind,
            description.as_deref(),
            *import_existing,
            imports,
        ),
        Action::DescribeChangeSet {
            change_set,
            stack,
            next,
            values,
        } => {
            let found = context.change_set(change_set, stack.as_deref())?;
            change_sets::describe_change_set(context, found, next, *values)
        }
        Action::ListChangeSets { stack, next } => {
            change_sets::list_change_sets(context, stack, next)
        }
        Action::ExecuteChangeSet {
            change_set,
            stack,
            disable_rollback,
            token,
        } => change_sets::execute_change_set(
            context,
            change_set,
            stack.as_deref(),
            *disable_rollback,
            token.as_ref(),
        ),
        Action::DeleteChangeSet { change_set, stack } => {
            change_sets::delete_change_set(context, change_set, stack.as_deref())
        }
        Action::DescribeStackEvents { stack, next } => {
            describe::describe_events(context, stack, next)
        }
        Action::DescribeEvents {
            stack,
            change_set,
            operation,
            failed,
            next,
        } => {
            let wanted = Wanted {
                stack: stack.as_deref(),
                change_set: change_set.as_deref(),
                operation: operation.as_deref(),
                failed: *failed,
            };
            describe_events(context, wanted, next.as_deref())
        }
        Action::DescribeStackResources { stack, logical_id } => {
            describe::describe_resources(context, stack, logical_id.as_deref())
        }
        Action::ListStackResources { stack, next } => {
            describe::list_resources(context, stack, next)
        }
        Action::GetTemplate { stack, change_set } => {
            describe::get_template(context, stack.as_deref(), change_set.as_deref())
        }
        Action::GetTemplateSummary { stack, template } => {
            describe::template_summary(context, stack.as_deref(), template.as_deref())
        }
        Action::ValidateTemplate { template } => {
            describe::template_summary(context, None, Some(template))
        }
        Action::ListExports { next } => describe::list_exports(context, next),
        Action::ListImports { export, next } => describe::list_imports(context, export, next),
        Action::GetStackPolicy { stack } => stacks::get_policy(context, stack),
        Action::SetStackPolicy { stack, policy } => stacks::set_policy(context, stack, policy),
        Action::UpdateTerminationProtection { stack, enabled } => {
            stacks::set_termination_protection(context, stack, *enabled)
        }
        Action::DetectStackDrift { stack } => drift::detect_drift(context, stack),
        Action::DescribeStackDriftDetectionStatus { detection } => {
            drift::describe_detection(context, detection)
        }
        Action::DescribeStackResourceDrifts {
            stack,
            statuses,
            next,
        } => drift::resource_drifts(context, stack, statuses, next),
        Action::SignalResource {
            stack,
            logical_id,
            success,
            ..
        } => recover::signal(context, stack, logical_id, *success),
    }
}

fn identity(caller: &Caller) -> Answer {
    Answer::Identity(Identity {
        account: caller.account.clone(),
        arn: format!("arn:aws:iam::{}:user/local", caller.account),
        user_id: format!("AIDA{}", Random::new(0).derive(&caller.account).suffix(16)),
    })
}
