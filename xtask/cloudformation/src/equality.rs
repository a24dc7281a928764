//! Equality of values as CloudFormation and the services behind it see them.
//!
//! Two texts of a template may mean the same. `80` and `"80"` are one value, and so are `true` and `"true"`: a
//! template has texts only, and a property's type decides what they are. Lists whose order a type's schema calls
//! irrelevant, and tags, are sets. A policy document may name one action or a list of one, in any order.
//!
//! Sources: `insertionOrder` of a resource type's schema, in
//! <https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html>; one or many, and the
//! spellings of a principal, in <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html> and
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>; texts, numbers and
//! `DependsOn` as the CDK's own comparison has them, in
//! <https://github.com/aws/aws-cdk-cli/blob/main/packages/%40aws-cdk/cloudformation-diff/lib/diff/util.ts>.

use common_resources::type_facts;
use common_template::{TagShape, TypeFacts};
use serde_json::{Map, Value};

use crate::template::{AttributeName, Call, Function, GetAtt, one_or_many, resource_type};

/// Whether two values of a property mean the same. `path` is the property's, from the resource's properties on:
/// `Tags`, `ContainerDefinitions[0].Environment`; empty for all properties together.
#[must_use]
pub fn equal(resource_type: &str, path: &str, one: &Value, other: &Value) -> bool {
    if one == other {
        return true;
    }
    let canonical = |value| Canonical::of(resource_type).value(&schema_path(path), value);
    canonical(one) == canonical(other)
}

/// Whether two definitions of a resource mean the same, with attributes such as `DependsOn`.
#[must_use]
pub fn resources_equal(one: &Value, other: &Value) -> bool {
    if one == other {
        return true;
    }
    let (Some(before), Some(after)) = (one.as_object(), other.as_object()) else {
        return false;
    };
    let kind = resource_type(other);
    let names_equal = before.len() == after.len() && before.keys().eq(after.keys());
    names_equal
        && before.iter().zip(after).all(|((name, one), (_, other))| {
            if name == "Properties" {
                equal(kind, "", one, other)
            } else {
                attributes_equal(name, one, other)
            }
        })
}

/// Whether two values of an attribute beside the properties mean the same: one dependency or a list of one, in any
/// order.
#[must_use]
pub fn attributes_equal(name: &str, one: &Value, other: &Value) -> bool {
    let plain = Canonical { facts: None };
    let canonical = |value: &Value| {
        if name == "DependsOn" {
            set(one_or_many(Some(value)).cloned())
        } else {
            plain.value("", value)
        }
    };
    one == other || canonical(one) == canonical(other)
}

/// Whether the order of a list does not count: its type's schema says so, or its items are tags.
#[must_use]
pub fn is_unordered(resource_type: &str, path: &str, items: &[Value]) -> bool {
    Canonical::of(resource_type).is_set(&schema_path(path), items)
}

/// `Listeners[0].Port` is `Listeners.*.Port` in a schema.
fn schema_path(path: &str) -> String {
    let mut depth = 0_usize;
    let mut plain = String::new();
    for character in path.chars() {
        match character {
            '[' => {
                if depth == 0 {
                    plain.push_str(".*");
                }
                depth += 1;
            }
            ']' => depth = depth.saturating_sub(1),
            _ if depth == 0 => plain.push(character),
            _ => {}
        }
    }
    plain
}

/// The one spelling of values that mean the same.
struct Canonical {
    facts: Option<&'static TypeFacts>,
}

impl Canonical {
    fn of(resource_type: &str) -> Self {
        Self {
            facts: type_facts(resource_type),
        }
    }

    fn value(&self, path: &str, value: &Value) -> Value {
        match value {
            Value::Bool(on) => Value::String(on.to_string()),
            Value::Number(number) => Value::String(number_text(number)),
            Value::String(text) => {
                policy_text(text).map_or_else(|| value.clone(), |policy| policy_document(&policy))
            }
            Value::Null => Value::Null,
            Value::Array(items) => {
                let below = format!("{path}.*");
                let canonical = items.iter().map(|item| self.value(&below, item));
                if self.is_set(path, items) {
                    multiset(canonical)
                } else {
                    canonical.collect()
                }
            }
            Value::Object(entries) if is_policy(entries) => policy_document(entries),
            Value::Object(entries) => match Call::of(value) {
                Some(call) => function(call),
                None => self.object(path, entries),
            },
        }
    }

    fn object(&self, path: &str, entries: &Map<String, Value>) -> Value {
        entries
            .iter()
            .map(|(name, value)| {
                let below = if path.is_empty() {
                    name.clone()
                } else {
                    format!("{path}.{name}")
                };
                (name.clone(), self.value(&below, value))
            })
            .collect()
    }

    fn is_set(&self, path: &str, items: &[Value]) -> bool {
        let said = self.facts.is_some_and(|facts| {
            facts.unordered.contains(&path)
                || matches!(facts.tags, Some(TagShape::List(tags) | TagShape::Propagated(tags)) if tags == path)
        });
        said || !items.is_empty() && items.iter().all(is_tag)
    }
}

