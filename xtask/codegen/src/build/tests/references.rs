//! Kinds of reference, `Ref` and attributes.

use std::collections::BTreeMap;

use super::{built, list, property, source};
use crate::build::model;
use crate::model::Type;
use crate::overrides::Overrides;
use crate::spec::Relation;

#[test]
fn what_can_only_be_read_can_not_be_set() {
    let schema = r##"{
        "properties": {
            "Arn": {"type": "string"},
            "Meal": {"$ref": "#/definitions/Meal"}
        },
        "definitions": {"Meal": {"type": "object", "properties": {
            "Hour": {"type": "integer"}, "Eaten": {"type": "boolean"}}}},
        "readOnlyProperties": ["/properties/Arn", "/properties/Meal/Eaten"],
        "primaryIdentifier": ["/properties/Arn"]
    }"##;
    let model = built(schema);
    let cage = &model.resources[0];
    assert!(cage.root.properties.iter().all(|p| p.name != "Arn"));
    assert_eq!(cage.nested[0].properties.len(), 1);
    let attributes: Vec<_> = cage
        .attributes
        .iter()
        .map(|a| (&*a.name, a.ty.clone()))
        .collect();
    let arn = Type::Kind("CageArn".to_owned());
    assert_eq!(
        attributes,
        [("Arn", arn.clone()), ("Meal.Eaten", Type::Bool)]
    );
    assert_eq!(cage.reference.ty, arn);
}

#[test]
fn several_identifying_properties_make_a_reference_of_no_kind() {
    let schema = r#"{
        "properties": {"Name": {"type": "string"}, "Scope": {"type": "string"}},
        "primaryIdentifier": ["/properties/Name", "/properties/Scope"]
    }"#;
    let model = built(schema);
    let reference = &model.resources[0].reference;
    assert_eq!(reference.ty, Type::Text);
    assert_eq!(reference.identifies, "Name|Scope");
}

#[test]
fn the_specification_says_what_ref_returns() {
    let mut cage = source(
        r#"{
        "properties": {"Door": {"type": "string"}, "Id": {"type": "string"}},
        "readOnlyProperties": ["/properties/Door", "/properties/Id"],
        "primaryIdentifier": ["/properties/Id"]
    }"#,
    );
    cage.spec.reference = vec!["Door".to_owned()];
    let model = model(&[cage], &Overrides::default()).unwrap();
    assert_eq!(
        model.resources[0].reference.ty,
        Type::Kind("CageDoor".to_owned())
    );
}

#[test]
fn references_come_from_formats_and_from_the_specification() {
    let mut cage = source(
        r##"{
        "properties": {
            "Field": {"type": "string", "format": "AWS::Zoo::Field.Id"},
            "Fields": {"type": "array", "format": "AWS::Zoo::Field.Ids",
                       "items": {"type": "string", "format": "AWS::Zoo::Field.Id"}},
            "Meal": {"$ref": "#/definitions/Meal"}
        },
        "definitions": {"Meal": {"type": "object", "properties": {
            "Cook": {"type": "string"}}}}
    }"##,
    );
    let relation = Relation {
        cloud_formation_type: "AWS::Zoo::Cook".to_owned(),
        property_name: "CookArn".to_owned(),
    };
    cage.spec.relations = BTreeMap::from([("Meal.Cook".to_owned(), vec![relation])]);
    let model = model(&[cage], &Overrides::default()).unwrap();
    let cage = &model.resources[0];
    let field = Type::Kind("FieldId".to_owned());
    assert_eq!(property(cage, "Field").ty, field);
    assert_eq!(property(cage, "Fields").ty, list(field));
    assert_eq!(
        cage.nested[0].properties[0].ty,
        Type::Kind("CookArn".to_owned())
    );
}

#[test]
fn the_name_that_a_resource_gets_is_a_text() {
    let schema = r#"{
        "properties": {"CageName": {"type": "string", "format": "AWS::Zoo::Cage.Name"}},
        "primaryIdentifier": ["/properties/CageName"]
    }"#;
    let model = built(schema);
    assert_eq!(property(&model.resources[0], "CageName").ty, Type::Text);
    assert_eq!(
        model.resources[0].reference.ty,
        Type::Kind("CageName".to_owned())
    );
}
