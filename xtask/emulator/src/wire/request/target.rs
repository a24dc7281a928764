//! What a stack is made of: what three operations share, and the texts of their enumerations.

use cloudformation::status::Capability;
use cloudformation::{ClientToken, Parameter, ParameterValue, Tag};

use crate::api::{Target, TemplateInput};
use crate::wire::error;
use crate::wire::reader::Reader;
use crate::wire::rule::{self, Rule};

/// In the order in which CloudFormation lists them (aws-actions/aws-cloudformation-github-deploy#130).
const CAPABILITIES: &[(&str, Capability)] = &[
    ("CAPABILITY_AUTO_EXPAND", Capability::AutoExpand),
    ("CAPABILITY_NAMED_IAM", Capability::NamedIam),
    ("CAPABILITY_IAM", Capability::Iam),
];

/// Would change what happens to the stack. `DisableValidation` would not, and is passed over.
const NOT_MODELLED: &[&str] = &[
    "TemplateURL",
    "StackPolicyURL",
    "ResourceTypes",
    "RollbackConfiguration.RollbackTriggers",
    "RollbackConfiguration.MonitoringTimeInMinutes",
    "RetainExceptOnCreate",
    "DeploymentConfig.Mode",
    "DeploymentConfig.DisableRollback",
];

/// Reads it; the rule for the name and the parameter with the token differ by operation.
pub(super) fn target(reader: &mut Reader<'_>, stack: &Rule, token: (&str, &Rule)) -> Target {
    reader.optional("TemplateURL", &rule::URL);
    reader.optional("StackPolicyURL", &rule::URL);
    reader.texts_with("ResourceTypes", &rule::RESOURCE_TYPE);
    reader.number("RollbackConfiguration.MonitoringTimeInMinutes", 0..=180);
    reader.count("RollbackConfiguration.RollbackTriggers", 0..=5);
    reader.count("NotificationARNs", 0..=5);
    reader.texts_with("NotificationARNs", &rule::NOTIFICATION);
    reader.count("Tags", 0..=50);
    reader.not_modelled(NOT_MODELLED);
    Target {
        stack: reader.required("StackName", stack),
        template: template(reader),
        parameters: parameters(reader),
        capabilities: reader
            .choices("Capabilities", CAPABILITIES)
            .unwrap_or_default(),
        tags: tags(reader),
        notification_arns: reader.texts("NotificationARNs"),
        role: reader.optional("RoleARN", &rule::ROLE),
        token: reader.optional(token.0, token.1).map(ClientToken::new),
    }
}

fn template(reader: &mut Reader<'_>) -> TemplateInput {
    let body = reader.optional("TemplateBody", &rule::TEMPLATE);
    let previous = reader.flag("UsePreviousTemplate") == Some(true);
    match (body, previous) {
        (Some(body), false) => TemplateInput::Body(body),
        (None, true) => TemplateInput::Previous,
        (body, _) => {
            // AWS's text where none is given. With both, the template would count for nothing.
            reader.refuse(error::validation(if body.is_some() {
                "Template Body and UsePreviousTemplate can't be specified together."
            } else {
                "Either Template URL or Template Body must be specified."
            }));
            TemplateInput::Previous
        }
    }
}

fn parameters(reader: &mut Reader<'_>) -> Vec<Parameter> {
    let members = reader.members("Parameters").unwrap_or_default();
    let read = |member: &String| {
        let name = reader.required(&format!("{member}.ParameterKey"), &rule::ANY);
        let value = reader.optional(&format!("{member}.ParameterValue"), &rule::ANY);
        let previous = reader.flag(&format!("{member}.UsePreviousValue")) == Some(true);
        let value = match (value, previous) {
            // Some clients write an empty value together with the flag.
            (value, true) => {
                if value.is_some_and(|value| !value.is_empty()) {
                    reader.refuse(error::validation(format!(
                        "Invalid input for parameter key {name}. Cannot specify usePreviousValue \
                         as true and non empty value for a parameter"
                    )));
                }
                ParameterValue::Previous
            }
            (Some(value), false) => ParameterValue::Given(value),
            (None, false) => {
                reader.refuse(error::validation(format!(
                    "Parameters: [{name}] must have values"
                )));
                ParameterValue::Previous
            }
        };
        Parameter { name, value }
    };
    members.iter().map(read).collect()
}

fn tags(reader: &mut Reader<'_>) -> Option<Vec<Tag>> {
    let members = reader.members("Tags")?;
    let read = |member: &String| Tag {
        key: reader.required(&format!("{member}.Key"), &rule::TAG_KEY),
        value: reader.required(&format!("{member}.Value"), &rule::TAG_VALUE),
    };
    Some(members.iter().map(read).collect())
}
