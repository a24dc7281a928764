//! Requests about templates, exports and imports.

use crate::api::Action;
use crate::wire::error;
use crate::wire::reader::Reader;
use crate::wire::rule;

/// `TemplateStage` is passed over: without transforms the two stages are one text.
pub(super) fn get(reader: &mut Reader<'_>) -> Action {
    reader.choice("TemplateStage", &[("Original", ()), ("Processed", ())]);
    let stack = reader.optional("StackName", &rule::STACK);
    let change_set = reader.optional("ChangeSetName", &rule::CHANGE_SET);
    if stack.is_none()
        && !change_set
            .as_deref()
            .is_some_and(|it| it.starts_with("arn:"))
    {
        reader.refuse(error::validation(
            "Either StackName or the ARN of a change set must be specified.",
        ));
    }
    Action::GetTemplate { stack, change_set }
}

pub(super) fn summary(reader: &mut Reader<'_>) -> Action {
    reader.choice("CallAs", &[("SELF", ()), ("DELEGATED_ADMIN", ())]);
    reader.optional("TemplateURL", &rule::URL);
    reader.not_modelled(&["TemplateURL", "StackSetName"]);
    let stack = reader.optional("StackName", &rule::STACK);
    let template = reader.optional("TemplateBody", &rule::TEMPLATE);
    if stack.is_some() == template.is_some() {
        reader.refuse(error::validation(
            "Exactly one of StackName, TemplateBody and TemplateURL must be specified.",
        ));
    }
    Action::GetTemplateSummary { stack, template }
}

pub(super) fn validate(reader: &mut Reader<'_>) -> Action {
    reader.optional("TemplateURL", &rule::URL);
    reader.not_modelled(&["TemplateURL"]);
    let template = reader.optional("TemplateBody", &rule::TEMPLATE);
    if template.is_none() {
        reader.refuse(error::validation(
            "Either Template URL or Template Body must be specified.",
        ));
    }
    Action::ValidateTemplate {
        template: template.unwrap_or_default(),
    }
}

pub(super) fn exports(reader: &mut Reader<'_>) -> Action {
    Action::ListExports {
        next: reader.optional("NextToken", &rule::NEXT_TOKEN),
    }
}

pub(super) fn imports(reader: &mut Reader<'_>) -> Action {
    Action::ListImports {
        export: reader.required("ExportName", &rule::ANY),
        next: reader.optional("NextToken", &rule::NEXT_TOKEN),
    }
}
