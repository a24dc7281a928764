//! Properties held against the schemas of their types, at every depth.

use property_schemas::{Constraint, Context, Exports, Violation, validate};
use serde_json::{Map, Value};

use crate::finding::Report;
use crate::model::{Model, Presence, Resource};
use crate::registry::Group;
use crate::rule::{Evidence, Rule, Severity};

pub(crate) static GROUP: Group = Group {
    rules: &[
        &UNKNOWN_PROPERTY,
        &READ_ONLY,
        &MISSING_PROPERTY,
        &COMBINATION,
        &VALUE,
        &REFERENCE,
    ],
    check,
};

const PAGE: &str = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html";
const SCHEMA_PAGE: &str =
    "https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html";

static UNKNOWN_PROPERTY: Rule = Rule {
    code: "schema/unknown-property",
    severity: Severity::Error,
    summary: "a property that the type does not have",
    why: "CloudFormation refuses it.",
    fix: "Correct the name, or remove the property.",
    source: PAGE,
    evidence: Evidence::AnyVariant,
};

static READ_ONLY: Rule = Rule {
    code: "schema/read-only",
    severity: Severity::Error,
    summary: "a property that only AWS sets",
    why: "CloudFormation refuses it.",
    fix: "Remove it; `Fn::GetAtt` reads its value.",
    source: SCHEMA_PAGE,
    evidence: Evidence::AnyVariant,
};

static MISSING_PROPERTY: Rule = Rule {
    code: "schema/missing-property",
    severity: Severity::Error,
    summary: "a required property that is missing",
    why: "CloudFormation or the service refuses the resource.",
    fix: "Set the property.",
    source: PAGE,
    evidence: Evidence::AnyVariant,
};

static COMBINATION: Rule = Rule {
    code: "schema/combination",
    severity: Severity::Error,
    summary: "properties that can't be set together",
    why: "CloudFormation or the service refuses the resource.",
    fix: "Remove one of the properties.",
    source: PAGE,
    evidence: Evidence::AnyVariant,
};

static VALUE: Rule = Rule {
    code: "schema/value",
    severity: Severity::Error,
    summary: "a value that the property can't have",
    why: "CloudFormation or the service refuses the resource.",
    fix: "Give a value of the type, form and range that the property takes.",
    source: PAGE,
    evidence: Evidence::AnyVariant,
};

static REFERENCE: Rule = Rule {
    code: "schema/reference",
    severity: Severity::Error,
    summary: "a reference to another kind of thing than the property takes",
    why: "The service does not find what it is given, and refuses the resource: an ARN is no name, a subnet is no security group.",
    fix: "Refer to a resource of the right type, or use the attribute that gives the right kind.",
    source: PAGE,
    evidence: Evidence::AnyVariant,
};

fn check<'m>(model: &'m Model<'m>, report: &mut Report<'m>) {
    let exports = Exports::of(model.stacks().map(|(_, stack)| &stack.template));
    let none = Value::Object(Map::new());
    for (index, stack) in model.stacks() {
        let context = Context::of(&stack.template).importing(&exports);
        for resource in model.resources_of(index) {
            if resource.presence() == Presence::Absent {
                continue;
            }
            let properties = resource.written_properties().unwrap_or(&none);
            for violation in validate(resource.kind(), properties, "", context) {
                add(report, resource, &violation);
            }
        }
    }
}

fn add<'m>(report: &mut Report<'m>, resource: Resource<'m>, violation: &Violation) {
    let rule = match violation.constraint {
        Constraint::UnknownProperty { .. } => &UNKNOWN_PROPERTY,
        Constraint::ReadOnly => &READ_ONLY,
        Constraint::Required { .. }
        | Constraint::RequiredXor { .. }
        | Constraint::RequiredOr { .. }
        | Constraint::DependentRequired { .. } => &MISSING_PROPERTY,
        Constraint::Forbidden
        | Constraint::DependentExcluded { .. }
        | Constraint::AnyOf { .. }
        | Constraint::OneOf { .. }
        | Constraint::Not => &COMBINATION,
        Constraint::Reference { .. } => &REFERENCE,
        _ => &VALUE,
    };
    let place = resource.at(&with_dots(&violation.path));
    report.add(rule, place, violation.sentence().to_string());
}

/// `/Rules/0/Status` as `Rules[0].Status`.
fn with_dots(pointer: &str) -> String {
    let mut path = String::new();
    for step in pointer.split('/').skip(1) {
        let step = step.replace("~1", "/").replace("~0", "~");
        if step.bytes().all(|byte| byte.is_ascii_digit()) {
            path.push_str(&format!("[{step}]"));
        } else {
            if !path.is_empty() {
                path.push('.');
            }
            path.push_str(&step);
        }
    }
    path
}
