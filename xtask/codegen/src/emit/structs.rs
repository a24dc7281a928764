//! Resources and nested property types: constructors and setters.

use std::collections::BTreeSet;

use super::text::{argument, concrete, documentation, imports};
use crate::model::{Property, Resource, Struct, Type};

/// A constructor takes this many arguments; where more is required it takes a struct.
const MOST_ARGUMENTS: usize = 3;

/// Setters of these names look like operators.
const OPERATORS: [&str; 10] = [
    "add", "bitand", "bitor", "bitxor", "div", "mul", "rem", "shl", "shr", "sub",
];

/// The file of a resource's nested property types.
pub(super) fn file(resource: &Resource) -> String {
    let mut body = String::new();
    for nested in &resource.nested {
        body.push_str(&structure(nested, &introduction(resource, nested)));
        body.push_str(&format!(
            "impl PropertyType for {name} {{\n\
             fn into_properties(self) -> Properties {{ self.0 }}\n}}\n\n",
            name = nested.name
        ));
    }
    let mut enums = BTreeSet::new();
    for property in resource.nested.iter().flat_map(|nested| &nested.properties) {
        enums.extend(enumeration(&property.ty));
    }
    let enums: Vec<&str> = enums.into_iter().collect();
    let values = if enums.is_empty() {
        String::new()
    } else {
        format!("use super::values::{{{}}};\n", enums.join(", "))
    };
    format!(
        "//! The property types of `{}`.\n\n{}\n{values}\n{body}",
        resource.type_name,
        imports(&body)
    )
}

/// The enumeration that a type is made of.
fn enumeration(ty: &Type) -> Option<&str> {
    match ty {
        Type::Enum(name) => Some(name),
        Type::List(inner) | Type::Map(inner) => enumeration(inner),
        _ => None,
    }
}

/// The first sentence of a nested type's documentation.
fn introduction(resource: &Resource, nested: &Struct) -> Vec<String> {
    let page = if nested.schema_name.contains('.') {
        super::facts::page(&resource.type_name)
    } else {
        super::facts::nested_page(&resource.type_name, &nested.schema_name)
    };
    vec![
        format!("`{}` of `{}`.", nested.schema_name, resource.type_name),
        format!("<{page}>"),
    ]
}

/// A resource or nested type with its constructor and setters.
pub(super) fn structure(structure: &Struct, introduction: &[String]) -> String {
    let name = &structure.name;
    let required = structure.required();
    let mut paragraphs = introduction.to_vec();
    if !structure.rules.is_empty() {
        paragraphs.insert(1, structure.rules.join(" "));
    }
    let default = if required.is_empty() { ", Default" } else { "" };
    let mut text = documentation("///", &paragraphs);
    text.push_str(&format!(
        "#[derive(Clone, Debug{default}, PartialEq)]\n#[must_use]\n\
         pub struct {name}(pub(crate) Properties);\n\n"
    ));
    if required.len() > MOST_ARGUMENTS {
        text.push_str(&required_struct(name, &required));
    }
    text.push_str(&format!("impl {name} {{\n"));
    text.push_str(&constructor(name, &required));
    for property in structure.properties.iter().filter(|p| !p.required) {
        text.push_str(&setter(property));
    }
    text.push_str("}\n\n");
    text
}

/// The arguments of a constructor that would take too many.
fn required_struct(name: &str, required: &[&Property]) -> String {
    let mut text = format!(
        "/// What [`{name}::new`] takes.\n#[derive(Clone, Debug, PartialEq)]\n\
         pub struct {name}Required {{\n"
    );
    for property in required {
        let sentences = described(property, &format!("`{}`.", property.name));
        text.push_str(&documentation("    ///", &[sentences]));
        text.push_str(&format!(
            "    pub {}: {},\n",
            property.rust,
            concrete(&property.ty)
        ));
    }
    text.push_str("}\n\n");
    text
}

