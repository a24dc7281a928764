//! Templates as YAML that is made for reading: short forms of intrinsic functions, texts in blocks.
//!
//! The writer is exact: a reader that knows the short forms gets the template back, byte by byte of every text. Sections,
//! attributes of a resource and parts of a statement come in the order in which they are read, all else in the order of
//! the JSON, which in our templates is the alphabet's. The tests of all stacks hold both.
//!
//! One form is not CloudFormation's: a text that is compact JSON is written as `!Json` with its structure.

use serde_json::{Map, Value};

use crate::template::Call;

/// The tag of a text that is the compact JSON of the structure behind it.
pub const JSON_TAG: &str = "!Json";

/// Keys in the order in which they are read; others follow in their own.
const ORDER: [&str; 20] = [
    // A template.
    "AWSTemplateFormatVersion",
    "Description",
    "Metadata",
    "Parameters",
    "Mappings",
    "Rules",
    "Conditions",
    // A resource.
    "Type",
    "Condition",
    "DependsOn",
    "DeletionPolicy",
    "UpdateReplacePolicy",
    "CreationPolicy",
    "UpdatePolicy",
    "Properties",
    // A policy.
    "Version",
    "Sid",
    "Effect",
    "Principal",
    "Action",
];

/// A template, or any value of one, as YAML. It ends with a line break.
///
/// ```
/// let template = serde_json::json!({ "Value": { "Fn::GetAtt": ["Vpc", "CidrBlock"] }, "Text": "a\nb\n" });
/// let yaml = cloudformation::yaml::write(&template);
/// assert_eq!(yaml, "Text: |\n  a\n  b\nValue: !GetAtt Vpc.CidrBlock\n");
/// ```
#[must_use]
pub fn write(value: &Value) -> String {
    let mut writer = Writer::default();
    writer.document(value);
    writer.out
}

#[derive(Default)]
struct Writer {
    out: String,
}

/// What stands before a value on its line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// `key:`, or a tag: a nested value begins on the next line.
    Key,
    /// `-`: a nested value begins on the same line.
    Item,
}

impl Writer {
    fn document(&mut self, value: &Value) {
        match value {
            Value::Object(entries) if !entries.is_empty() && short(value).is_none() => {
                self.mapping(entries, 0, false);
            }
            value => {
                self.value(value, 0, Place::Item);
                if self.out.starts_with(' ') {
                    self.out.remove(0);
                }
            }
        }
    }

    /// A value behind `key:` or `-`, whose nested lines are indented by `indent`; ends the line.
    fn value(&mut self, value: &Value, indent: usize, place: Place) {
        if let Some((tag, argument)) = short(value) {
            self.out.push(' ');
            self.out.push_str(&tag);
            match argument {
                Argument::Text(text) => self.scalar(&text, indent),
                Argument::Value(value) => self.value(value, indent, Place::Key),
            }
            return;
        }
        match value {
            Value::String(text) => match structure(text) {
                Some(structure) => {
                    self.out.push(' ');
                    self.out.push_str(JSON_TAG);
                    self.value(&structure, indent, Place::Key);
                }
                None => self.scalar(text, indent),
            },
            Value::Array(items) if items.is_empty() => self.out.push_str(" []\n"),
            Value::Object(entries) if entries.is_empty() => self.out.push_str(" {}\n"),
            Value::Array(items) => self.sequence(items, indent, place == Place::Item),
            Value::Object(entries) => {
                if place == Place::Key {
                    self.out.push('\n');
                } else {
                    self.out.push(' ');
                }
                self.mapping(entries, indent, place == Place::Item);
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {
                self.out.push(' ');
                self.out.push_str(&value.to_string());
                self.out.push('\n');
            }
        }
    }

    /// Entries in the order in which they are read. The first line may have begun.
    fn mapping(&mut self, entries: &Map<String, Value>, indent: usize, mut begun: bool) {
        for (key, value) in ordered(entries) {
            if !begun {
                self.indent(indent);
            }
            begun = false;
            let mut text = String::new();
            quoted(&mut text, key);
            self.out.push_str(&text);
            self.out.push(':');
            self.value(value, indent + 2, Place::Key);
        }
    }

    /// Items, below their key, or behind another item.
    fn sequence(&mut self, items: &[Value], indent: usize, begun: bool) {
        self.out.push_str(if begun { " " } else { "\n" });
        let mut begun = begun;
        for item in items {
            if !begun {
                self.indent(indent);
            }
            begun = false;
            self.out.push('-');
            self.value(item, indent + 2, Place::Item);
        }
    }

    /// A text: plain, quoted, or as a block where it has several lines.
    fn scalar(&mut self, text: &str, indent: usize) {
        self.out.push(' ');
        if !is_block(text) {
            quoted(&mut self.out, text);
            self.out.push('\n');
            return;
        }
        self.out.push('|');
        // Without a figure, the indentation is that of the first line.
        if text.starts_with([' ', '\n']) {
            self.out.push('2');
        }
        let body = text.trim_end_matches('\n');
        match text.len() - body.len() {
            0 => self.out.push('-'),
            1 => {}
            _ => self.out.push('+'),
        }
        self.out.push('\n');
        for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
            if !line.is_empty() {
                self.indent(indent.max(2));
                self.out.push_str(line);
            }
            self.out.push('\n');
        }
    }

