//! Kinds of reference and the unions of them.

use super::text::{documentation, imports};
use crate::model::Model;

pub(super) fn kinds(model: &Model) -> String {
    let mut body = String::new();
    for (name, type_name) in &model.kinds {
        body.push_str(&format!(
            "/// Identifies an `{type_name}`.\n#[derive(Clone, Copy, Debug, PartialEq, Eq)]\n\
             pub enum {name} {{}}\n\n\
             impl Kind for {name} {{\nconst NAME: &'static str = {name:?};\n}}\n\n"
        ));
    }
    let introduction = documentation(
        "//!",
        &[
            "Kinds of reference: what an id, a name or an ARN identifies.".to_owned(),
            "A `Value<SubnetId>` where a `Value<VpcId>` is wanted does not compile. What comes \
             from outside becomes one by `Value::<VpcId>::trusted`."
                .to_owned(),
        ],
    );
    format!(
        "{introduction}\nmod unions;\n\n{}\npub use unions::*;\n\n{body}",
        imports(&body)
    )
}

pub(super) fn unions(model: &Model) -> String {
    let mut body = String::new();
    for (name, members) in &model.unions {
        let linked: Vec<String> = members
            .iter()
            .map(|member| format!("[`{member}`]"))
            .collect();
        body.push_str(&documentation(
            "///",
            &[format!("One of {}.", linked.join(", "))],
        ));
        body.push_str(&format!(
            "#[derive(Clone, Debug, PartialEq)]\npub struct {name}(Value<String>);\n\n\
             impl {name} {{\n\
             /// A literal text. The caller vouches that it is one of these kinds.\n\
             #[must_use]\n\
             pub fn trusted(text: impl Into<String>) -> Self {{\n\
             Self(Value::trusted(text))\n}}\n}}\n\n\
             impl IntoNode for {name} {{\n\
             fn into_node(self) -> Node {{\nself.0.into_node()\n}}\n}}\n\n"
        ));
        for member in members {
            body.push_str(&format!(
                "impl From<Value<{member}>> for {name} {{\n\
                 fn from(value: Value<{member}>) -> Self {{\nSelf(value.into())\n}}\n}}\n\n\
                 impl From<&Value<{member}>> for {name} {{\n\
                 fn from(value: &Value<{member}>) -> Self {{\nSelf(value.into())\n}}\n}}\n\n"
            ));
        }
    }
    let mut members: Vec<&str> = model
        .unions
        .values()
        .flatten()
        .map(String::as_str)
        .collect();
    members.sort_unstable();
    members.dedup();
    format!(
        "//! What takes references of several kinds.\n\n{}\nuse super::{{{}}};\n\n{body}",
        imports(&body),
        members.join(", ")
    )
}
