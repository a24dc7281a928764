//! Properties that are texts in a language of their own.

use crate::finding::Report;
use crate::model::Model;
use crate::registry::Group;
use crate::rule::{Evidence, Rule, Severity};

pub(crate) static GROUP: Group = Group {
    rules: &[&NOT_JSON],
    check,
};

static NOT_JSON: Rule = Rule {
    code: "texts/not-json",
    severity: Severity::Error,
    summary: "a text that has to be JSON, and is not",
    why: "The service refuses it.",
    fix: "Write the document as JSON.",
    source: "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html",
    evidence: Evidence::AnyVariant,
};

/// Properties of the type `String` in JSON.
const JSON: [(&str, &str); 8] = [
    ("AWS::CloudWatch::Dashboard", "DashboardBody"),
    (
        "AWS::ECR::Repository",
        "LifecyclePolicy.LifecyclePolicyText",
    ),
    ("AWS::ECR::RepositoryCreationTemplate", "LifecyclePolicy"),
    ("AWS::ECR::RepositoryCreationTemplate", "RepositoryPolicy"),
    ("AWS::Logs::ResourcePolicy", "PolicyDocument"),
    ("AWS::Logs::AccountPolicy", "PolicyDocument"),
    ("AWS::StepFunctions::StateMachine", "DefinitionString"),
    (
        "AWS::SecretsManager::Secret",
        "GenerateSecretString.SecretStringTemplate",
    ),
];

fn check<'m>(model: &'m Model<'m>, report: &mut Report<'m>) {
    for (kind, path) in JSON {
        for resource in model.resources(kind) {
            let property = resource.property(path);
            let Some(text) = property.text() else {
                continue;
            };
            if let Err(error) = serde_json::from_str::<serde::de::IgnoredAny>(&text) {
                report.add(&NOT_JSON, property.place(), format!("not JSON: {error}"));
            }
        }
    }
}
