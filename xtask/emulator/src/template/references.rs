//! References in values.

use std::collections::BTreeSet;

use serde_json::Value;

/// The references in one or several values.
#[derive(Debug, Default)]
pub(crate) struct References {
    /// Names in `Ref` and `${…}`: parameters, resources, pseudo parameters.
    pub(crate) names: BTreeSet<String>,
    /// Names and attributes in `Fn::GetAtt` and `${….…}`.
    pub(crate) attributes: BTreeSet<(String, String)>,
    /// Conditions in `Fn::If` and `Condition`.
    pub(crate) conditions: BTreeSet<String>,
    /// Mappings in `Fn::FindInMap`.
    pub(crate) mappings: BTreeSet<String>,
    /// Arguments of `Fn::ImportValue`.
    pub(crate) imports: Vec<Value>,
    pub(crate) unknown: BTreeSet<String>,
    /// Functions with malformed arguments.
    pub(crate) malformed: Vec<String>,
}

/// The known functions except `Ref` and `Condition`.
const FUNCTIONS: &[&str] = &[
    "Fn::And",
    "Fn::Base64",
    "Fn::Cidr",
    "Fn::Equals",
    "Fn::FindInMap",
    "Fn::GetAZs",
    "Fn::GetAtt",
    "Fn::If",
    "Fn::ImportValue",
    "Fn::Join",
    "Fn::Not",
    "Fn::Or",
    "Fn::Select",
    "Fn::Split",
    "Fn::Sub",
];

/// The function and the argument of an object that is a function call.
pub(crate) fn call(value: &Value) -> Option<(&str, &Value)> {
    let Value::Object(map) = value else {
        return None;
    };
    if map.len() != 1 {
        return None;
    }
    let (name, argument) = map.iter().next()?;
    let is_call = name == "Ref"
        || name.starts_with("Fn::")
        // In policies, `Condition` is an object.
        || (name == "Condition" && argument.is_string());
    is_call.then_some((name.as_str(), argument))
}

impl References {
    pub(crate) fn of(value: &Value) -> Self {
        let mut references = Self::default();
        references.collect(value);
        references
    }

    pub(crate) fn collect(&mut self, value: &Value) {
        if let Some((function, argument)) = call(value) {
            self.collect_call(function, argument);
            return;
        }
        match value {
            Value::Object(map) => map.values().for_each(|value| self.collect(value)),
            Value::Array(items) => items.iter().for_each(|value| self.collect(value)),
            _ => {}
        }
    }

    fn collect_call(&mut self, function: &str, argument: &Value) {
        match function {
            "Ref" => {
                if let Value::String(name) = argument {
                    self.names.insert(name.clone());
                } else {
                    self.malformed.push("Ref".to_owned());
                }
            }
            "Condition" => {
                if let Value::String(name) = argument {
                    self.conditions.insert(name.clone());
                }
            }
            "Fn::GetAtt" => match attribute(argument) {
                Some((name, attribute)) => {
                    self.attributes.insert((name, attribute));
                }
                None => self.malformed.push("Fn::GetAtt".to_owned()),
            },
            "Fn::Sub" => self.collect_substitution(argument),
            _ => {
                if !FUNCTIONS.contains(&function) {
                    self.unknown.insert(function.to_owned());
                }
                if function == "Fn::ImportValue" {
                    self.imports.push(argument.clone());
                }
                if let Value::Array(items) = argument
                    && let Some(Value::String(first)) = items.first()
                {
                    match function {
                        "Fn::If" => {
                            self.conditions.insert(first.clone());
                        }
                        "Fn::FindInMap" => {
                            self.mappings.insert(first.clone());
                        }
                        _ => {}
                    }
                }
                self.collect(argument);
            }
        }
    }

