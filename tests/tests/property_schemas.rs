//! The schemas have nothing against the templates of this repository.

use property_schemas::{schema, validate_template};
use tests::synthesized;

#[test]
fn no_property_violates_its_schema() {
    let mut found = Vec::new();
    for synthesis in synthesized() {
        for (stack, template) in &synthesis.templates {
            let violations = validate_template(template);
            found.extend(violations.iter().map(|one| format!("{stack}: {one}")));
        }
    }
    assert_eq!(found, [""; 0]);
}

#[test]
fn every_type_in_use_has_a_schema() {
    for synthesis in synthesized() {
        for (stack, template) in &synthesis.templates {
            for (logical_id, resource) in cloudformation::template::resources(template) {
                let name = cloudformation::template::resource_type(resource);
                assert!(schema(name).is_some(), "{stack}, {logical_id}: {name}");
            }
        }
    }
}

/// A mistake in any template is found, so the test above has something to find.
#[test]
fn a_mistake_in_a_template_is_found() {
    for synthesis in synthesized() {
        for (stack, template) in &synthesis.templates {
            let mut template = template.clone();
            let resources = template["Resources"].as_object_mut().unwrap();
            let (logical_id, resource) = resources
                .iter_mut()
                .find(|(_, resource)| !resource["Type"].as_str().unwrap().starts_with("Custom::"))
                .unwrap();
            resource["Properties"]["Colour"] = serde_json::json!("green");
            let path = format!("/Resources/{logical_id}/Properties/Colour");
            let paths: Vec<String> = validate_template(&template)
                .into_iter()
                .map(|violation| violation.path)
                .collect();
            assert_eq!(paths, [path], "{stack}");
        }
    }
}
