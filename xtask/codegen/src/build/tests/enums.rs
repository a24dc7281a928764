//! Enumerations.

use super::{built, property, refused, type_of};
use crate::model::Type;

#[test]
fn enumerations_are_named_by_owner_and_property() {
    let schema = r##"{
        "properties": {"Mode": {"type": "string", "enum": ["OPEN", "half-open"]},
                       "Kind": {"$ref": "#/definitions/CageClass"}},
        "definitions": {"CageClass": {"type": "string", "enum": ["A"]}}
    }"##;
    let model = built(schema);
    let enums = &model.resources[0].enums;
    assert_eq!(enums[0].name, "CageClass");
    assert_eq!(enums[1].name, "CageMode");
    let variants: Vec<_> = enums[1]
        .variants
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(variants, ["Open", "HalfOpen"]);
}

#[test]
fn an_enumeration_may_spell_a_value_twice_but_not_confuse_two() {
    let schema = |values: &str| {
        format!(r#"{{"properties": {{"Mode": {{"type": "string", "enum": {values}}}}}}}"#)
    };
    let model = built(&schema(r#"["GLASS", "Glass"]"#));
    assert_eq!(model.resources[0].enums[0].variants.len(), 1);
    assert_eq!(model.notes.len(), 1);
    assert!(refused(&schema(r#"["a-b", "aB"]"#)).contains("come out as `AB`"));
    assert!(refused(&schema(r#"["<="]"#)).contains("no name for the value"));
}

#[test]
fn an_enumeration_of_numbers_is_a_number() {
    let schema = r#"{"properties": {"Days": {"type": "integer", "enum": [1, 3, 5]}}}"#;
    let model = built(schema);
    let days = property(&model.resources[0], "Days");
    assert_eq!(days.ty, Type::Integer);
    assert_eq!(days.documentation, ["One of 1, 3, 5."]);
}

#[test]
fn a_long_enumeration_is_a_text() {
    let values: Vec<String> = (0..100).map(|n| format!("\"v{n}\"")).collect();
    let values = values.join(",");
    let schema = format!(r#"{{"properties": {{"V": {{"type": "string", "enum": [{values}]}}}}}}"#);
    assert_eq!(type_of(&schema, "V"), Type::Text);
}
