//! Differences between two sets of properties of a resource.

use cloudformation::equality;
use serde_json::{Map, Value};

use crate::properties::Properties;
use crate::resource_type::ResourceType;

/// Whether a change replaces the physical resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Recreation {
    Never,
    Conditionally,
    Always,
}

impl Recreation {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Never => "Never",
            Self::Conditionally => "Conditionally",
            Self::Always => "Always",
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Difference {
    pub(crate) property: String,
    pub(crate) before: Option<Value>,
    pub(crate) after: Option<Value>,
    pub(crate) recreation: Recreation,
}

/// The properties that differ in what they mean, sorted by name. Which of them replace the resource
/// is in the schema of its type.
pub(crate) fn differences(
    kind: &str,
    before: &Properties,
    after: &Map<String, Value>,
) -> Vec<Difference> {
    let before = before.map();
    if before == after {
        return Vec::new();
    }
    let mut names: Vec<&String> = before.keys().chain(after.keys()).collect();
    names.sort();
    names.dedup();
    names
        .into_iter()
        .filter(|name| !same(kind, name, before.get(*name), after.get(*name)))
        .map(|name| Difference {
            property: name.clone(),
            before: before.get(name).cloned(),
            after: after.get(name).cloned(),
            recreation: recreation(kind, name, before, after),
        })
        .collect()
}

/// Whether both sides of a property mean the same.
fn same(kind: &str, path: &str, before: Option<&Value>, after: Option<&Value>) -> bool {
    match (before, after) {
        (Some(before), Some(after)) => equality::equal(kind, path, before, after),
        (None, None) => true,
        _ => false,
    }
}

fn recreation(
    name: &str,
    property: &str,
    before: &Map<String, Value>,
    after: &Map<String, Value>,
) -> Recreation {
    let Some(kind) = ResourceType::named(name) else {
        return Recreation::Never;
    };
    let changes = |paths: &[&str]| {
        paths.iter().any(|path| {
            let mut parts = path.split('.');
            parts.next() == Some(property) && {
                let parts: Vec<&str> = parts.collect();
                let before = values(before.get(property), &parts);
                let after = values(after.get(property), &parts);
                before.len() != after.len()
                    || before
                        .iter()
                        .zip(after)
                        .any(|(before, after)| !equality::equal(name, path, before, after))
            }
        })
    };
    if changes(kind.facts.create_only) {
        Recreation::Always
    } else if changes(kind.facts.conditional_create_only) {
        Recreation::Conditionally
    } else {
        Recreation::Never
    }
}

/// The values at a path; `*` stands for every item.
fn values<'a>(value: Option<&'a Value>, path: &[&str]) -> Vec<&'a Value> {
    let Some(value) = value else {
        return Vec::new();
    };
    match path {
        [] => vec![value],
        ["*", rest @ ..] => match value {
            Value::Array(items) => items
                .iter()
                .flat_map(|item| values(Some(item), rest))
                .collect(),
            _ => Vec::new(),
        },
        [first, rest @ ..] => values(value.get(*first), rest),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn map(value: &Value) -> Map<String, Value> {
        value.as_object().cloned().unwrap_or_default()
    }

    #[test]
    fn the_schema_says_what_replaces() {
        let before = Properties::new(map(&json!({"CidrBlock": "10.0.0.0/16", "Tags": []})));
        let after = map(&json!({"CidrBlock": "10.1.0.0/16", "Tags": [{"Key": "a", "Value": "b"}]}));
        let found: Vec<_> = differences("AWS::EC2::VPC", &before, &after)
            .into_iter()
            .map(|difference| (difference.property, difference.recreation))
            .collect();
        assert_eq!(
            found,
            [
                ("CidrBlock".to_owned(), Recreation::Always),
                ("Tags".to_owned(), Recreation::Never)
            ]
        );
    }

    #[test]
    fn what_means_the_same_does_not_differ() {
        let before = Properties::new(map(&json!({"Port": "80", "HealthCheckEnabled": true,
            "Tags": [{"Key": "a", "Value": "b"}, {"Key": "c", "Value": "d"}]})));
        let after = map(&json!({"Port": 80, "HealthCheckEnabled": "true",
            "Tags": [{"Key": "c", "Value": "d"}, {"Key": "a", "Value": "b"}]}));
        let kind = "AWS::ElasticLoadBalancingV2::TargetGroup";
        assert_eq!(differences(kind, &before, &after), []);
    }

    #[test]
    fn another_spelling_of_a_create_only_part_does_not_replace() {
        let before = Properties::new(map(&json!({"LaunchTemplateData": {}, "DnsOptions":
            {"PrivateDnsPreference": "1", "DnsRecordIpType": "ipv4"}})));
        let mut after = map(&json!({"LaunchTemplateData": {}, "DnsOptions":
            {"PrivateDnsPreference": 1, "DnsRecordIpType": "ipv6"}}));
        let recreations = |after: &Map<String, Value>| {
            let found = differences("AWS::EC2::VPCEndpoint", &before, after);
            found.iter().map(|one| one.recreation).collect::<Vec<_>>()
        };
        assert_eq!(recreations(&after), [Recreation::Never]);
        after.insert(
            "DnsOptions".to_owned(),
            json!({"PrivateDnsPreference": "2"}),
        );
        assert_eq!(recreations(&after), [Recreation::Always]);
    }

    #[test]
    fn a_condition_of_the_schema_is_conditional() {
        let before = Properties::new(map(&json!({"InstanceTenancy": "default"})));
        let after = map(&json!({"InstanceTenancy": "dedicated"}));
        let found = differences("AWS::EC2::VPC", &before, &after);
        assert_eq!(found.len(), 1);
        assert!(
            found
                .iter()
                .all(|difference| difference.recreation == Recreation::Conditionally)
        );
    }
}
