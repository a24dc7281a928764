//! `GetTemplate`, `GetTemplateSummary`, `ValidateTemplate`.

use super::Call;
use crate::api::{Answer, ApiError};
use crate::error::{no_change_set, no_stack, validation};
use crate::template::summarize;

impl Call<'_> {
    pub(super) fn get_template(
        &self,
        stack: Option<&str>,
        change_set: Option<&str>,
    ) -> Result<Answer, ApiError> {
        let here = self.here()?;
        if let Some(wanted) = change_set {
            let number = here
                .change_sets
                .get(wanted)
                .copied()
                .or_else(|| here.living_number(stack?))
                .ok_or_else(|| no_change_set(wanted))?;
            return here
                .stacks
                .get(&number)
                .and_then(|stack| {
                    stack
                        .change_sets
                        .values()
                        .find(|set| set.id == wanted || set.name == wanted)
                })
                .map(|set| Answer::Template(set.definition.template.text.clone()))
                .ok_or_else(|| no_change_set(wanted));
        }
        let Some(name) = stack else {
            return Err(validation("StackName or ChangeSetName must be specified."));
        };
        let stack = here.stack(name)?;
        // A stack that waits for its first change set has no template.
        Ok(Answer::Template(stack.definition.as_ref().map_or_else(
            || "{}".to_owned(),
            |definition| definition.template.text.clone(),
        )))
    }

    pub(super) fn template_summary(
        &mut self,
        stack: Option<&str>,
        template: Option<&str>,
    ) -> Result<Answer, ApiError> {
        let template = match (stack, template) {
            (_, Some(text)) => self.template(text)?,
            (Some(name), None) => self
                .here()?
                .stack(name)?
                .definition
                .as_ref()
                .map(|definition| definition.template.clone())
                .ok_or_else(|| no_stack(name))?,
            (None, None) => {
                return Err(validation(
                    "Either Template URL or Template Body must be specified.",
                ));
            }
        };
        Ok(Answer::TemplateSummary(summarize(&template)))
    }
}
