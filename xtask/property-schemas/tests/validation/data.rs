//! The checked-in facts.

use std::collections::{BTreeMap, BTreeSet};

use property_schemas::{Pattern, Shape, TypeSchema, identified_type, schema, type_names};

fn all() -> Vec<&'static TypeSchema> {
    type_names().filter_map(schema).collect()
}

fn shapes(schema: &TypeSchema) -> Vec<&Shape> {
    let mut found = Vec::new();
    let mut open: Vec<&Shape> = schema.definitions.values().collect();
    open.push(&schema.properties);
    open.extend(&schema.extensions);
    while let Some(shape) = open.pop() {
        found.push(shape);
        open.extend(shape.properties.values());
        open.extend(shape.pattern_properties.iter().map(|(_, shape)| shape));
        open.extend(
            shape
                .any_of
                .iter()
                .chain(&shape.all_of)
                .chain(&shape.one_of),
        );
        let single = [
            &shape.items,
            &shape.contains,
            &shape.property_names,
            &shape.not,
            &shape.condition,
            &shape.then,
            &shape.otherwise,
        ];
        open.extend(single.into_iter().filter_map(Option::as_deref));
    }
    found
}

#[test]
fn every_file_is_read_under_its_name() {
    for name in type_names() {
        let schema = schema(name).unwrap_or_else(|| panic!("{name}: its file can't be read"));
        assert_eq!(schema.name, name);
    }
    assert!(schema("AWS::Zoo::Cage").is_none());
    assert_eq!(
        schema("Custom::Cage").unwrap().name,
        "AWS::CloudFormation::CustomResource"
    );
}

#[test]
fn references_lead_to_definitions_and_kinds_to_types() {
    for schema in all() {
        for shape in shapes(schema) {
            if let Some(definition) = &shape.definition {
                assert!(
                    schema.definitions.contains_key(definition),
                    "{}: {definition}",
                    schema.name
                );
            }
            for kind in &shape.kinds {
                assert!(identified_type(kind).is_some(), "{}: {kind}", schema.name);
            }
        }
    }
    assert_eq!(identified_type("SubnetId"), Some("AWS::EC2::Subnet"));
    assert_eq!(identified_type("CageId"), None);
}

/// A pattern that can't be compiled is not checked, so it is listed here.
#[test]
fn every_other_pattern_can_be_compiled() {
    let mut skipped = BTreeSet::new();
    for schema in all() {
        for shape in shapes(schema) {
            let of_names = shape.pattern_properties.iter().map(|(pattern, _)| pattern);
            let patterns = shape.pattern.iter().chain(of_names);
            for pattern in patterns.filter(|pattern| !pattern.is_supported()) {
                skipped.insert((schema.name.as_str(), Pattern::as_str(pattern)));
            }
        }
    }
    let skipped: Vec<_> = skipped
        .iter()
        .map(|(name, pattern)| (*name, pattern.get(..24).unwrap_or(pattern)))
        .collect();
    // cfn-lint's own mistake: `{1-3}` is no quantifier.
    assert_eq!(
        skipped,
        [("AWS::Route53::RecordSet", "^([0-9]{1,4}|[1-5][0-9]{")]
    );
}

#[test]
fn references_of_a_subnet_are_known() {
    let subnet = schema("AWS::EC2::Subnet").unwrap();
    assert_eq!(subnet.reference.kinds, ["SubnetId"]);
    let vpc = &subnet.properties.properties["VpcId"];
    assert_eq!(vpc.kinds, ["VpcId"]);
    assert!(vpc.create_only);
    let role = schema("AWS::IAM::Role").unwrap();
    assert_eq!(role.reference.kinds, ["RoleName"]);
    assert_eq!(role.attributes["Arn"].kinds, ["RoleArn"]);
}

/// How many facts there are, so that a new version of the packages shows what it adds and removes.
#[test]
fn facts_are_counted() {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut count = |name, more| *counts.entry(name).or_default() += more;
    for schema in all() {
        count("types", 1);
        count("definitions", schema.definitions.len());
        count("attributes", schema.attributes.len());
        count("extensions", schema.extensions.len());
        for shape in shapes(schema) {
            count("properties", shape.properties.len());
            for property in shape.properties.values() {
                count("read-only", usize::from(property.read_only));
                count("write-only", usize::from(property.write_only));
                count("create-only", usize::from(property.create_only));
                count("kinds", usize::from(!property.kinds.is_empty()));
            }
            count("additionalProperties", usize::from(shape.closed));
            count("required", shape.required.len());
            count("requiredXor", usize::from(!shape.required_xor.is_empty()));
            count("requiredOr", usize::from(!shape.required_or.is_empty()));
            count("dependentRequired", shape.dependent_required.len());
            count("dependentExcluded", shape.dependent_excluded.len());
            count("enum", usize::from(!shape.values.is_empty()));
            count("pattern", usize::from(shape.pattern.is_some()));
            count("format", usize::from(shape.format.is_some()));
            count("minLength", usize::from(shape.min_length.is_some()));
            count("maxLength", usize::from(shape.max_length.is_some()));
            count("minimum", usize::from(shape.minimum.is_some()));
            count("maximum", usize::from(shape.maximum.is_some()));
            count("minItems", usize::from(shape.min_items.is_some()));
            count("maxItems", usize::from(shape.max_items.is_some()));
            count("uniqueItems", usize::from(shape.unique_items));
            count("uniqueKeys", usize::from(!shape.unique_keys.is_empty()));
            count("anyOf", usize::from(!shape.any_of.is_empty()));
            count("oneOf", usize::from(!shape.one_of.is_empty()));
            count("if", usize::from(shape.condition.is_some()));
        }
    }
    insta::assert_debug_snapshot!(counts);
}
