//! A reader of the YAML that `cloudformation::yaml` writes: short forms become what CloudFormation makes of them.

use serde_json::{Map, Number, Value};
use yaml_rust2::parser::{Event, MarkedEventReceiver, Parser, Tag};
use yaml_rust2::scanner::{Marker, TScalarStyle};
use yaml_rust2::yaml::Yaml;

/// The one document of a text, as JSON.
///
/// # Errors
/// When it is not YAML, or has a tag that is no function's.
pub fn read(text: &str) -> Result<Value, String> {
    let mut reader = Reader::default();
    let mut parser = Parser::new_from_str(text);
    parser
        .load(&mut reader, false)
        .map_err(|error| error.to_string())?;
    match (reader.error, reader.done) {
        (Some(error), _) => Err(error),
        (None, Some(value)) => Ok(value),
        (None, None) => Err("no document".to_owned()),
    }
}

#[derive(Default)]
struct Reader {
    open: Vec<Open>,
    done: Option<Value>,
    error: Option<String>,
}

/// A list or mapping whose end is not read yet.
enum Open {
    List(Vec<Value>, Option<Tag>),
    Mapping(Map<String, Value>, Option<String>, Option<Tag>),
}

impl MarkedEventReceiver for Reader {
    fn on_event(&mut self, event: Event, mark: Marker) {
        if self.error.is_some() {
            return;
        }
        if let Err(error) = self.event(event) {
            self.error = Some(format!("line {}: {error}", mark.line()));
        }
    }
}

impl Reader {
    fn event(&mut self, event: Event) -> Result<(), String> {
        match event {
            Event::SequenceStart(_, tag) => self.open.push(Open::List(Vec::new(), tag)),
            Event::MappingStart(_, tag) => {
                self.open.push(Open::Mapping(Map::new(), None, tag));
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let (value, tag) = match self.open.pop() {
                    Some(Open::List(items, tag)) => (Value::Array(items), tag),
                    Some(Open::Mapping(entries, _, tag)) => (Value::Object(entries), tag),
                    None => return Err("an end without a beginning".to_owned()),
                };
                self.add(tagged(value, tag.as_ref())?)?;
            }
            Event::Scalar(text, style, _, tag) => {
                let is_key = matches!(self.open.last(), Some(Open::Mapping(_, None, _)));
                let value = match &tag {
                    None if style == TScalarStyle::Plain && !is_key => resolved(text)?,
                    _ => Value::String(text),
                };
                self.add(tagged(value, tag.as_ref())?)?;
            }
            Event::Alias(_) => return Err("an alias".to_owned()),
            _ => {}
        }
        Ok(())
    }

    fn add(&mut self, value: Value) -> Result<(), String> {
        match self.open.last_mut() {
            None => self.done = Some(value),
            Some(Open::List(items, _)) => items.push(value),
            Some(Open::Mapping(entries, key, _)) => match key.take() {
                Some(key) => {
                    if entries.insert(key.clone(), value).is_some() {
                        return Err(format!("`{key}` twice"));
                    }
                }
                None => match value {
                    Value::String(text) => *key = Some(text),
                    other => return Err(format!("the key {other}")),
                },
            },
        }
        Ok(())
    }
}

/// A plain scalar by YAML's rules.
fn resolved(text: String) -> Result<Value, String> {
    Ok(match Yaml::from_str(&text) {
        Yaml::Null => Value::Null,
        Yaml::Boolean(value) => value.into(),
        Yaml::Integer(value) => value.into(),
        Yaml::Real(value) => {
            let number: f64 = value.parse().map_err(|_| format!("the number {value}"))?;
            Number::from_f64(number).map_or(Value::Null, Value::Number)
        }
        _ => Value::String(text),
    })
}

/// The long form of a function; of `!Json`, the text.
fn tagged(value: Value, tag: Option<&Tag>) -> Result<Value, String> {
    let Some(tag) = tag else {
        return Ok(value);
    };
    if tag.handle != "!" {
        return Err(format!("the tag {}{}", tag.handle, tag.suffix));
    }
    let (name, argument) = match (tag.suffix.as_str(), value) {
        ("Json", value) => return Ok(value.to_string().into()),
        ("Ref", value) => ("Ref".to_owned(), value),
        ("GetAtt", Value::String(text)) => {
            let (resource, attribute) = text
                .split_once('.')
                .ok_or_else(|| format!("!GetAtt {text}"))?;
            let parts = [resource, attribute].map(Value::from);
            ("Fn::GetAtt".to_owned(), Value::Array(parts.to_vec()))
        }
        (name, value) => (format!("Fn::{name}"), value),
    };
    Ok(Value::Object(Map::from_iter([(name, argument)])))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn texts() -> impl Strategy<Value = String> {
        prop_oneof![
            "[ -~\n\t]{0,12}",
            "[0-9a-fxoe_.:+-]{0,6}",
            "(yes|No|~|null|TRUE|1e3|0x1f|\\.inf|- a|a: b|a #b|'|\"|!Ref a|\\[\\]|\\{\\}|\\? a)",
            "\\PC{0,6}",
            "[\r\u{85}\u{2028}\u{feff}a\n ]{0,4}",
            Just(json!({ "rules": [{ "a": "1", "b": [null, 2.5] }, "c\nd"] }).to_string()),
            Just(json!({ "rules": [{ "Ref": "a" }], "more": "words and words" }).to_string()),
        ]
    }

    fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            texts().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            any::<bool>().prop_map(Value::from),
            Just(Value::Null),
            Just(json!(0.25)),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            let function = prop_oneof![
                Just("Ref"),
                Just("Fn::Sub"),
                Just("Fn::GetAtt"),
                Just("Fn::Join"),
                Just("Fn::If"),
                Just("Fn::ImportValue"),
                Just("Fn::Base64"),
                Just("Condition"),
                Just("Fn::Transform"),
            ];
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map(texts(), inner.clone(), 0..4)
                    .prop_map(|entries| Value::Object(entries.into_iter().collect())),
                (function, inner).prop_map(|(name, value)| json!({ name: value })),
                Just(json!({ "Fn::GetAtt": ["A", "B.C"] })),
                Just(json!({ "Fn::GetAtt": ["A.B", "C"] })),
                Just(json!({ "Fn::GetAtt": ["A", "B", "C"] })),
            ]
        })
    }

    proptest! {
        /// Whatever a template holds is read back exactly.
        #[test]
        fn what_is_written_is_read_back(value in values()) {
            let text = cloudformation::yaml::write(&value);
            prop_assert_eq!(read(&text), Ok(value), "{}", text);
        }
    }

    #[test]
    fn other_tags_and_double_keys_are_refused() {
        assert!(read("a: !!int 1\n").is_err());
        assert!(read("a: 1\na: 2\n").is_err());
        assert!(read("a: &b 1\nc: *b\n").is_err());
    }
}