    fn indent(&mut self, indent: usize) {
        self.out.extend(std::iter::repeat_n(' ', indent));
    }
}

fn ordered(entries: &Map<String, Value>) -> Vec<(&String, &Value)> {
    let mut ordered: Vec<_> = entries.iter().collect();
    let rank = |key: &str| {
        let found = ORDER.iter().position(|known| *known == key);
        found.unwrap_or(ORDER.len())
    };
    let is_template = entries.contains_key("Resources");
    let last = |key: &str| match key {
        "Resources" if is_template => 1,
        "Outputs" if is_template => 2,
        _ => 0,
    };
    ordered.sort_by_key(|(key, _)| (last(key), rank(key)));
    ordered
}

/// The argument of a function's short form.
enum Argument<'a> {
    Text(String),
    Value(&'a Value),
}

/// The short form of a value that is an intrinsic function, where the short form means the same.
fn short(value: &Value) -> Option<(String, Argument<'_>)> {
    let Call { name, argument } = Call::of(value)?;
    let tag = format!("!{}", name.strip_prefix("Fn::").unwrap_or(name));
    match (name, argument) {
        ("Fn::GetAtt", Value::Array(parts)) => {
            let [Value::String(resource), Value::String(attribute)] = parts.as_slice() else {
                return None;
            };
            // The first full stop ends the resource.
            let is_exact = !resource.contains('.') && !resource.is_empty();
            is_exact.then(|| (tag, Argument::Text(format!("{resource}.{attribute}"))))
        }
        (
            "Ref" | "Fn::Sub" | "Fn::ImportValue" | "Fn::Base64" | "Fn::GetAZs",
            Value::String(text),
        ) => structure(text)
            .is_none()
            .then(|| (tag, Argument::Text(text.clone()))),
        (
            "Fn::Sub" | "Fn::Join" | "Fn::Select" | "Fn::Split" | "Fn::If" | "Fn::Equals"
            | "Fn::And" | "Fn::Or" | "Fn::Not" | "Fn::FindInMap" | "Fn::Cidr",
            Value::Array(items),
        ) if !items.is_empty() => Some((tag, Argument::Value(argument))),
        // A short form can't stand directly behind another one.
        _ => None,
    }
}

/// The structure of a text that is compact JSON, and longer than one that is read as well as it is.
fn structure(text: &str) -> Option<Value> {
    if !text.starts_with(['{', '[']) || text.len() < 24 {
        return None;
    }
    let value: Value = serde_json::from_str(text).ok()?;
    let is_empty = match &value {
        Value::Object(entries) => entries.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => true,
    };
    let compact = value.to_string();
    let is_exact = !is_empty && compact == text && !has_functions(&value);
    is_exact.then_some(value)
}

/// Whether a structure holds what looks like a function: in a text it is none.
fn has_functions(value: &Value) -> bool {
    match value {
        Value::Object(entries) => Call::of(value).is_some() || entries.values().any(has_functions),
        Value::Array(items) => items.iter().any(has_functions),
        _ => false,
    }
}

/// Whether a text is read better as a block, and is the same there.
fn is_block(text: &str) -> bool {
    let body = text.trim_end_matches('\n');
    body.contains('\n')
        && !body.trim().is_empty()
        && !text.chars().any(|one| one != '\n' && one != '\t' && is_special(one))
        // A line of spaces only would be read as part of the indentation.
        && text.split('\n').all(|line| line.is_empty() || !line.trim().is_empty())
        && !text.starts_with('\t')
}

/// Characters that YAML escapes, or takes for a line break.
fn is_special(one: char) -> bool {
    one.is_control() || matches!(one, '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{feff}')
}

