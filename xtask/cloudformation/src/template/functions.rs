//! Intrinsic functions, parsed.

use serde_json::{Map, Value};

/// A call of an intrinsic function: an object whose only member is the function.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Call<'v> {
    /// The full name: `Ref`, `Condition` or `Fn::…`.
    pub name: &'v str,
    /// The argument as it is written.
    pub argument: &'v Value,
}

/// A call with its argument taken apart, as far as others than an evaluator need it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Function<'v> {
    /// `Ref` of a resource, a parameter or a pseudo parameter.
    Ref(&'v str),
    /// `Fn::GetAtt`.
    GetAtt(GetAtt<'v>),
    /// `Fn::Sub`.
    Sub(Sub<'v>),
    /// `Fn::ImportValue`, with the name of the export: a text, or a function.
    ImportValue(&'v Value),
    /// `Condition`: the result of another condition.
    Condition(&'v str),
    /// `Fn::If`.
    If {
        /// The condition's name.
        condition: &'v str,
        /// The value where the condition is true.
        then: &'v Value,
        /// The value where it is false.
        otherwise: &'v Value,
    },
    /// `Fn::FindInMap`: the mapping, its two keys, and options.
    FindInMap(&'v [Value]),
    /// Every other function, `Fn::Join` for instance: its references are those of its argument.
    Other,
    /// One of those above with an argument that CloudFormation rejects.
    Malformed,
}

/// The resource and the attribute of `Fn::GetAtt`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GetAtt<'v> {
    /// The resource's logical id. No function may stand in its place.
    pub target: &'v str,
    /// A function may stand in its place, unlike in that of the logical id.
    pub attribute: AttributeName<'v>,
}

/// The attribute that `Fn::GetAtt` names.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum AttributeName<'v> {
    /// As written: `Arn`, `Endpoint.Address`.
    Literal(&'v str),
    /// A function, for which CloudFormation allows `Ref`.
    Computed(&'v Value),
}

/// The argument of `Fn::Sub`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sub<'v> {
    /// Unsplit, with its placeholders: `${Name}`, `${Id.Attribute}`, `${!Literal}`.
    pub text: &'v str,
    /// The variables that the call itself defines. They win over names of the template.
    pub variables: Option<&'v Map<String, Value>>,
}

/// A part of the text of `Fn::Sub`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Part<'v> {
    /// Text that stays as it is.
    Text(&'v str),
    /// `${!…}`, which stands for `${…}`: the text between the braces.
    Escaped(&'v str),
    /// A variable that the call defines.
    Variable(&'v Value),
    /// `${Name}`, which is `Ref`.
    Ref(&'v str),
    /// `${Name.Attribute}`, which is `Fn::GetAtt`.
    GetAtt {
        /// The resource's logical id.
        target: &'v str,
        /// Everything after the first dot, further dots included.
        attribute: &'v str,
    },
}

impl<'v> Call<'v> {
    /// The call that a value is; none for every other value.
    ///
    /// `Condition` is a function only with a text: in a policy statement an object of that name holds conditions.
    #[must_use]
    pub fn of(value: &'v Value) -> Option<Self> {
        let members = value.as_object().filter(|members| members.len() == 1)?;
        let (name, argument) = members.iter().next()?;
        let is_call = name == "Ref"
            || name.starts_with("Fn::")
            || (name == "Condition" && argument.is_string());
        is_call.then_some(Self { name, argument })
    }

    /// The function with its argument taken apart.
    #[must_use]
    pub fn function(self) -> Function<'v> {
        let items = self.argument.as_array().map(Vec::as_slice);
        match (self.name, self.argument, items) {
            ("Ref", Value::String(name), _) => Function::Ref(name),
            ("Condition", Value::String(name), _) => Function::Condition(name),
            ("Fn::GetAtt", argument, _) => {
                GetAtt::of(argument).map_or(Function::Malformed, Function::GetAtt)
            }
            ("Fn::Sub", argument, _) => {
                Sub::of(argument).map_or(Function::Malformed, Function::Sub)
            }
            ("Fn::ImportValue", name, _) => Function::ImportValue(name),
            ("Fn::If", _, Some([Value::String(condition), then, otherwise])) => Function::If {
                condition,
                then,
                otherwise,
            },
            ("Fn::FindInMap", _, Some(items @ [_, _, _, ..])) => Function::FindInMap(items),
            ("Ref" | "Condition" | "Fn::If" | "Fn::FindInMap", _, _) => Function::Malformed,
            _ => Function::Other,
        }
    }
}

impl<'v> Function<'v> {
    /// The function that a value calls; none where it calls none.
    #[must_use]
    pub fn of(value: &'v Value) -> Option<Self> {
        Call::of(value).map(Call::function)
    }
}

/// The logical id that a value refers to with `Ref`; none for every other value.
#[must_use]
pub fn ref_target(value: &Value) -> Option<&str> {
    match Function::of(value) {
        Some(Function::Ref(target)) => Some(target),
        _ => None,
    }
}

impl<'v> GetAtt<'v> {
    /// Reads `["Resource", "Attribute"]` or `"Resource.Attribute"`, the JSON of YAML's short form.
    ///
    /// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-getatt.html>
    #[must_use]
    pub fn of(argument: &'v Value) -> Option<Self> {
        let (target, attribute) = match argument {
            Value::String(text) => {
                let (target, attribute) = text.split_once('.')?;
                (target, AttributeName::Literal(attribute))
            }
            Value::Array(items) => match items.as_slice() {
                [Value::String(target), Value::String(attribute)] => {
                    (target.as_str(), AttributeName::Literal(attribute))
                }
                [Value::String(target), computed] if Call::of(computed).is_some() => {
                    (target.as_str(), AttributeName::Computed(computed))
                }
                _ => return None,
            },
            _ => return None,
        };
        Some(Self { target, attribute })
    }
}

impl<'v> Sub<'v> {
    /// Reads a text, or a list of a text and, optionally, variables.
    ///
    /// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-sub.html>
    #[must_use]
    pub fn of(argument: &'v Value) -> Option<Self> {
        let (text, variables) = match argument {
            Value::String(text) => (text, None),
            Value::Array(items) => match items.as_slice() {
                [Value::String(text)] => (text, None),
                [Value::String(text), Value::Object(variables)] => (text, Some(variables)),
                _ => return None,
            },
            _ => return None,
        };
        Some(Self { text, variables })
    }

    /// The text in parts, in order. An opening brace that is never closed is text.
    ///
    /// CloudFormation ignores spaces around a name, which its documentation does not say:
    /// <https://github.com/aws-cloudformation/cfn-lint/issues/236>
    #[must_use]
    pub fn parts(self) -> Vec<Part<'v>> {
        let mut parts = Vec::new();
        let mut rest = self.text;
        while let Some((before, inside)) = rest.split_once("${") {
            let Some((name, after)) = inside.split_once('}') else {
                break;
            };
            if !before.is_empty() {
                parts.push(Part::Text(before));
            }
            parts.push(self.part(name));
            rest = after;
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest));
        }
        parts
    }

    fn part(self, name: &'v str) -> Part<'v> {
        if let Some(text) = name.strip_prefix('!') {
            return Part::Escaped(text);
        }
        let name = name.trim();
        let variable = self.variables.and_then(|variables| variables.get(name));
        match (variable, name.split_once('.')) {
            (Some(value), _) => Part::Variable(value),
            (None, Some((target, attribute))) => Part::GetAtt { target, attribute },
            (None, None) => Part::Ref(name),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn is_malformed(value: &Value) -> bool {
        Function::of(value) == Some(Function::Malformed)
    }

    #[test]
    fn a_call_is_an_object_with_one_member() {
        assert!(Call::of(&json!({ "Ref": "A" })).is_some());
        assert!(Call::of(&json!({ "Fn::Join": [] })).is_some());
        assert!(Call::of(&json!({ "Condition": "Large" })).is_some());
        // A condition of a policy, a resource with a condition, and data.
        for value in [
            json!({ "Condition": { "StringEquals": {} } }),
            json!({ "Condition": "Large", "Type": "AWS::SNS::Topic" }),
            json!({ "Key": "Ref" }),
            json!({}),
            json!("Ref"),
        ] {
            assert_eq!(Call::of(&value), None, "{value}");
        }
    }

    #[test]
    fn get_att_has_two_forms_and_takes_a_function_for_the_attribute() {
        let read = |argument: &Value| {
            GetAtt::of(argument).map(|one| match one.attribute {
                AttributeName::Literal(attribute) => format!("{} {attribute}", one.target),
                AttributeName::Computed(value) => format!("{} {value}", one.target),
            })
        };
        let cases = [
            (json!(["Db", "Endpoint.Port"]), Some("Db Endpoint.Port")),
            (json!("Db.Endpoint.Port"), Some("Db Endpoint.Port")),
            (
                json!(["Db", { "Ref": "Name" }]),
                Some(r#"Db {"Ref":"Name"}"#),
            ),
            (json!("Db"), None),
            (json!(["Db"]), None),
            (json!([{ "Ref": "Db" }, "Arn"]), None),
            (json!(["Db", 1]), None),
        ];
        for (argument, expected) in cases {
            assert_eq!(read(&argument).as_deref(), expected, "{argument}");
            assert_eq!(
                is_malformed(&json!({ "Fn::GetAtt": argument })),
                expected.is_none()
            );
        }
    }

    #[test]
    fn the_text_of_sub_is_taken_apart() {
        let argument =
            json!(["a${B}c${!D}${E.F}${ G }${Own}${Own.Arn}", { "Own": { "Ref": "H" } }]);
        let sub = Sub::of(&argument).unwrap();
        assert_eq!(
            sub.parts(),
            [
                Part::Text("a"),
                Part::Ref("B"),
                Part::Text("c"),
                Part::Escaped("D"),
                Part::GetAtt {
                    target: "E",
                    attribute: "F"
                },
                Part::Ref("G"),
                Part::Variable(&json!({ "Ref": "H" })),
                Part::GetAtt {
                    target: "Own",
                    attribute: "Arn"
                },
            ]
        );
        let open = json!("open ${end");
        assert_eq!(Sub::of(&open).unwrap().parts(), [Part::Text("open ${end")]);
        let single = json!(["${A}"]);
        assert_eq!(Sub::of(&single).unwrap().parts(), [Part::Ref("A")]);
        for argument in [
            json!([]),
            json!(["a", "b"]),
            json!([{ "Ref": "A" }]),
            json!(1),
        ] {
            assert!(is_malformed(&json!({ "Fn::Sub": argument })), "{argument}");
        }
    }

    #[test]
    fn arguments_that_cloudformation_rejects_are_malformed() {
        for value in [
            json!({ "Ref": ["A"] }),
            json!({ "Fn::If": ["A", "b"] }),
            json!({ "Fn::If": [{ "Ref": "A" }, "b", "c"] }),
            json!({ "Fn::FindInMap": ["A", "b"] }),
        ] {
            assert!(is_malformed(&value), "{value}");
        }
        assert_eq!(ref_target(&json!({ "Ref": "A" })), Some("A"));
        assert_eq!(ref_target(&json!({ "Ref": "A", "Other": 1 })), None);
        let value = json!({ "Fn::Select": [0, "a"] });
        assert_eq!(Function::of(&value), Some(Function::Other));
    }
}