/// A function with its argument, which is no longer a value of the property.
fn function(call: Call<'_>) -> Value {
    let argument = match call.function() {
        Function::GetAtt(GetAtt {
            target,
            attribute: AttributeName::Literal(attribute),
        }) => vec![Value::from(target), Value::from(attribute)].into(),
        _ => Canonical { facts: None }.value("", call.argument),
    };
    Value::Object(Map::from_iter([(call.name.to_owned(), argument)]))
}

/// A tag, such as those of a launch template's `TagSpecifications`, which no schema calls unordered.
fn is_tag(item: &Value) -> bool {
    item.as_object().is_some_and(|entries| {
        entries.contains_key("Key")
            && entries.contains_key("Value")
            && entries
                .keys()
                .all(|key| ["Key", "PropagateAtLaunch", "Value"].contains(&key.as_str()))
    })
}

/// A number as a template would write it as a text: `80` for `80.0`.
fn number_text(number: &serde_json::Number) -> String {
    let text = number.to_string();
    match text.strip_suffix(".0") {
        Some(whole) => whole.to_owned(),
        None => text,
    }
}

/// Sorted, as often as each occurs.
fn multiset(items: impl Iterator<Item = Value>) -> Value {
    let mut items: Vec<Value> = items.collect();
    items.sort_by_cached_key(ToString::to_string);
    Value::Array(items)
}

/// Sorted, each once.
fn set(items: impl Iterator<Item = Value>) -> Value {
    let mut items: Vec<Value> = items.collect();
    items.sort_by_cached_key(ToString::to_string);
    items.dedup();
    Value::Array(items)
}

/// A policy document: statements with effects.
fn is_policy(entries: &Map<String, Value>) -> bool {
    let mut statements = one_or_many(entries.get("Statement")).peekable();
    statements.peek().is_some() && statements.all(|statement| statement.get("Effect").is_some())
}

/// A policy document as a text, which some properties take.
fn policy_text(text: &str) -> Option<Map<String, Value>> {
    if !text.trim_start().starts_with('{') {
        return None;
    }
    let Ok(Value::Object(entries)) = serde_json::from_str(text) else {
        return None;
    };
    is_policy(&entries).then_some(entries)
}

fn policy_document(entries: &Map<String, Value>) -> Value {
    entries
        .iter()
        .map(|(name, value)| {
            let value = match name.as_str() {
                "Statement" => set(one_or_many(Some(value)).map(statement)),
                _ => value.clone(),
            };
            (name.clone(), value)
        })
        .collect()
}

fn statement(statement: &Value) -> Value {
    let Some(entries) = statement.as_object() else {
        return statement.clone();
    };
    entries
        .iter()
        .map(|(name, value)| {
            let value = match name.as_str() {
                "Action" | "NotAction" | "Resource" | "NotResource" => texts(value),
                "Principal" | "NotPrincipal" => principal(value),
                "Condition" => condition(value),
                _ => value.clone(),
            };
            (name.clone(), value)
        })
        .collect()
}

/// One text or a list of texts, as a set.
fn texts(value: &Value) -> Value {
    let plain = Canonical { facts: None };
    set(one_or_many(Some(value)).map(|item| plain.value("", item)))
}

