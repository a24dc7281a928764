//! Enumerations.

use super::text::imports;
use crate::model::{Enum, Resource};

pub(super) fn file(resource: &Resource) -> String {
    let body: String = resource.enums.iter().map(enumeration).collect();
    format!(
        "//! The enumerations of `{}`.\n\n{}\n{body}",
        resource.type_name,
        imports(&body)
    )
}

fn enumeration(one: &Enum) -> String {
    let name = &one.name;
    let mut text = format!(
        "/// The values of `{}`.\n#[derive(Clone, Copy, Debug, PartialEq, Eq)]\n\
         pub enum {name} {{\n",
        one.of
    );
    for (variant, value) in &one.variants {
        text.push_str(&format!("    /// `{value}`.\n    {variant},\n"));
    }
    text.push_str(&format!(
        "}}\n\nimpl EnumValue for {name} {{\n\
         fn as_str(&self) -> &'static str {{\nmatch self {{\n"
    ));
    for (variant, value) in &one.variants {
        text.push_str(&format!("Self::{variant} => {value:?},\n"));
    }
    text.push_str(&format!(
        "}}\n}}\n}}\n\n#[diagnostic::do_not_recommend]\nimpl From<{name}> for Value<{name}> {{\n\
         fn from(value: {name}) -> Self {{\nSelf::trusted(value.as_str())\n}}\n}}\n\n"
    ));
    text
}
