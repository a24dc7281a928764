//! The file of one resource type: the resource, and its handle's attributes.

use super::structs::structure;
use super::text::{concrete, documentation, imports};
use crate::model::{Resource, Type};

pub(super) fn file(resource: &Resource) -> String {
    let name = &resource.root.name;
    let introduction = [
        format!("`{}`.", resource.type_name),
        format!("<{}>", super::facts::page(&resource.type_name)),
    ];
    let mut body = structure(&resource.root, &introduction);
    body.push_str(&format!(
        "impl Resource for {name} {{\n\
         const FACTS: &'static TypeFacts = &facts::FACTS;\n\
         type Handle = Handle<Self>;\n\n\
         fn into_properties(self) -> Properties {{ self.0 }}\n}}\n\n"
    ));
    body.push_str(&handle(resource));

    let mut modules = String::from("pub(crate) mod facts;\n");
    let mut reexports = String::new();
    if !resource.nested.is_empty() {
        modules.push_str("mod types;\n");
        reexports.push_str("pub use types::*;\n");
    }
    if !resource.enums.is_empty() {
        modules.push_str("mod values;\n");
        reexports.push_str("pub use values::*;\n");
    }
    format!(
        "//! [`{name}`] and its property types.\n\n{modules}\n{}\n{reexports}\n{body}",
        imports(&body)
    )
}

/// The handle that a template returns for the resource.
fn handle(resource: &Resource) -> String {
    let name = &resource.root.name;
    let reference = &resource.reference;
    let mut text = format!("impl Handle<{name}> {{\n");
    let identifies = match reference.identifies.as_str() {
        "" => "`Ref`.".to_owned(),
        identifies => format!("`Ref`: the resource's `{identifies}`."),
    };
    text.push_str(&documentation("    ///", &[identifies]));
    text.push_str(&format!(
        "    #[must_use]\n    pub fn reference(&self) -> {} {{\n\
         Value::reference(self.id())\n}}\n\n",
        concrete(&reference.ty)
    ));
    for attribute in &resource.attributes {
        let constructor = match attribute.ty {
            Type::List(_) => "List",
            _ => "Value",
        };
        let line = format!("The attribute `{}`.", attribute.name);
        text.push_str(&documentation("    ///", &[line]));
        text.push_str(&format!(
            "    #[must_use]\n    pub fn {}(&self) -> {} {{\n\
             {constructor}::get_att(self.id(), {:?})\n}}\n\n",
            attribute.rust,
            concrete(&attribute.ty),
            attribute.name
        ));
    }
    text.push_str("}\n");
    text
}
