//! Dynamic references: `{{resolve:ssm:name:version}}`.
//!
//! Those to parameters of SSM in plain text are resolved. Those to secrets stay as they are, as
//! CloudFormation keeps them.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html>

use std::collections::BTreeSet;

use serde_json::Value;

use super::error::TemplateError;
use super::evaluate::{Lookup, Scope};
use super::model::Template;

const OPEN: &str = "{{resolve:";
const CLOSE: &str = "}}";

/// The properties that take a secure string.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-ssm-secure-strings.html>
const SECURE: [(&str, &str); 12] = [
    ("AWS::DirectoryService::MicrosoftAD", "Password"),
    ("AWS::DirectoryService::SimpleAD", "Password"),
    ("AWS::ElastiCache::ReplicationGroup", "AuthToken"),
    ("AWS::IAM::User", "LoginProfile/Password"),
    (
        "AWS::KinesisFirehose::DeliveryStream",
        "RedshiftDestinationConfiguration/Password",
    ),
    ("AWS::OpsWorks::App", "AppSource/Password"),
    ("AWS::OpsWorks::Stack", "CustomCookbooksSource/Password"),
    ("AWS::OpsWorks::Stack", "RdsDbInstances/DbPassword"),
    ("AWS::RDS::DBCluster", "MasterUserPassword"),
    ("AWS::RDS::DBInstance", "MasterUserPassword"),
    ("AWS::Redshift::Cluster", "MasterUserPassword"),
    ("AWS::ElastiCache::User", "Passwords"),
];

/// A parameter of SSM that a text refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct SsmReference<'t> {
    name: &'t str,
    version: Option<&'t str>,
}

impl SsmReference<'_> {
    fn value(self, lookup: &dyn Lookup) -> Option<String> {
        let version = match self.version {
            Some(version) => Some(version.parse().ok()?),
            None => None,
        };
        lookup.parameter(self.name, version)
    }

    fn text(self) -> String {
        match self.version {
            Some(version) => format!("ssm:{}:{version}", self.name),
            None => format!("ssm:{}", self.name),
        }
    }
}

