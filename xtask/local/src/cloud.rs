//! The cloud: every account and region, and what is due in them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Options;
use crate::api::{Action, Answer, ApiError, Caller, Identity, Page, Stack, Time};

/// A CloudFormation.
///
/// It has no clock: every call says what time it is, and what was due until then happens first.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Cloud {
    options: Options,
    stacks: BTreeMap<String, Brief>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Brief {
    created: Time,
}

impl Cloud {
    /// An empty one.
    #[must_use]
    pub const fn new(options: Options) -> Self {
        Self {
            options,
            stacks: BTreeMap::new(),
        }
    }

    /// What it was made with.
    #[must_use]
    pub const fn options(&self) -> &Options {
        &self.options
    }

    /// When the next thing happens by itself, if anything is going on.
    #[must_use]
    pub const fn next_event(&self) -> Option<Time> {
        None
    }

    /// Lets happen what is due until `now`. Time never goes back: an earlier time changes nothing.
    pub const fn advance(&mut self, now: Time) {
        let _ = now;
    }

    /// A call.
    ///
    /// # Errors
    ///
    /// What CloudFormation would refuse, in its words.
    pub fn call(
        &mut self,
        now: Time,
        caller: &Caller,
        action: &Action,
    ) -> Result<Answer, ApiError> {
        match action {
            Action::GetCallerIdentity => Ok(Answer::Identity(Identity {
                account: caller.account.clone(),
                arn: format!("arn:aws:iam::{}:user/local", caller.account),
                user_id: "AIDALOCAL".to_owned(),
            })),
            Action::CreateStack { target, .. } => {
                self.stacks
                    .insert(target.stack.clone(), Brief { created: now });
                Ok(Answer::StackId(id(caller, &target.stack)))
            }
            Action::DeleteStack { stack, .. } => {
                self.stacks.remove(stack);
                Ok(Answer::Done)
            }
            Action::DescribeStacks { stack, .. } => {
                if let Some(name) = stack
                    && !self.stacks.contains_key(name)
                {
                    return Err(ApiError {
                        code: "ValidationError",
                        message: format!("Stack with id {name} does not exist"),
                        status: 400,
                    });
                }
                let items = self
                    .stacks
                    .iter()
                    .filter(|(name, _)| stack.as_ref().is_none_or(|wanted| wanted == *name))
                    .map(|(name, brief)| view(caller, name, brief))
                    .collect();
                Ok(Answer::Stacks(Page { items, next: None }))
            }
            _ => Err(ApiError {
                code: "InvalidAction",
                message: "not modelled".to_owned(),
                status: 400,
            }),
        }
    }
}

fn id(caller: &Caller, name: &str) -> String {
    format!(
        "arn:aws:cloudformation:{}:{}:stack/{name}/00000000-0000-4000-8000-000000000000",
        caller.region, caller.account
    )
}

fn view(caller: &Caller, name: &str, brief: &Brief) -> Stack {
    Stack {
        id: id(caller, name),
        name: name.to_owned(),
        description: None,
        change_set_id: None,
        parameters: Vec::new(),
        created: brief.created,
        updated: None,
        deleted: None,
        status: "CREATE_COMPLETE".to_owned(),
        status_reason: None,
        disable_rollback: false,
        capabilities: Vec::new(),
        outputs: Vec::new(),
        role: None,
        tags: Vec::new(),
        termination_protection: false,
        drift_status: "NOT_CHECKED".to_owned(),
    }
}
