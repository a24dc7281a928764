//! Sections and resources.

use std::collections::BTreeMap;

use serde_json::Value;

/// The entries of a section in the order of the template; none where the section is missing.
pub fn entries<'v>(
    template: &'v Value,
    name: &str,
) -> impl Iterator<Item = (&'v str, &'v Value)> + Clone {
    let section = template.get(name).and_then(Value::as_object);
    section
        .into_iter()
        .flatten()
        .map(|(key, value)| (key.as_str(), value))
}

/// One entry of a section, with its name as the template holds it.
#[must_use]
pub fn entry<'v>(template: &'v Value, section: &str, name: &str) -> Option<(&'v str, &'v Value)> {
    let (key, value) = template.get(section)?.as_object()?.get_key_value(name)?;
    Some((key, value))
}

/// The entries of a section, by name; none where the template or the section is missing.
#[must_use]
pub fn section<'v>(template: Option<&'v Value>, name: &str) -> BTreeMap<&'v str, &'v Value> {
    template
        .into_iter()
        .flat_map(|template| entries(template, name))
        .collect()
}

/// The resources with their logical ids.
pub fn resources(template: &Value) -> impl Iterator<Item = (&str, &Value)> + Clone {
    entries(template, "Resources")
}

/// The resources of one type with their logical ids.
pub fn resources_of_type<'v>(
    template: &'v Value,
    name: &str,
) -> impl Iterator<Item = (&'v str, &'v Value)> {
    resources(template).filter(move |(_, resource)| resource_type(resource) == name)
}

/// `None` also where the template has no `Resources`.
#[must_use]
pub fn resource<'v>(template: &'v Value, logical_id: &str) -> Option<&'v Value> {
    let (_, resource) = entry(template, "Resources", logical_id)?;
    Some(resource)
}

/// The type of a resource; empty where it has none, which CloudFormation rejects.
#[must_use]
pub fn resource_type(resource: &Value) -> &str {
    attribute(resource, "Type").unwrap_or_default()
}

/// A text among the attributes of a resource, such as its `DeletionPolicy`.
#[must_use]
pub fn attribute<'v>(resource: &'v Value, name: &str) -> Option<&'v str> {
    resource.get(name).and_then(Value::as_str)
}

/// The properties of a resource; null where it has none, so that indexing finds nothing.
#[must_use]
pub fn properties(resource: &Value) -> &Value {
    static NONE: Value = Value::Null;
    resource.get("Properties").unwrap_or(&NONE)
}

/// A property of a resource, by a path with dots: `DistributionConfig.Comment`.
#[must_use]
pub fn property<'v>(resource: &'v Value, path: &str) -> Option<&'v Value> {
    path.split('.')
        .try_fold(properties(resource), |value, part| value.get(part))
}

/// The items of a list, or the one value that stands in place of a list.
///
/// Nothing and null are no items: CloudFormation rejects a template with a null value.
pub fn one_or_many(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    let many = value.and_then(Value::as_array);
    let one = value.filter(|value| !value.is_array() && !value.is_null());
    many.into_iter().flatten().chain(one)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn resources_are_found_by_id_and_by_type() {
        let template = json!({ "Resources": {
            "Topic": { "Type": "AWS::SNS::Topic", "DeletionPolicy": "Retain" },
            "Vpc": { "Type": "AWS::EC2::VPC", "Properties": { "A": { "B": 1 } } },
        } });
        let topics: Vec<&str> = resources_of_type(&template, "AWS::SNS::Topic")
            .map(|(id, _)| id)
            .collect();
        assert_eq!(topics, ["Topic"]);
        let vpc = resource(&template, "Vpc").unwrap();
        assert_eq!(property(vpc, "A.B"), Some(&json!(1)));
        assert_eq!(property(vpc, "A.C"), None);
        let topic = resource(&template, "Topic").unwrap();
        assert_eq!(attribute(topic, "DeletionPolicy"), Some("Retain"));
        assert_eq!(properties(topic)["TopicName"], Value::Null);
        assert_eq!(resource(&template, "Gone"), None);
    }

    #[test]
    fn what_is_missing_is_empty() {
        for template in [json!({}), json!(null), json!({ "Resources": [] })] {
            assert_eq!(resources(&template).count(), 0);
            assert!(section(Some(&template), "Outputs").is_empty());
        }
        assert!(section(None, "Resources").is_empty());
        assert_eq!(resource_type(&json!({ "Type": 1 })), "");
    }

    #[test]
    fn one_value_stands_for_a_list_and_null_for_nothing() {
        let count = |value: &Value| one_or_many(Some(value)).count();
        assert_eq!(count(&json!("a")), 1);
        assert_eq!(count(&json!({ "Ref": "A" })), 1);
        assert_eq!(count(&json!(["a", "b"])), 2);
        assert_eq!(count(&json!([])), 0);
        assert_eq!(count(&Value::Null), 0);
        assert_eq!(one_or_many(None).count(), 0);
    }
}
