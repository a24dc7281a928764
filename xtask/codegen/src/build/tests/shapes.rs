//! Shapes of all sorts.

use super::{built, list, property, refused, source, type_of};
use crate::build::model;
use crate::model::Type;
use crate::overrides::Overrides;

#[test]
fn scalars_lists_and_maps() {
    let schema = r#"{"properties": {
        "Name": {"type": "string"}, "Open": {"type": "boolean"}, "Bars": {"type": "integer"},
        "Width": {"type": "number"}, "Height": {"type": ["integer", "number"]},
        "Keepers": {"type": "array", "items": {"type": "string"}},
        "Labels": {"type": "object", "patternProperties": {".+": {"type": "string"}}}
    }}"#;
    let model = built(schema);
    let cage = &model.resources[0];
    for (name, expected) in [
        ("Name", Type::Text),
        ("Open", Type::Bool),
        ("Bars", Type::Integer),
        ("Width", Type::Number),
        ("Height", Type::Number),
        ("Keepers", list(Type::Text)),
        ("Labels", Type::Map(Box::new(Type::Text))),
    ] {
        assert_eq!(property(cage, name).ty, expected, "{name}");
    }
}

#[test]
fn object_or_string_is_json() {
    let schema = r#"{"properties": {"Rules": {"type": ["object", "string"]}}}"#;
    assert_eq!(type_of(schema, "Rules"), Type::Json);
}

#[test]
fn object_or_string_with_a_shape_is_a_nested_type() {
    let schema = r#"{"properties": {"Rules": {"type": ["object", "string"],
        "properties": {"Quiet": {"type": "boolean"}}}}}"#;
    assert_eq!(
        type_of(schema, "Rules"),
        Type::Struct("CageRules".to_owned())
    );
}

#[test]
fn a_policy_document_is_told_by_the_overrides() {
    let overrides = Overrides::parse(
        r#"
        [[property]]
        type = "AWS::Zoo::Cage"
        name = "Rules"
        is = "policy"
        reason = "said in the guide"
        source = "https://docs.aws.amazon.com/"
        "#,
    )
    .unwrap();
    let schema = r#"{"properties": {"Rules": {"type": ["object", "string"]}}}"#;
    let model = model(&[source(schema)], &overrides).unwrap();
    assert_eq!(property(&model.resources[0], "Rules").ty, Type::Policy);
}

#[test]
fn a_definition_may_stand_for_a_text_a_list_or_another_definition() {
    let schema = r##"{
        "properties": {
            "Name": {"$ref": "#/definitions/Name", "maxLength": 5},
            "Names": {"$ref": "#/definitions/Names"},
            "Alias": {"$ref": "#/definitions/Alias"}
        },
        "definitions": {
            "Name": {"type": "string"},
            "Names": {"type": "array", "items": {"$ref": "#/definitions/Name"}},
            "Alias": {"$ref": "#/definitions/Meal"},
            "Meal": {"type": "object", "properties": {"Hour": {"type": "integer"}}}
        }
    }"##;
    assert_eq!(type_of(schema, "Name"), Type::Text);
    assert_eq!(type_of(schema, "Names"), list(Type::Text));
    assert_eq!(type_of(schema, "Alias"), Type::Struct("Meal".to_owned()));
}

#[test]
fn definitions_may_hold_themselves() {
    let schema = r##"{
        "properties": {"Statement": {"$ref": "#/definitions/Statement"}},
        "definitions": {"Statement": {"type": "object", "properties": {
            "Not": {"$ref": "#/definitions/Statement"}}}}
    }"##;
    assert_eq!(built(schema).resources[0].nested.len(), 1);
}

#[test]
fn definitions_that_only_refer_to_each_other_are_refused() {
    let schema = r##"{
        "properties": {"A": {"$ref": "#/definitions/A"}},
        "definitions": {"A": {"$ref": "#/definitions/B"}, "B": {"$ref": "#/definitions/A"}}
    }"##;
    assert!(refused(schema).contains("in a circle"));
}

#[test]
fn alternatives_are_one_type_with_all_their_properties() {
    let schema = r##"{
        "properties": {"Format": {"$ref": "#/definitions/Format"}},
        "definitions": {"Format": {"type": "object", "oneOf": [
            {"properties": {"Plain": {"type": "object"}}, "required": ["Plain"]},
            {"properties": {"Fancy": {"type": "string"}}, "required": ["Fancy"]}]}}
    }"##;
    let model = built(schema);
    let format = &model.resources[0].nested[0];
    let names: Vec<_> = format.properties.iter().map(|p| p.name.as_str()).collect();
    assert_eq!(names, ["Fancy", "Plain"]);
    assert!(format.required().is_empty());
}

#[test]
fn what_cannot_be_said_precisely_is_noted() {
    let schema = r#"{"properties": {
        "Groups": {"type": "array", "items": {"type": "array", "items": {"type": "string"}}},
        "Anything": {"type": "array"},
        "Hours": {"type": "object", "patternProperties":
            {".+": {"type": "array", "items": {"type": "string"}}}},
        "Address": {"type": ["string", "array"]}
    }}"#;
    let model = built(schema);
    let cage = &model.resources[0];
    assert_eq!(property(cage, "Groups").ty, list(Type::Json));
    assert_eq!(property(cage, "Anything").ty, list(Type::Json));
    assert_eq!(property(cage, "Hours").ty, Type::Json);
    assert_eq!(property(cage, "Address").ty, Type::Text);
    assert_eq!(model.notes.len(), 4);
}

#[test]
fn what_has_no_type_is_refused_by_its_place() {
    let message = refused(r#"{"properties": {"Mystery": {}}}"#);
    assert!(
        message.starts_with("AWS::Zoo::Cage, Mystery: neither a type"),
        "{message}"
    );
}

#[test]
fn a_required_property_that_is_not_there_is_refused() {
    let message = refused(r#"{"properties": {}, "required": ["Door"]}"#);
    assert_eq!(
        message,
        "AWS::Zoo::Cage, Door: required, but there is no such property"
    );
}
