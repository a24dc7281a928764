//! The parser of templates.
//!
//! It validates the structure; `check` validates references.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html>

use std::collections::BTreeMap;

use cloudformation::template::References;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use super::conditions;
use super::error::TemplateError;
use super::model::{
    Assertion, OutputDefinition, ParameterDefinition, Parts, RemovalPolicy, ResourceDefinition,
    Rule, Template,
};
use super::scalar::plain;
use super::structure::{self, is_scalar};
use crate::resource_type::is_custom;

const SECTIONS: &[&str] = &[
    "AWSTemplateFormatVersion",
    "Conditions",
    "Description",
    "Hooks",
    "Mappings",
    "Metadata",
    "Outputs",
    "Parameters",
    "Resources",
    "Rules",
    "Transform",
];

const ATTRIBUTES: &[&str] = &[
    "Condition",
    "CreationPolicy",
    "DeletionPolicy",
    "DependsOn",
    "Metadata",
    "Properties",
    "Type",
    "UpdatePolicy",
    "UpdateReplacePolicy",
];

pub(crate) fn parse(text: &str) -> Result<Template, TemplateError> {
    let value =
        cloudformation::template::parse(text).map_err(|error| TemplateError(error.to_string()))?;
    let Value::Object(mut sections) = value else {
        return Err(format_error("unsupported structure."));
    };
    let unknown: Vec<&str> = sections
        .keys()
        .map(String::as_str)
        .filter(|section| !SECTIONS.contains(section))
        .collect();
    if !unknown.is_empty() {
        return Err(TemplateError(format!(
            "Invalid template property or properties [{}]",
            unknown.join(", ")
        )));
    }
    if let Some(version) = sections.get("AWSTemplateFormatVersion")
        && version != "2010-09-09"
    {
        return Err(format_error(format!(
            "{} is not a supported value for AWSTemplateFormatVersion.",
            plain(version)
        )));
    }
    if let Some(transforms) = sections.get("Transform") {
        return Err(TemplateError(format!(
            "The local CloudFormation does not model transforms: {}. Deploy the processed template: \
             `aws cloudformation get-template --template-stage Processed` prints it where the \
             original one is deployed.",
            plain(transforms)
        )));
    }
    structure::check(&sections)?;
    let description = match sections.remove("Description") {
        None => None,
        Some(Value::String(text)) => Some(text),
        Some(_) => {
            return Err(format_error("'Description' is not a string."));
        }
    };
    let resources = section(&mut sections, "Resources")?;
    if resources.is_empty() {
        return Err(format_error(
            "At least one Resources member must be defined.",
        ));
    }
    let names: Vec<String> = resources.keys().cloned().collect();
    let mut parts = Parts {
        text: text.to_owned(),
        description,
        mappings: section(&mut sections, "Mappings")?,
        ..Parts::default()
    };
    for (name, value) in section(&mut sections, "Parameters")? {
        parts
            .parameters
            .insert(name.clone(), parameter(&name, value)?);
    }
    parts.conditions = section(&mut sections, "Conditions")?.into_iter().collect();
    for (name, value) in section(&mut sections, "Rules")? {
        parts.rules.insert(name.clone(), rule(&name, value)?);
    }
    parts.condition_order = conditions::in_order(&parts.conditions)?;
    for (name, value) in resources {
        parts
            .resources
            .insert(name.clone(), resource(&name, value, &names)?);
    }
    for (name, value) in section(&mut sections, "Outputs")? {
        parts.outputs.insert(name.clone(), output(&name, value)?);
    }
    Ok(Template::new(parts))
}

fn format_error(message: impl AsRef<str>) -> TemplateError {
    TemplateError(format!("Template format error: {}", message.as_ref()))
}

fn section(
    sections: &mut Map<String, Value>,
    name: &str,
) -> Result<Map<String, Value>, TemplateError> {
    match sections.remove(name) {
        None => Ok(Map::new()),
        Some(Value::Object(map)) => Ok(map),
        Some(_) => Err(format_error(format!("[/{name}] expected an object"))),
    }
}

fn parameter(name: &str, value: Value) -> Result<ParameterDefinition, TemplateError> {
    let Value::Object(map) = value else {
        return Err(format_error(format!(
            "Every Parameters object must contain a Type member. [/Parameters/{name}]"
        )));
    };
    let text = |key: &str| map.get(key).map(plain);
    let Some(kind) = text("Type") else {
        return Err(format_error(format!(
            "Every Parameters object must contain a Type member. [/Parameters/{name}]"
        )));
    };
    let length = |key: &str| text(key).and_then(|text| text.parse::<u64>().ok());
    let number = |key: &str| text(key).and_then(|text| text.parse::<f64>().ok());
    Ok(ParameterDefinition {
        kind,
        default: text("Default"),
        allowed_values: map
            .get("AllowedValues")
            .and_then(Value::as_array)
            .map(|values| values.iter().map(plain).collect())
            .unwrap_or_default(),
        allowed_pattern: text("AllowedPattern"),
        constraint: text("ConstraintDescription"),
        min_length: length("MinLength"),
        max_length: length("MaxLength"),
        min_value: number("MinValue"),
        max_value: number("MaxValue"),
        no_echo: text("NoEcho").is_some_and(|text| text == "true"),
        description: text("Description"),
    })
}

