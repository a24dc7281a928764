//! Names, overrides and files.

use super::{built, property, source};
use crate::build::model;
use crate::emit;
use crate::overrides::Overrides;

#[test]
fn names_of_the_prelude_and_keywords_are_avoided() {
    let schema = r##"{
        "properties": {"Gen": {"$ref": "#/definitions/Result"}, "Type": {"type": "string"}},
        "definitions": {"Result": {"type": "object", "properties": {"A": {"type": "string"}}}}
    }"##;
    let model = built(schema);
    let cage = &model.resources[0];
    assert_eq!(property(cage, "Gen").rust, "gen_");
    assert_eq!(property(cage, "Type").rust, "type_");
    assert_eq!(cage.nested[0].name, "CageResult");
}

#[test]
fn an_override_of_nothing_is_out_of_date() {
    let overrides = Overrides::parse(
        r#"
        [[property]]
        type = "AWS::Zoo::Cage"
        name = "Gone"
        is = "text"
        reason = "said in the guide"
        source = "https://docs.aws.amazon.com/"
        "#,
    )
    .unwrap();
    let error = model(&[source(r#"{"properties": {}}"#)], &overrides)
        .err()
        .unwrap();
    assert!(
        error
            .to_string()
            .contains("Gone: overridden, but there is none")
    );
}

#[test]
fn every_file_of_a_resource_is_emitted_with_the_header() {
    let schema = r##"{
        "properties": {"Meal": {"$ref": "#/definitions/Meal"}},
        "definitions": {"Meal": {"type": "object", "properties": {
            "Mode": {"type": "string", "enum": ["RAW"]}}}}
    }"##;
    let files = emit::files(&built(schema));
    let paths: Vec<_> = files
        .keys()
        .map(|path| path.to_string_lossy().into_owned())
        .collect();
    for path in [
        "kinds.rs",
        "registry.rs",
        "zoo.rs",
        "zoo/cage.rs",
        "zoo/cage/facts.rs",
    ] {
        assert!(paths.iter().any(|emitted| emitted == path), "{path}");
    }
    assert!(paths.contains(&"zoo/cage/types.rs".to_owned()));
    assert!(paths.contains(&"zoo/cage/values.rs".to_owned()));
    assert!(files.values().all(|text| text.starts_with(emit::HEADER)));
}
