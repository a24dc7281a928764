//! Pieces of source text.

use std::collections::BTreeSet;

use crate::model::Type;

/// Where a documentation comment is wrapped.
const WIDTH: usize = 96;

/// A documentation comment: `marker` is `///` or `//!`, with its indentation. rustfmt leaves
/// comments as they are, so they are wrapped here.
pub(super) fn documentation(marker: &str, paragraphs: &[String]) -> String {
    let mut text = String::new();
    for (index, paragraph) in paragraphs.iter().enumerate() {
        if index > 0 {
            text.push_str(&format!("{marker}\n"));
        }
        let mut line = marker.to_owned();
        let start = line.len();
        for word in words(paragraph) {
            if line.len() > start && line.len() + 1 + word.len() > WIDTH {
                text.push_str(&line);
                text.push('\n');
                line.truncate(start);
            }
            line.push(' ');
            line.push_str(word);
        }
        text.push_str(&line);
        text.push('\n');
    }
    text
}

/// The words of a text; what stands in backticks is not broken.
fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let (mut start, mut quoted) = (0, false);
    for (index, character) in text.char_indices() {
        if character == '`' {
            quoted = !quoted;
        } else if character == ' ' && !quoted {
            words.push(&text[start..index]);
            start = index + 1;
        }
    }
    words.push(&text[start..]);
    words.retain(|word| !word.is_empty());
    words
}

/// The type of a field or of what a method returns.
pub(super) fn concrete(ty: &Type) -> String {
    match ty {
        Type::Union(name) => format!("kinds::{name}"),
        Type::List(item) => format!("List<{}>", marker(item)),
        Type::Map(entry) => format!("Map<{}>", marker(entry)),
        other => format!("Value<{}>", marker(other)),
    }
}

pub(super) fn argument(ty: &Type) -> String {
    format!("impl Into<{}>", concrete(ty))
}

/// The type argument, without the angle brackets.
fn marker(ty: &Type) -> String {
    match ty {
        Type::Text => "String".to_owned(),
        Type::Bool => "bool".to_owned(),
        Type::Integer => "i64".to_owned(),
        Type::Number => "f64".to_owned(),
        Type::Json => "Json".to_owned(),
        Type::Policy => "PolicyDocument".to_owned(),
        Type::Tag => "Tag".to_owned(),
        Type::Kind(name) | Type::Union(name) => format!("kinds::{name}"),
        Type::Enum(name) | Type::Struct(name) => name.clone(),
        Type::List(_) | Type::Map(_) => concrete(ty),
    }
}

/// The import of what a body uses of the two crates.
pub(super) fn imports(body: &str) -> String {
    let mut text = String::new();
    let mut template: BTreeSet<&str> = BTreeSet::new();
    for (use_, name) in [
        ("EnumValue", "EnumValue"),
        ("IntoNode", "IntoNode"),
        ("Json>", "Json"),
        ("Kind for", "Kind"),
        ("List<", "List"),
        ("List::", "List"),
        ("Map<", "Map"),
        ("-> Node", "Node"),
        ("Permissions {", "Permissions"),
        ("Properties", "Properties"),
        ("PropertyType", "PropertyType"),
        ("Resource for", "Resource"),
        ("TagShape::", "TagShape"),
        ("TypeFacts", "TypeFacts"),
        ("Value<", "Value"),
        ("Value::", "Value"),
    ] {
        let used = body.match_indices(use_).any(|(index, _)| {
            let before = body[..index].chars().next_back();
            !before.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_' || c == '`')
        });
        if used {
            template.insert(name);
        }
    }
    if body.contains("<PolicyDocument>") {
        text.push_str("use common_template::policy::PolicyDocument;\n");
    }
    if !template.is_empty() {
        let names: Vec<&str> = template.into_iter().collect();
        text.push_str(&format!("use common_template::{{{}}};\n", names.join(", ")));
    }
    let mut local: Vec<&str> = Vec::new();
    if body.contains("Handle<") {
        local.push("Handle");
    }
    if body.contains("<Tag>") {
        local.push("Tag");
    }
    if body.contains("kinds::") {
        local.push("kinds");
    }
    if !local.is_empty() {
        text.push_str(&format!("\nuse crate::{{{}}};\n", local.join(", ")));
    }
    text
}

pub(super) fn literals<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let quoted: Vec<String> = texts.into_iter().map(|text| format!("{text:?}")).collect();
    format!("&[{}]", quoted.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_wrapped_and_code_is_not_broken() {
        let long = format!(
            "{} `a code span with blanks in it`",
            "word ".repeat(17).trim()
        );
        let text = documentation("///", &[long, "Second.".to_owned()]);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[1], "/// `a code span with blanks in it`");
        assert_eq!(lines[2..], ["///", "/// Second."]);
        assert!(lines.iter().all(|line| line.len() <= WIDTH));
    }

    #[test]
    fn arguments_convert() {
        let ids = Type::List(Box::new(Type::Kind("SubnetId".to_owned())));
        assert_eq!(argument(&ids), "impl Into<List<kinds::SubnetId>>");
        assert_eq!(argument(&Type::Integer), "impl Into<Value<i64>>");
        let union = Type::Union("KeyReference".to_owned());
        assert_eq!(argument(&union), "impl Into<kinds::KeyReference>");
    }

    #[test]
    fn only_what_is_used_is_imported() {
        let text = imports("fn reference(&self) -> Value<kinds::VpcId>");
        assert_eq!(
            text,
            "use common_template::{Value};\n\nuse crate::{kinds};\n"
        );
    }
}
