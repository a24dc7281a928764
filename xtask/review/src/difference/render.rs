//! Values as one line, short and readable: intrinsic functions as YAML writes them.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use cloudformation::template::{AttributeName, Call, Function, GetAtt};

/// A value in one line: `!Ref Vpc`, `!GetAtt Vpc.CidrBlock`, `{Key: Name, Value: web}`.
///
/// Different values have different texts, because acknowledgements are bound to the text: nothing
/// is truncated.
#[must_use]
pub fn render(value: &Value) -> String {
    let mut text = String::new();
    write(&mut text, value, Nesting::TopLevel);
    text
}

/// A nested text needs quotes to be told from its surroundings.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Nesting {
    TopLevel,
    Nested,
}

fn write(out: &mut String, value: &Value, nesting: Nesting) {
    match value {
        Value::String(text) => write_text(out, text, nesting),
        Value::Array(items) => list(out, items),
        Value::Object(entries) => match Call::of(value) {
            Some(call) => function(out, call, nesting),
            None => object(out, entries),
        },
        Value::Null | Value::Bool(_) | Value::Number(_) => {
            // Writing to a `String` can't fail.
            let _ = write!(out, "{value}");
        }
    }
}

/// A text is quoted where it looks like another kind of value.
fn write_text(out: &mut String, text: &str, nesting: Nesting) {
    let looks_like_data = text.is_empty()
        || text.starts_with(['!', '"', '{', '['])
        || text.trim() != text
        || text.chars().any(char::is_control)
        || serde_json::from_str::<Value>(text).is_ok();
    let needs_quotes =
        looks_like_data || nesting == Nesting::Nested && text.contains([',', ']', '}', '"', ' ']);
    if needs_quotes {
        let _ = write!(out, "{}", Value::from(text));
    } else {
        out.push_str(text);
    }
}

fn list(out: &mut String, items: &[Value]) {
    out.push('[');
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push_str(", ");
        }
        write(out, item, Nesting::Nested);
    }
    out.push(']');
}

fn object(out: &mut String, entries: &Map<String, Value>) {
    out.push('{');
    for (index, (key, value)) in entries.iter().enumerate() {
        if index > 0 {
            out.push_str(", ");
        }
        write_text(out, key, Nesting::Nested);
        out.push_str(": ");
        write(out, value, Nesting::Nested);
    }
    out.push('}');
}

fn function(out: &mut String, call: Call<'_>, nesting: Nesting) {
    let short = call.name.strip_prefix("Fn::").unwrap_or(call.name);
    let _ = write!(out, "!{short} ");
    match call.function() {
        Function::GetAtt(GetAtt {
            target,
            attribute: AttributeName::Literal(attribute),
        }) => {
            let _ = write!(out, "{target}.{attribute}");
        }
        _ => write(out, call.argument, nesting),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_written_short() {
        let cases = [
            (json!("eu-west-1"), "eu-west-1"),
            (json!("HTTP and HTTPS"), "HTTP and HTTPS"),
            (json!({ "Ref": "Vpc" }), "!Ref Vpc"),
            (
                json!({ "Fn::GetAtt": ["Vpc", "CidrBlock"] }),
                "!GetAtt Vpc.CidrBlock",
            ),
            (
                json!({ "Fn::GetAtt": "Vpc.CidrBlock" }),
                "!GetAtt Vpc.CidrBlock",
            ),
            (
                json!({ "Fn::ImportValue": "network-Vpc" }),
                "!ImportValue network-Vpc",
            ),
            (
                json!({ "Fn::Sub": "arn:${AWS::Partition}:iam" }),
                "!Sub arn:${AWS::Partition}:iam",
            ),
            (
                json!({ "Fn::Join": [",", ["a", { "Ref": "B" }]] }),
                "!Join [\",\", [a, !Ref B]]",
            ),
            (
                json!({ "Key": "Name", "Value": "web, entry" }),
                "{Key: Name, Value: \"web, entry\"}",
            ),
            (json!([1, true, null]), "[1, true, null]"),
        ];
        for (value, text) in cases {
            assert_eq!(render(&value), text);
        }
    }

    #[test]
    fn a_text_is_told_from_what_it_looks_like() {
        let pairs = [
            (json!("1"), json!(1)),
            (json!("!Ref Vpc"), json!({ "Ref": "Vpc" })),
            (json!("[a]"), json!(["a"])),
            (json!(["a, b"]), json!(["a", "b"])),
            (json!(""), json!(" ")),
        ];
        for (one, other) in pairs {
            assert_ne!(render(&one), render(&other));
        }
    }
}
