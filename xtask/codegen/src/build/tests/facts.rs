//! Facts and tags.

use super::{built, property, refused};

#[test]
fn tags_have_three_shapes() {
    let listed = |properties: &str| {
        format!(
            r##"{{"properties": {{"Tags": {{"type": "array",
                  "items": {{"$ref": "#/definitions/CageTag"}}}}}},
                "definitions": {{"CageTag": {{"type": "object", "properties": {{
                  "Key": {{"type": "string"}}, {properties} "Value": {{"type": "string"}}}}}}}}}}"##
        )
    };
    let tags = |schema: &str| built(schema).resources[0].facts.tags.clone();
    assert_eq!(tags(&listed("")), Some(("List", "Tags".to_owned())));
    let propagated = listed(r#""PropagateAtLaunch": {"type": "boolean"},"#);
    assert_eq!(tags(&propagated), Some(("Propagated", "Tags".to_owned())));
    let map = r#"{"properties": {"Labels": {"type": "object"}},
        "tagging": {"tagProperty": "/properties/Labels"}}"#;
    assert_eq!(tags(map), Some(("Map", "Labels".to_owned())));
    assert_eq!(tags(r#"{"properties": {}}"#), None);
    assert!(refused(r#"{"properties": {"Tags": {"type": "string"}}}"#).contains("unknown shape"));
}

#[test]
fn facts_are_sorted_and_dotted() {
    let schema = r#"{
        "properties": {"B": {"type": "string"}, "A": {"type": "object",
            "properties": {"C": {"type": "string"}}}},
        "createOnlyProperties": ["/properties/B", "/properties/A/C"],
        "handlers": {"create": {"permissions": ["zoo:Open", "zoo:Build", "zoo:Open"]}},
        "tagging": {"permissions": ["zoo:Untag", "zoo:Tag"]}
    }"#;
    let model = built(schema);
    let facts = &model.resources[0].facts;
    assert_eq!(facts.create_only, ["A.C", "B"]);
    assert_eq!(
        facts.permissions[0],
        ("create", vec!["zoo:Build".into(), "zoo:Open".into()])
    );
    assert_eq!(
        facts.permissions[5],
        ("tagging", vec!["zoo:Tag".into(), "zoo:Untag".into()])
    );
    let b = property(&model.resources[0], "B");
    assert_eq!(b.documentation, ["Changing it replaces the resource."]);
}