fn constructor(name: &str, required: &[&Property]) -> String {
    if required.is_empty() {
        return String::from(
            "    /// Starts without any property set.\n    pub fn new() -> Self {\n\
             Self::default()\n}\n\n",
        );
    }
    let mut text = String::from("    /// Starts with what is required.\n");
    let by_struct = required.len() > MOST_ARGUMENTS;
    let parameters = if by_struct {
        format!("required: {name}Required")
    } else {
        let said = required
            .iter()
            .filter(|property| !property.documentation.is_empty());
        for (index, property) in said.enumerate() {
            if index == 0 {
                text.push_str("    ///\n");
            }
            let item = format!(
                "- `{}`: {}",
                property.rust,
                property.documentation.join(" ")
            );
            text.push_str(&documentation("    ///", &[item]).replace("\n    /// ", "\n    ///   "));
        }
        let parameters: Vec<String> = required
            .iter()
            .map(|property| format!("{}: {}", property.rust, argument(&property.ty)))
            .collect();
        parameters.join(", ")
    };
    text.push_str(&format!(
        "    pub fn new({parameters}) -> Self {{\nlet mut properties = Properties::default();\n"
    ));
    for property in required {
        let value = if by_struct {
            format!("required.{}", property.rust)
        } else {
            format!("{}.into()", property.rust)
        };
        text.push_str(&format!("properties.set({:?}, {value});\n", property.name));
    }
    text.push_str("Self(properties)\n}\n\n");
    text
}

fn setter(property: &Property) -> String {
    let sentences = described(property, &format!("Sets `{}`.", property.name));
    let mut text = documentation("    ///", &[sentences]);
    if OPERATORS.contains(&property.rust.as_str()) {
        text.push_str(
            "    #[expect(clippy::should_implement_trait, reason = \"named after the property\")]\n",
        );
    }
    text.push_str(&format!(
        "    pub fn {}(mut self, value: {}) -> Self {{\n\
         self.0.set({:?}, value.into());\nself\n}}\n\n",
        property.rust,
        argument(&property.ty),
        property.name
    ));
    text
}

/// A first sentence and what is known of the property.
fn described(property: &Property, first: &str) -> String {
    let mut sentences = vec![first.to_owned()];
    sentences.extend(property.documentation.iter().cloned());
    sentences.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn property(name: &str, required: bool) -> Property {
        Property {
            name: name.to_owned(),
            rust: crate::naming::identifier(name),
            ty: Type::Text,
            required,
            documentation: Vec::new(),
        }
    }

    fn cage(properties: Vec<Property>) -> String {
        let cage = Struct {
            name: "Cage".to_owned(),
            schema_name: "AWS::Zoo::Cage".to_owned(),
            properties,
            rules: Vec::new(),
        };
        structure(&cage, &["A cage.".to_owned()])
    }

    #[test]
    fn three_required_properties_are_arguments_names_first() {
        let text = cage(vec![
            property("Door", true),
            property("Type", true),
            property("CageName", true),
        ]);
        let expected = "new(cage_name: impl Into<Value<String>>, door: impl Into<Value<String>>, \
                        type_: impl Into<Value<String>>)";
        assert!(text.contains(expected), "{text}");
        assert!(
            !text.contains("pub fn door"),
            "set once, by the constructor"
        );
    }

    #[test]
    fn four_required_properties_are_a_struct() {
        let text = cage(["A", "B", "C", "D"].map(|name| property(name, true)).into());
        assert!(text.contains("pub struct CageRequired"));
        assert!(text.contains("new(required: CageRequired)"));
    }

    #[test]
    fn nothing_required_has_a_default() {
        let text = cage(vec![property("Door", false)]);
        assert!(text.contains("derive(Clone, Debug, Default, PartialEq)"));
        assert!(text.contains("pub fn door(mut self, value: impl Into<Value<String>>) -> Self"));
    }
}