/// A part of a text.
#[derive(Debug, PartialEq, Eq)]
enum Part<'t> {
    Text(&'t str),
    Ssm(SsmReference<'t>),
    /// The reference as it is written, to `ssm-secure` or another service.
    Other(&'t str),
}

fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(OPEN) {
        let (before, reference) = rest.split_at(start);
        let Some(end) = reference.find(CLOSE) else {
            break;
        };
        if !before.is_empty() {
            parts.push(Part::Text(before));
        }
        let (whole, after) = reference.split_at(end + CLOSE.len());
        let inner = &whole[OPEN.len()..end];
        parts.push(match inner.strip_prefix("ssm:") {
            Some(name) => {
                let (name, version) = match name.rsplit_once(':') {
                    Some((name, version)) => (name, Some(version)),
                    None => (name, None),
                };
                Part::Ssm(SsmReference { name, version })
            }
            None => Part::Other(whole),
        });
        rest = after;
    }
    if !rest.is_empty() {
        parts.push(Part::Text(rest));
    }
    parts
}

/// As in <https://github.com/aws-samples/data-mesh-datazone-cdk-cloudformation/issues/19>.
fn not_found(missing: &BTreeSet<String>) -> TemplateError {
    let names: Vec<&str> = missing.iter().map(String::as_str).collect();
    TemplateError(format!(
        "Parameters: [{}] cannot be found.",
        names.join(", ")
    ))
}

/// Replaces the references to parameters of SSM by their values.
pub(super) fn resolve(value: &mut Value, lookup: &dyn Lookup) -> Result<(), TemplateError> {
    match value {
        Value::String(text) if text.contains(OPEN) => {
            let mut resolved = String::new();
            for part in parts(text) {
                match part {
                    Part::Text(text) | Part::Other(text) => resolved.push_str(text),
                    Part::Ssm(reference) => {
                        let value = reference
                            .value(lookup)
                            .ok_or_else(|| not_found(&BTreeSet::from([reference.text()])))?;
                        resolved.push_str(&value);
                    }
                }
            }
            *text = resolved;
            Ok(())
        }
        Value::Array(items) => items.iter_mut().try_for_each(|item| resolve(item, lookup)),
        Value::Object(map) => map
            .values_mut()
            .try_for_each(|value| resolve(value, lookup)),
        _ => Ok(()),
    }
}

/// Calls `visit` with every text in a value, and the path to it.
fn texts<'v>(value: &'v Value, path: &str, visit: &mut impl FnMut(&'v str, &str)) {
    match value {
        Value::String(text) => visit(text, path),
        Value::Array(items) => items.iter().for_each(|item| texts(item, path, visit)),
        Value::Object(map) => {
            for (key, value) in map {
                let path = if key == "Ref" || key.starts_with("Fn::") {
                    path.to_owned()
                } else {
                    format!("{path}/{key}")
                };
                texts(value, &path, visit);
            }
        }
        _ => {}
    }
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html>
const MAX_REFERENCES: usize = 60;

/// Checks that a template has no more dynamic references than it may have.
pub(super) fn check_count(template: &Template) -> Result<(), TemplateError> {
    let mut count = 0;
    let mut add = |text: &str, _: &str| count += text.matches(OPEN).count();
    for resource in template.resources.values() {
        let values = resource.properties.values();
        values
            .chain(resource.attributes.values())
            .for_each(|value| texts(value, "", &mut add));
    }
    for output in template.outputs.values() {
        texts(&output.value, "", &mut add);
    }
    if count > MAX_REFERENCES {
        return Err(TemplateError(format!(
            "Template format error: Number of dynamic references, {count}, is greater than maximum \
             allowed, {MAX_REFERENCES}"
        )));
    }
    Ok(())
}

impl Scope<'_> {
    /// Checks that the parameters of SSM exist that included resources and outputs name literally:
    /// CloudFormation reads them before it creates anything.
    pub(crate) fn check_dynamic_references(&self) -> Result<(), TemplateError> {
        let mut missing = BTreeSet::new();
        let mut check = |text: &str| {
            // A name with a variable of `Fn::Sub` is known later.
            for part in parts(text) {
                if let Part::Ssm(reference) = part
                    && !reference.text().contains("${")
                    && reference.value(self.lookup).is_none()
                {
                    missing.insert(reference.text());
                }
            }
        };
        for resource in self.template.resources.values() {
            if self.includes(resource.condition.as_deref())? {
                for value in resource.properties.values() {
                    texts(value, "", &mut |text, _| check(text));
                }
            }
        }
        for output in self.template.outputs.values() {
            if self.includes(output.condition.as_deref())? {
                texts(&output.value, "", &mut |text, _| check(text));
            }
        }
        if missing.is_empty() {
            Ok(())
        } else {
            Err(not_found(&missing))
        }
    }
}

/// Checks that secure strings are referred to only where they may be.
///
/// As in <https://github.com/aws/serverless-application-model/issues/1528>.
pub(crate) fn check_secure_references(template: &Template) -> Result<(), TemplateError> {
    let mut unfit = BTreeSet::new();
    for resource in template.resources.values() {
        for (name, value) in &resource.properties {
            texts(value, name, &mut |text, path| {
                let secure = text.contains("{{resolve:ssm-secure:");
                if secure && !SECURE.contains(&(resource.kind.as_str(), path)) {
                    unfit.insert(format!("{}/Properties/{path}", resource.kind));
                }
            });
        }
    }
    if unfit.is_empty() {
        return Ok(());
    }
    let paths: Vec<&str> = unfit.iter().map(String::as_str).collect();
    Err(TemplateError(format!(
        "SSM Secure reference is not supported in: [{}]",
        paths.join(", ")
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_parts_of_a_text() {
        assert_eq!(
            parts(
                "a{{resolve:ssm:/b/c:3}}d{{resolve:secretsmanager:e}}{{resolve:ssm:f}}{{resolve:"
            ),
            [
                Part::Text("a"),
                Part::Ssm(SsmReference {
                    name: "/b/c",
                    version: Some("3")
                }),
                Part::Text("d"),
                Part::Other("{{resolve:secretsmanager:e}}"),
                Part::Ssm(SsmReference {
                    name: "f",
                    version: None
                }),
                Part::Text("{{resolve:"),
            ]
        );
    }
}
