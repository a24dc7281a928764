//! The attributes of a resource that say how it is created, updated and removed.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-product-attribute-reference.html>

use serde_json::{Map, Value};

use super::error::TemplateError;
use super::scalar::plain;
use super::structure::format_error;

/// The types that CloudFormation can take a snapshot of.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html>
const WITH_SNAPSHOTS: &[&str] = &[
    "AWS::DocDB::DBCluster",
    "AWS::EC2::Volume",
    "AWS::ElastiCache::CacheCluster",
    "AWS::ElastiCache::ReplicationGroup",
    "AWS::Neptune::DBCluster",
    "AWS::RDS::DBCluster",
    "AWS::RDS::DBInstance",
    "AWS::Redshift::Cluster",
];

/// What a member of a policy is written as.
#[derive(Clone, Copy)]
enum Form {
    Boolean,
    Count,
    /// An ISO 8601 duration of hours, minutes and seconds.
    Duration,
    List,
    Text,
    Percent,
}

type Members = &'static [(&'static str, Form)];

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-creationpolicy.html>
const CREATION: &[(&str, Members)] = &[
    (
        "AutoScalingCreationPolicy",
        &[("MinSuccessfulInstancesPercent", Form::Percent)],
    ),
    (
        "ResourceSignal",
        &[("Count", Form::Count), ("Timeout", Form::Duration)],
    ),
    ("StartFleet", &[("Type", Form::Boolean)]),
];

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatepolicy.html>
const UPDATE: &[(&str, Members)] = &[
    (
        "AutoScalingReplacingUpdate",
        &[("WillReplace", Form::Boolean)],
    ),
    (
        "AutoScalingRollingUpdate",
        &[
            ("MaxBatchSize", Form::Count),
            ("MinActiveInstancesPercent", Form::Percent),
            ("MinInstancesInService", Form::Count),
            ("MinSuccessfulInstancesPercent", Form::Percent),
            ("PauseTime", Form::Duration),
            ("SuspendProcesses", Form::List),
            ("WaitOnResourceSignals", Form::Boolean),
        ],
    ),
    (
        "AutoScalingScheduledAction",
        &[("IgnoreUnmodifiedGroupSizeProperties", Form::Boolean)],
    ),
    (
        "CodeDeployLambdaAliasUpdate",
        &[
            ("AfterAllowTrafficHook", Form::Text),
            ("ApplicationName", Form::Text),
            ("BeforeAllowTrafficHook", Form::Text),
            ("DeploymentGroupName", Form::Text),
        ],
    ),
    ("EnableVersionUpgrade", &[]),
    ("UseOnlineResharding", &[]),
];

/// A policy on a type that has none of the kind is ignored:
/// <https://github.com/aws-cloudformation/cfn-lint/issues/3598>
pub(super) fn check(name: &str, resource: &Map<String, Value>) -> Result<(), TemplateError> {
    let kind = resource.get("Type").and_then(Value::as_str).unwrap_or("");
    for (attribute, policy) in [
        ("DeletionPolicy", "deletion policy"),
        ("UpdateReplacePolicy", "update replace policy"),
    ] {
        let takes_snapshot = resource.get(attribute).and_then(Value::as_str) == Some("Snapshot");
        if takes_snapshot && !WITH_SNAPSHOTS.contains(&kind) {
            return Err(TemplateError(format!(
                "Template error: resource type {kind} does not support {policy} Snapshot"
            )));
        }
    }
    for attribute in ["CreationPolicy", "Metadata", "Properties", "UpdatePolicy"] {
        if resource
            .get(attribute)
            .is_some_and(|value| !value.is_object())
        {
            return Err(format_error(format!(
                "[/Resources/{name}/{attribute}] Every {attribute} member must be a JSON object."
            )));
        }
    }
    for (attribute, policies) in [("CreationPolicy", CREATION), ("UpdatePolicy", UPDATE)] {
        if let Some(Value::Object(written)) = resource.get(attribute) {
            check_policy(&format!("/Resources/{name}/{attribute}"), written, policies)?;
        }
    }
    Ok(())
}

fn check_policy(
    path: &str,
    written: &Map<String, Value>,
    policies: &[(&str, Members)],
) -> Result<(), TemplateError> {
    for (policy, value) in written {
        // A function may stand for the whole attribute.
        if is_function(policy) {
            continue;
        }
        let Some((_, members)) = policies.iter().find(|(known, _)| known == policy) else {
            return Err(unsupported(path, policy));
        };
        match value {
            Value::Object(values) if !members.is_empty() => {
                check_members(&format!("{path}/{policy}"), values, members)?;
            }
            Value::Bool(_) | Value::String(_) if members.is_empty() && is(Form::Boolean, value) => {
            }
            Value::Object(values) if values.keys().all(|key| is_function(key)) => {}
            _ => return Err(wrong(&format!("{path}/{policy}"))),
        }
    }
    Ok(())
}

fn check_members(
    path: &str,
    values: &Map<String, Value>,
    members: Members,
) -> Result<(), TemplateError> {
    for (member, value) in values {
        if is_function(member) {
            continue;
        }
        let Some((_, form)) = members.iter().find(|(known, _)| known == member) else {
            return Err(unsupported(path, member));
        };
        if !value.is_object() && !is(*form, value) {
            return Err(wrong(&format!("{path}/{member}")));
        }
    }
    Ok(())
}

fn is_function(member: &str) -> bool {
    member == "Ref" || member.starts_with("Fn::")
}

fn is(form: Form, value: &Value) -> bool {
    let text = plain(value);
    match form {
        Form::Boolean => matches!(text.as_str(), "true" | "false"),
        Form::Count => text.parse::<u32>().is_ok(),
        Form::Percent => text.parse::<u32>().is_ok_and(|percent| percent <= 100),
        Form::Duration => value.is_string() && is_duration(&text),
        Form::List => value.is_array(),
        Form::Text => value.is_string(),
    }
}

/// Whether a text is `PT`, then hours, minutes and seconds, at least one of them.
fn is_duration(text: &str) -> bool {
    let Some(mut rest) = text.strip_prefix("PT") else {
        return false;
    };
    let mut units = "HMS";
    while let Some((count, unit)) = rest
        .find(|character: char| !character.is_ascii_digit())
        .map(|at| rest.split_at(at))
    {
        let Some(unit) = unit.chars().next().filter(|_| !count.is_empty()) else {
            return false;
        };
        let Some(at) = units.find(unit) else {
            return false;
        };
        units = units.get(at + 1..).unwrap_or("");
        rest = rest.get(count.len() + 1..).unwrap_or("");
    }
    rest.is_empty() && units.len() < 3
}

fn unsupported(path: &str, member: &str) -> TemplateError {
    format_error(format!(
        "[{path}] Encountered unsupported property {member}"
    ))
}

fn wrong(path: &str) -> TemplateError {
    format_error(format!("[{path}] Value of property is of the wrong form."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_hours_minutes_and_seconds() {
        for text in ["PT15M", "PT0S", "PT1H30M", "PT1H2M3S"] {
            assert!(is_duration(text), "{text}");
        }
        for text in [
            "", "PT", "P1D", "15", "PTM", "PT5", "PT1M1H", "PT1M2M", "PT1Mü",
        ] {
            assert!(!is_duration(text), "{text}");
        }
    }
}