    fn collect_substitution(&mut self, argument: &Value) {
        let (text, own) = match argument {
            Value::String(text) => (Some(text), None),
            Value::Array(items) => (items.first().and_then(as_text), items.get(1)),
            _ => (None, None),
        };
        let Some(text) = text else {
            self.malformed.push("Fn::Sub".to_owned());
            return;
        };
        let own = own.and_then(Value::as_object);
        if let Some(own) = own {
            own.values().for_each(|value| self.collect(value));
        }
        for piece in pieces(text) {
            let Piece::Name(name) = piece else { continue };
            if own.is_some_and(|own| own.contains_key(name)) {
                continue;
            }
            match name.split_once('.') {
                Some((resource, attribute)) => {
                    self.attributes
                        .insert((resource.to_owned(), attribute.to_owned()));
                }
                None => {
                    self.names.insert(name.to_owned());
                }
            }
        }
    }

    /// The names that may be logical ids of resources.
    pub(crate) fn resources(&self) -> impl Iterator<Item = &str> {
        self.names
            .iter()
            .map(String::as_str)
            .chain(self.attributes.iter().map(|(name, _)| name.as_str()))
    }
}

fn as_text(value: &Value) -> Option<&String> {
    match value {
        Value::String(text) => Some(text),
        _ => None,
    }
}

/// The logical id and the attribute of `Fn::GetAtt`, in either form.
pub(crate) fn attribute(argument: &Value) -> Option<(String, String)> {
    match argument {
        Value::String(text) => {
            let (name, attribute) = text.split_once('.')?;
            Some((name.to_owned(), attribute.to_owned()))
        }
        Value::Array(items) => match items.as_slice() {
            [Value::String(name), Value::String(attribute)] => {
                Some((name.clone(), attribute.clone()))
            }
            _ => None,
        },
        _ => None,
    }
}

/// A piece of the text of `Fn::Sub`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    /// Literal text.
    Text(&'a str),
    /// `${…}`.
    Name(&'a str),
    /// `${!…}`: literal, without the exclamation mark.
    Literal(&'a str),
}

pub(crate) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        let (before, from) = rest.split_at(start);
        let inside = from.get(2..).unwrap_or_default();
        let Some(end) = inside.find('}') else { break };
        if !before.is_empty() {
            pieces.push(Piece::Text(before));
        }
        let name = inside.get(..end).unwrap_or_default();
        pieces.push(match name.strip_prefix('!') {
            Some(literal) => Piece::Literal(literal),
            None => Piece::Name(name.trim()),
        });
        rest = inside.get(end + 1..).unwrap_or_default();
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest));
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_where_something_is_put_in() {
        assert_eq!(
            pieces("a${B}c${!D}${E.F}"),
            [
                Piece::Text("a"),
                Piece::Name("B"),
                Piece::Text("c"),
                Piece::Literal("D"),
                Piece::Name("E.F"),
            ]
        );
        assert_eq!(pieces("open ${end"), [Piece::Text("open ${end")]);
    }

    #[test]
    fn references_are_found_wherever_they_are() {
        let value = serde_json::json!({
            "A": {"Ref": "One"},
            "B": [{"Fn::GetAtt": ["Two", "Arn"]}, {"Fn::GetAtt": "Three.Endpoint.Port"}],
            "C": {"Fn::Sub": ["${Own}-${Four}-${Five.Arn}", {"Own": {"Ref": "Six"}}]},
            "D": {"Fn::If": ["Big", {"Fn::ImportValue": "x"}, {"Ref": "AWS::NoValue"}]},
            // A policy's condition is no function call.
            "E": {"Condition": {"StringEquals": {"a": "b"}}},
        });
        let references = References::of(&value);
        let resources: BTreeSet<&str> = references.resources().collect();
        assert_eq!(
            resources.into_iter().collect::<Vec<_>>(),
            ["AWS::NoValue", "Five", "Four", "One", "Six", "Three", "Two"]
        );
        assert_eq!(references.conditions.len(), 1);
        assert_eq!(references.imports, ["x"]);
    }
}