/// `"*"` is `{"AWS": "*"}`, and an account's number is its root.
fn principal(value: &Value) -> Value {
    let by_kind = match value {
        Value::Object(entries) if Call::of(value).is_none() => entries.clone(),
        Value::Object(_) => return value.clone(),
        other => Map::from_iter([("AWS".to_owned(), other.clone())]),
    };
    by_kind
        .iter()
        .map(|(kind, names)| {
            let names = one_or_many(Some(names)).map(|name| match name.as_str() {
                Some(account) if kind == "AWS" && is_account(account) => {
                    format!("arn:aws:iam::{account}:root").into()
                }
                _ => Canonical { facts: None }.value("", name),
            });
            (kind.clone(), set(names))
        })
        .collect()
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Operators, keys, and for each the values as a set.
fn condition(value: &Value) -> Value {
    let plain = |value: &Value| Call::of(value).is_none();
    let Some(operators) = value.as_object().filter(|_| plain(value)) else {
        return value.clone();
    };
    operators
        .iter()
        .map(|(operator, keys)| {
            let keys = match keys.as_object() {
                Some(found) if plain(keys) => found
                    .iter()
                    .map(|(key, values)| (key.clone(), texts(values)))
                    .collect(),
                _ => keys.clone(),
            };
            (operator.clone(), keys)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn same(kind: &str, path: &str, one: Value, other: Value) -> bool {
        let forth = equal(kind, path, &one, &other);
        assert_eq!(forth, equal(kind, path, &other, &one), "{one} {other}");
        forth
    }

    #[test]
    fn a_number_and_a_truth_value_are_their_texts() {
        for (one, other) in [
            (json!(80), json!("80")),
            (json!(80.0), json!(80)),
            (json!(true), json!("true")),
            (json!({ "A": [false] }), json!({ "A": ["false"] })),
        ] {
            assert!(same("AWS::SNS::Topic", "X", one, other));
        }
        for (one, other) in [
            (json!("80"), json!("080")),
            (json!("1.10"), json!(1.1)),
            (json!("true"), json!("True")),
            (json!(1), json!(true)),
            (json!(null), json!("null")),
        ] {
            assert!(!same("AWS::SNS::Topic", "X", one, other));
        }
    }

    #[test]
    fn order_counts_unless_the_schema_says_otherwise() {
        let swapped = |kind: &str, path: &str| same(kind, path, json!([1, 2]), json!(["2", "1"]));
        assert!(swapped("AWS::EC2::VPCEndpoint", "SubnetIds"));
        assert!(swapped(
            "AWS::ECS::Service",
            "NetworkConfiguration.AwsvpcConfiguration.Subnets"
        ));
        assert!(!swapped(
            "AWS::ECS::TaskDefinition",
            "ContainerDefinitions[0].Command"
        ));
        assert!(!swapped(
            "AWS::ECS::TaskDefinition",
            "ContainerDefinitions[0].DnsServers"
        ));
        assert!(!swapped("Custom::Thing", "SubnetIds"));
    }

    #[test]
    fn an_unordered_list_still_counts_its_items() {
        let kind = "AWS::EC2::VPCEndpoint";
        assert!(!same(kind, "SubnetIds", json!(["a", "a"]), json!(["a"])));
        assert!(!same(
            kind,
            "SubnetIds",
            json!(["a", "b"]),
            json!(["a", "c"])
        ));
    }

    #[test]
    fn all_properties_are_compared_by_their_own_paths() {
        let one = json!({ "ContainerDefinitions": [
            { "Name": "a", "Environment": [{ "Name": "X", "Value": 1 }, { "Name": "Y", "Value": 2 }] }] });
        let other = json!({ "ContainerDefinitions": [
            { "Name": "a", "Environment": [{ "Name": "Y", "Value": "2" }, { "Name": "X", "Value": "1" }] }] });
        assert!(same("AWS::ECS::TaskDefinition", "", one, other));
    }

    #[test]
    fn tags_have_no_order() {
        let tag = |key: &str| json!({ "Key": key, "Value": "v", "PropagateAtLaunch": true });
        let one = json!([tag("a"), tag("b")]);
        let other = json!([tag("b"), tag("a")]);
        assert!(same(
            "AWS::EC2::LaunchTemplate",
            "LaunchTemplateData.TagSpecifications[0].Tags",
            one.clone(),
            other.clone()
        ));
        assert!(same("AWS::KMS::Key", "Tags", one, other));
    }

    #[test]
    fn a_policy_may_be_written_in_many_ways() {
        let one = json!({ "Version": "2012-10-17", "Statement": [
            { "Effect": "Allow", "Action": ["s3:PutObject", "s3:GetObject"], "Resource": { "Fn::GetAtt": "B.Arn" },
              "Principal": { "AWS": ["111122223333"] },
              "Condition": { "StringEquals": { "aws:PrincipalOrgID": ["o-1"] } } },
            { "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*" } ] });
        let other = json!({ "Version": "2012-10-17", "Statement": [
            { "Effect": "Deny", "Principal": { "AWS": "*" }, "Action": ["s3:*"], "Resource": ["*"] },
            { "Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": [{ "Fn::GetAtt": ["B", "Arn"] }],
              "Principal": { "AWS": "arn:aws:iam::111122223333:root" },
              "Condition": { "StringEquals": { "aws:PrincipalOrgID": "o-1" } } } ] });
        let path = "PolicyDocument";
        assert!(same(
            "AWS::S3::BucketPolicy",
            path,
            one.clone(),
            other.clone()
        ));
        assert!(same(
            "AWS::S3::BucketPolicy",
            path,
            one.to_string().into(),
            other
        ));
        let mut wider = one.clone();
        wider["Statement"][0]["Action"] = json!("s3:*");
        assert!(!same("AWS::S3::BucketPolicy", path, one.clone(), wider));
        let mut unconditional = one.clone();
        unconditional["Statement"][0]["Condition"] = json!({});
        assert!(!same("AWS::S3::BucketPolicy", path, one, unconditional));
    }

    #[test]
    fn the_arguments_of_a_function_have_an_order() {
        let join = |parts: Value| json!({ "Fn::Join": [",", parts] });
        assert!(!same(
            "AWS::EC2::VPCEndpoint",
            "SubnetIds",
            join(json!(["a", "b"])),
            join(json!(["b", "a"]))
        ));
    }

    #[test]
    fn resources_are_equal_with_their_attributes() {
        let one = json!({ "Type": "AWS::SNS::Topic", "DependsOn": "A", "Properties": { "FifoTopic": true } });
        let other = json!({ "Type": "AWS::SNS::Topic", "DependsOn": ["A"], "Properties": { "FifoTopic": "true" } });
        assert!(resources_equal(&one, &other));
        let mut kept = one.clone();
        kept["DeletionPolicy"] = json!("Retain");
        assert!(!resources_equal(&one, &kept));
        kept["DependsOn"] = json!(["B"]);
        assert!(!resources_equal(&one, &kept));
    }
}
