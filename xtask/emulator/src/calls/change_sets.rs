//! Change sets.

use cloudformation::ChangeSetType;
use cloudformation::status::{ChangeSetStatus, ExecutionStatus, StackStatus};

use super::Call;
use super::start::check_name;
use crate::api::{Action, Answer, ApiError, Target};
use crate::change_set::ChangeSet;
use crate::error::{no_change_set, no_stack, refusal, validation};
use crate::queue::{StackNumber, What};
use crate::random::Random;
use crate::stack::Stack;

impl Call<'_> {
    pub(super) fn create_change_set(&mut self, action: &Action) -> Result<Answer, ApiError> {
        let Action::CreateChangeSet {
            target,
            name,
            kind,
            description,
            import_existing,
            imports,
        } = action
        else {
            return Err(refusal("InternalFailure", "not a change set"));
        };
        check_name("changeSetName", name)?;
        let existing = self.here()?.living_number(&target.stack);
        if let Some(number) = existing
            && let Some(answer) = self.same_change_set(number, name, target)?
        {
            return Ok(answer);
        }
        self.fits(existing, target, name, *kind)?;
        let definition = self.definition(target, existing)?;
        let role = match existing {
            Some(number) => target.role.clone().or(self.stack_mut(number)?.role.clone()),
            None => target.role.clone(),
        };
        self.usable_role(role.as_deref())?;
        let number = match existing {
            Some(number) => number,
            None => self.review(&target.stack)?,
        };
        let set_number = self.cloud.queue.number();
        let random = Random::new(self.cloud.options.seed)
            .of("change set")
            .of(name)
            .number(set_number);
        let now = self.cloud.now;
        let here = self.here()?;
        let id = format!(
            "arn:{}:cloudformation:{}:{}:changeSet/{name}/{}",
            crate::template::partition(&here.caller.region),
            here.caller.region,
            here.caller.account,
            random.uuid()
        );
        let set = ChangeSet {
            number: set_number,
            id: id.clone(),
            name: name.clone(),
            kind: *kind,
            description: description.clone(),
            created: now,
            token: target.token.clone(),
            role: target.role.clone(),
            status: ChangeSetStatus::CreateInProgress,
            reason: None,
            execution: ExecutionStatus::Unavailable,
            definition,
            import_existing: *import_existing,
            imports: imports
                .iter()
                .map(|one| (one.logical_id.clone(), one.identifier.clone()))
                .collect(),
            changes: Vec::new(),
        };
        self.here_mut()?.change_sets.insert(id.clone(), number);
        let place = self.place;
        let stack_id = self
            .cloud
            .with_stack(place, number, |stack, engine| {
                stack.change_sets.insert(set_number, set);
                let wait = engine.wait(stack, "change set", 4000);
                engine.plan(stack, wait, What::ChangeSetMade(set_number));
                stack.id.clone()
            })
            .unwrap_or_default();
        Ok(Answer::ChangeSetId { id, stack_id })
    }

    /// The change set that was made by the same call before.
    fn same_change_set(
        &mut self,
        number: StackNumber,
        name: &str,
        target: &Target,
    ) -> Result<Option<Answer>, ApiError> {
        let stack = self.stack_mut(number)?;
        let Some(set) = stack.change_sets.values().find(|set| set.name == *name) else {
            return Ok(None);
        };
        if set.token.is_some() && set.token == target.token {
            return Ok(Some(Answer::ChangeSetId {
                id: set.id.clone(),
                stack_id: stack.id.clone(),
            }));
        }
        Err(refusal(
            "AlreadyExistsException",
            format!(
                "ChangeSet {name} cannot be created due to a mismatch with existing attribute \
                 ClientRequestToken"
            ),
        ))
    }

    /// The stack's status allows a change set of this type.
    fn fits(
        &mut self,
        existing: Option<StackNumber>,
        target: &Target,
        name: &str,
        kind: ChangeSetType,
    ) -> Result<(), ApiError> {
        let Some(number) = existing else {
            return match kind {
                ChangeSetType::Create | ChangeSetType::Import
                    if !target.stack.starts_with("arn:") =>
                {
                    Ok(())
                }
                _ => Err(no_stack(&target.stack)),
            };
        };
        let stack = self.stack_mut(number)?;
        match (kind, &stack.status) {
            (ChangeSetType::Create | ChangeSetType::Import, StackStatus::ReviewInProgress) => {
                Ok(())
            }
            (ChangeSetType::Create, _) => Err(validation(format!(
                "Stack [{}] already exists and cannot be created again with the changeSet [{name}].",
                stack.name
            ))),
            // Whether a stack that failed may be updated is asked when the change set is executed.
            (ChangeSetType::Update, StackStatus::CreateFailed | StackStatus::UpdateFailed) => {
                Ok(())
            }
            _ => Self::updatable(stack, false),
        }
    }

    /// A stack that waits for its first change set to be executed.
    fn review(&mut self, name: &str) -> Result<StackNumber, ApiError> {
        let now = self.cloud.now;
        let number = self.new_stack(name)?;
        self.stack_mut(number)?.turn(
            now,
            StackStatus::ReviewInProgress,
            Some("User Initiated".to_owned()),
            None,
        );
        Ok(number)
    }

    /// A change set and its stack.
    pub(super) fn change_set(
        &self,
        name_or_id: &str,
        stack: Option<&str>,
    ) -> Result<(&Stack, &ChangeSet), ApiError> {
        let here = self.here()?;
        let number = if name_or_id.starts_with("arn:") {
            here.change_sets
                .get(name_or_id)
                .copied()
                .ok_or_else(|| no_change_set(name_or_id))?
        } else {
            let Some(stack) = stack else {
                return Err(validation(
                    "StackName must be specified if ChangeSetName is not specified as an ARN.",
                ));
            };
            here.living_number(stack).ok_or_else(|| no_stack(stack))?
        };
        let stack = here
            .stacks
            .get(&number)
            .ok_or_else(|| no_change_set(name_or_id))?;
        stack
            .change_sets
            .values()
            .find(|set| set.name == name_or_id || set.id == name_or_id)
            .map(|set| (stack, set))
            .ok_or_else(|| no_change_set(name_or_id))
    }
}