fn rule(name: &str, value: Value) -> Result<Rule, TemplateError> {
    let malformed = |what: &str| format_error(format!("[/Rules/{name}] {what}"));
    let Value::Object(mut map) = value else {
        return Err(malformed("expected an object"));
    };
    let Some(Value::Array(items)) = map.remove("Assertions") else {
        return Err(malformed(
            "Every Rules object must contain a list of Assertions.",
        ));
    };
    let condition = map.remove("RuleCondition");
    if let Some(unknown) = map.keys().next() {
        return Err(malformed(&format!(
            "Encountered unsupported property {unknown}"
        )));
    }
    let assertion = |item: Value| match item {
        Value::Object(mut map) => map.remove("Assert").map(|assert| Assertion {
            assert,
            description: map.remove("AssertDescription").as_ref().map(plain),
        }),
        _ => None,
    };
    let assertions = items.into_iter().map(assertion).collect::<Option<Vec<_>>>();
    Ok(Rule {
        condition,
        assertions: assertions
            .ok_or_else(|| malformed("Every Assertions member must contain an Assert."))?,
    })
}

fn resource(
    name: &str,
    value: Value,
    names: &[String],
) -> Result<ResourceDefinition, TemplateError> {
    let Value::Object(mut map) = value else {
        return Err(format_error(format!(
            "[/Resources/{name}] resource definition is malformed"
        )));
    };
    // Custom resources may have a version, which means nothing.
    // <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources.html>
    let is_custom = map
        .get("Type")
        .and_then(Value::as_str)
        .is_some_and(is_custom);
    if is_custom && map.get("Version").is_some_and(is_scalar) {
        map.remove("Version");
    }
    if let Some(unknown) = map.keys().find(|key| !ATTRIBUTES.contains(&key.as_str())) {
        return Err(TemplateError(format!(
            "Invalid template resource property '{unknown}'"
        )));
    }
    let Some(Value::String(kind)) = map.remove("Type") else {
        return Err(format_error(format!(
            "[/Resources/{name}] Every Resources object must contain a Type member."
        )));
    };
    let properties = match map.remove("Properties") {
        None => Map::new(),
        Some(Value::Object(properties)) => properties,
        Some(_) => {
            return Err(format_error(format!(
                "[/Resources/{name}/Properties] expected an object"
            )));
        }
    };
    let condition = match map.remove("Condition") {
        None => None,
        Some(Value::String(condition)) => Some(condition),
        Some(_) => {
            return Err(format_error(format!(
                "[/Resources/{name}/Condition] expected a string"
            )));
        }
    };
    let depends_on = match map.remove("DependsOn") {
        None => Vec::new(),
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(many)) => many.iter().map(plain).collect(),
        Some(_) => {
            return Err(format_error(
                "DependsOn must be a string or list of strings.",
            ));
        }
    };
    let has_deletion_policy = map.contains_key("DeletionPolicy");
    let deletion = removal_policy(name, "DeletionPolicy", map.remove("DeletionPolicy"))?;
    let replacement = removal_policy(
        name,
        "UpdateReplacePolicy",
        map.remove("UpdateReplacePolicy"),
    )?;
    let mut references = References::default();
    // `map` has the attributes that are left: `Metadata`, `CreationPolicy`, `UpdatePolicy`.
    for value in properties.values().chain(map.values()) {
        references.collect(value);
    }
    let mut dependencies: Vec<String> = references
        .targets()
        .filter(|id| names.binary_search_by(|name| name.as_str().cmp(id)).is_ok())
        .map(str::to_owned)
        .chain(depends_on.iter().cloned())
        .collect();
    dependencies.sort();
    dependencies.dedup();
    Ok(ResourceDefinition {
        kind,
        properties,
        condition,
        deletion,
        has_deletion_policy,
        replacement,
        attributes: map,
        depends_on,
        dependencies,
    })
}

fn removal_policy(
    resource: &str,
    attribute: &str,
    value: Option<Value>,
) -> Result<RemovalPolicy, TemplateError> {
    match value {
        None => Ok(RemovalPolicy::Delete),
        Some(Value::String(text)) => match text.as_str() {
            "Delete" => Ok(RemovalPolicy::Delete),
            "Retain" => Ok(RemovalPolicy::Retain),
            "RetainExceptOnCreate" if attribute == "DeletionPolicy" => {
                Ok(RemovalPolicy::RetainExceptOnCreate)
            }
            "Snapshot" => Ok(RemovalPolicy::Snapshot),
            _ => Err(format_error(format!(
                "Unrecognized {attribute} {text} for resource {resource}"
            ))),
        },
        Some(_) => Err(format_error(format!(
            "Every {attribute} member must be a string."
        ))),
    }
}

fn output(name: &str, value: Value) -> Result<OutputDefinition, TemplateError> {
    let malformed = || format_error(format!("Output {name} is malformed"));
    let Value::Object(mut map) = value else {
        return Err(malformed());
    };
    let Some(value) = map.remove("Value") else {
        return Err(format_error(format!(
            "Every Outputs member must contain a Value object. [/Outputs/{name}]"
        )));
    };
    let export = match map.remove("Export") {
        None => None,
        Some(Value::Object(mut export)) => Some(export.remove("Name").ok_or_else(malformed)?),
        Some(_) => return Err(malformed()),
    };
    Ok(OutputDefinition {
        value,
        description: map.remove("Description").as_ref().map(plain),
        export,
        condition: map.remove("Condition").as_ref().map(plain),
    })
}

pub(super) type Conditions = BTreeMap<String, Value>;

impl Serialize for Template {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.text.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Template {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        parse(&text).map_err(D::Error::custom)
    }
}