/// A text in one line: plain, where YAML takes it for nothing else.
fn quoted(out: &mut String, text: &str) {
    if is_plain(text) {
        out.push_str(text);
    } else if text.chars().any(is_special) {
        // JSON's escapes are YAML's.
        for one in Value::from(text).to_string().chars() {
            match one {
                '\u{7f}' | '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{feff}' => {
                    out.push_str(&format!("\\u{:04x}", u32::from(one)));
                }
                one if one.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(one))),
                one => out.push(one),
            }
        }
    } else {
        out.push('\'');
        out.push_str(&text.replace('\'', "''"));
        out.push('\'');
    }
}

/// Words that YAML 1.1 or 1.2 takes for something else than a text.
const WORDS: [&str; 13] = [
    "null", "true", "false", "yes", "no", "on", "off", "y", "n", "~", ".inf", ".nan", "=",
];

fn is_plain(text: &str) -> bool {
    let Some(first) = text.chars().next() else {
        return false;
    };
    let begins = first.is_ascii_alphanumeric() || matches!(first, '/' | '_' | '$' | '(' | '^');
    // Numbers, dates, times and durations of either version.
    let looks_like_number = first.is_ascii_digit()
        && text
            .chars()
            .all(|one| one.is_ascii_hexdigit() || "_.:+-xXoOTZ ".contains(one));
    begins
        && !looks_like_number
        && !WORDS.contains(&text.to_ascii_lowercase().as_str())
        && !text.chars().any(is_special)
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.ends_with([':', ' '])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn functions_are_short() {
        let value = json!({
            "A": { "Ref": "Vpc" },
            "B": { "Fn::GetAtt": ["Vpc", "Outputs.Cidr"] },
            "C": { "Fn::GetAtt": "Vpc.CidrBlock" },
            "D": { "Fn::Join": [",", ["a", { "Ref": "B" }]] },
            "E": { "Fn::ImportValue": { "Fn::Sub": "${A}-b" } },
            "F": [{ "Fn::Sub": ["${a}", { "a": { "Ref": "A" } }] }, [["b"], []]],
            "G": { "Ref": "1" },
        });
        let text = "\
A: !Ref Vpc
B: !GetAtt Vpc.Outputs.Cidr
C:
  Fn::GetAtt: Vpc.CidrBlock
D: !Join
  - ','
  - - a
    - !Ref B
E:
  Fn::ImportValue: !Sub ${A}-b
F:
  - !Sub
    - ${a}
    - a: !Ref A
  - - - b
    - []
G: !Ref '1'
";
        assert_eq!(write(&value), text);
    }

    #[test]
    fn a_template_is_in_the_order_of_reading() {
        let value = json!({
            "Resources": { "B": {
                "DeletionPolicy": "Retain",
                "Properties": { "PolicyDocument": {
                    "Statement": [{ "Action": "s3:*", "Effect": "Deny", "Resource": "*", "Sid": "A" }],
                    "Version": "2012-10-17",
                } },
                "Type": "AWS::IAM::Policy",
            } },
            "Outputs": { "A": { "Value": 1 } },
            "Description": "Words: more",
            "Parameters": {},
        });
        let text = "\
Description: 'Words: more'
Parameters: {}
Resources:
  B:
    Type: AWS::IAM::Policy
    DeletionPolicy: Retain
    Properties:
      PolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Sid: A
            Effect: Deny
            Action: s3:*
            Resource: '*'
Outputs:
  A:
    Value: 1
";
        assert_eq!(write(&value), text);
    }

    #[test]
    fn texts_of_several_lines_are_blocks() {
        let value = json!({
            "a": "one\ntwo", "b": "one\ntwo\n", "c": "one\n\n two\n\n", "d": " one\ntwo",
            "e": "one\r\ntwo", "f": "one\n", "g": "one\n \ntwo",
        });
        let text = "\
a: |-
  one
  two
b: |
  one
  two
c: |+
  one

   two

d: |2-
   one
  two
e: \"one\\r\\ntwo\"
f: \"one\\n\"
g: \"one\\n \\ntwo\"
";
        assert_eq!(write(&value), text);
    }

    #[test]
    fn json_texts_are_structures() {
        let value = json!({
            "a": "{\"rules\":[{\"count\":20,\"of\":\"1\"}]}",
            "b": "{\"rules\": [{\"count\": 20, \"of\": \"1\"}]}",
            "c": { "Fn::Sub": "{\"region\":\"${AWS::Region}\"}" },
        });
        let text = "\
a: !Json
  rules:
    - count: 20
      of: '1'
b: '{\"rules\": [{\"count\": 20, \"of\": \"1\"}]}'
c:
  Fn::Sub: !Json
    region: ${AWS::Region}
";
        assert_eq!(write(&value), text);
    }
}
