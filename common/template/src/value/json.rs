//! The writer of JSON text, digests of it included.
//!
//! Written out by hand rather than through `serde`: a template is mostly short texts, and in the
//! dev profile the generic layers cost several times what they write. Escaping texts and formatting
//! numbers are still left to `serde_json`.

use std::fmt::Write as _;

use super::node::{Intrinsic, Node};

/// A whole number above this may not be exact as a float, and keeps its fraction.
const EXACT: f64 = 1e15;

impl Node {
    /// The node as JSON text in which every object is in the order of its names: for properties
    /// that hold JSON as text.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut text = String::new();
        node(&mut text, self);
        text
    }

    /// SHA-256 of [`to_json`](Self::to_json) in lowercase hexadecimal: for names that have to change
    /// with what they name.
    #[must_use]
    pub fn digest(&self) -> String {
        hex(&hmac_sha256::Hash::hash(self.to_json().as_bytes()))
    }
}

/// Bytes as lowercase hexadecimal digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(64), |mut text, byte| {
            // Writing to a `String` can't fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

pub(crate) fn node(out: &mut String, node: &Node) {
    match node {
        Node::Bool(true) => out.push_str("true"),
        Node::Bool(false) => out.push_str("false"),
        Node::Integer(value) => integer(out, *value),
        Node::Number(value) => number(out, *value),
        Node::String(value) => text(out, value),
        Node::List(items) => list(out, items.iter()),
        Node::Object(entries) => {
            object(
                out,
                entries.iter().map(|(name, entry)| (name.as_str(), entry)),
            );
        }
        Node::Intrinsic(function) => intrinsic(out, function),
    }
}

/// Appends an object, in the order of the entries.
pub(crate) fn object<'a>(out: &mut String, entries: impl Iterator<Item = (&'a str, &'a Node)>) {
    out.push('{');
    for (index, (name, entry)) in entries.enumerate() {
        if index > 0 {
            out.push(',');
        }
        key(out, name);
        node(out, entry);
    }
    out.push('}');
}

/// Appends the name of an entry, with its colon.
pub(crate) fn key(out: &mut String, name: &str) {
    text(out, name);
    out.push(':');
}

/// Appends a text in quotes.
pub(crate) fn text(out: &mut String, value: &str) {
    // A plain loop: every byte of every template passes here, and in the dev profile an adapter
    // is several calls a byte.
    for byte in value.as_bytes() {
        if *byte < 0x20 || *byte == b'"' || *byte == b'\\' {
            // A text is always JSON.
            out.push_str(&serde_json::to_string(value).unwrap_or_default());
            return;
        }
    }
    out.push('"');
    out.push_str(value);
    out.push('"');
}

fn list<'a>(out: &mut String, items: impl Iterator<Item = &'a Node>) {
    out.push('[');
    for (index, item) in items.enumerate() {
        if index > 0 {
            out.push(',');
        }
        node(out, item);
    }
    out.push(']');
}

fn integer(out: &mut String, value: i64) {
    // Writing to a `String` can't fail.
    let _ = write!(out, "{value}");
}

/// A whole number prints without a fraction: CloudFormation compares templates as text, and
/// `60.0` next to `60` would be a change.
fn number(out: &mut String, value: f64) {
    if value.fract() == 0.0 && value.abs() < EXACT {
        #[expect(clippy::cast_possible_truncation, reason = "whole and below 1e15")]
        integer(out, value as i64);
    } else {
        // The checks have refused what is no number in JSON.
        out.push_str(&serde_json::to_string(&value).unwrap_or_default());
    }
}

/// Every function is an object of one entry.
fn intrinsic(out: &mut String, function: &Intrinsic) {
    out.push('{');
    key(out, function.name());
    match function {
        Intrinsic::Ref(name) | Intrinsic::ImportValue(name) => text(out, name),
        Intrinsic::Base64(argument) | Intrinsic::GetAzs(argument) => node(out, argument),
        Intrinsic::Sub {
            text: template,
            variables,
        } if variables.is_empty() => text(out, template),
        function => {
            out.push('[');
            match function {
                Intrinsic::GetAtt { id, attribute } => {
                    text(out, id);
                    out.push(',');
                    text(out, attribute);
                }
                Intrinsic::Sub {
                    text: template,
                    variables,
                } => {
                    text(out, template);
                    out.push(',');
                    object(
                        out,
                        variables.iter().map(|(name, node)| (name.as_str(), node)),
                    );
                }
                Intrinsic::Join {
                    delimiter: first,
                    list: second,
                }
                | Intrinsic::Split {
                    delimiter: first,
                    text: second,
                } => {
                    text(out, first);
                    out.push(',');
                    node(out, second);
                }
                Intrinsic::Select { index, list } => {
                    integer(out, i64::from(*index));
                    out.push(',');
                    node(out, list);
                }
                Intrinsic::If {
                    condition: name,
                    then: first,
                    otherwise: second,
                }
                | Intrinsic::FindInMap {
                    map: name,
                    first,
                    second,
                } => {
                    text(out, name);
                    out.push(',');
                    node(out, first);
                    out.push(',');
                    node(out, second);
                }
                Intrinsic::Cidr { block, count, bits } => {
                    node(out, block);
                    out.push(',');
                    integer(out, i64::from(*count));
                    out.push(',');
                    integer(out, i64::from(*bits));
                }
                Intrinsic::Ref(_)
                | Intrinsic::ImportValue(_)
                | Intrinsic::Base64(_)
                | Intrinsic::GetAzs(_) => {}
            }
            out.push(']');
        }
    }
    out.push('}');
}
