//! The facts about a resource type.

use super::text::{imports, literals};
use crate::model::Resource;

/// The part of the AWS documentation with a page for each type.
const REFERENCE: &str = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference";

pub(super) fn page(type_name: &str) -> String {
    format!("{REFERENCE}/aws-resource-{}.html", slug(type_name))
}

pub(super) fn nested_page(type_name: &str, definition: &str) -> String {
    let definition = definition.to_ascii_lowercase();
    format!(
        "{REFERENCE}/aws-properties-{}-{definition}.html",
        slug(type_name)
    )
}

/// `AWS::EC2::VPC` → `ec2-vpc`.
fn slug(type_name: &str) -> String {
    let parts: Vec<&str> = type_name.split("::").skip(1).collect();
    parts.join("-").to_ascii_lowercase()
}

pub(super) fn file(resource: &Resource) -> String {
    let facts = &resource.facts;
    let list = |texts: &[String]| literals(texts.iter().map(String::as_str));
    let required = resource.root.properties.iter().filter(|p| p.required);
    let tags = facts.tags.as_ref().map_or_else(
        || "None".to_owned(),
        |(variant, property)| format!("Some(TagShape::{variant}({property:?}))"),
    );
    let mut body = format!(
        "pub(crate) static FACTS: TypeFacts = TypeFacts {{\n\
         name: {:?},\n\
         documentation: {:?},\n\
         reference: {:?},\n\
         attributes: {},\n\
         properties: {},\n\
         required: {},\n\
         create_only: {},\n\
         conditional_create_only: {},\n\
         unordered: {},\n\
         primary_identifier: {},\n\
         stateful: {},\n\
         tags: {tags},\n\
         permissions: &PERMISSIONS,\n}};\n\n",
        resource.type_name,
        page(&resource.type_name),
        resource.reference.identifies,
        list(&facts.attributes),
        literals(resource.root.properties.iter().map(|p| p.name.as_str())),
        literals(required.map(|p| p.name.as_str())),
        list(&facts.create_only),
        list(&facts.conditional_create_only),
        list(&facts.unordered),
        list(&facts.primary_identifier),
        facts.stateful,
    );
    body.push_str("static PERMISSIONS: Permissions = Permissions {\n");
    for (handler, actions) in &facts.permissions {
        body.push_str(&format!("{handler}: {},\n", list(actions)));
    }
    body.push_str("};\n");
    format!(
        "//! What is known of `{}`.\n\n{}\n{body}",
        resource.type_name,
        imports(&body)
    )
}
