//! YAML as CloudFormation takes it.
//!
//! Short forms become the functions that they stand for. Of a key that is there twice, the last value counts, as in JSON
//! (<https://github.com/go-to-k/cdk-real-drift/issues/1074>). Aliases are refused
//! (<https://github.com/seeebiii/aws-cloudformation-templates/issues/1>), so a document is no larger than its text.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html>

use serde_json::{Map, Value};
use yaml_rust2::parser::{Event, Parser, Tag};
use yaml_rust2::scanner::{Marker, ScanError, TScalarStyle};

use super::scalar::resolve;
use super::write::JSON_TAG;

/// How deep values may be nested: as deep as `serde_json` reads JSON. A short form is a level of its own.
pub const MAX_DEPTH: usize = 127;

/// Functions that have a short form, without `Fn::`.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html>, and those of
/// rules: <https://github.com/aws-quickstart/quickstart-drupal/issues/23>
const FUNCTIONS: [&str; 25] = [
    "And",
    "Base64",
    "Cidr",
    "Contains",
    "EachMemberEquals",
    "EachMemberIn",
    "Equals",
    "FindInMap",
    "ForEach",
    "GetAZs",
    "GetAtt",
    "GetStackOutput",
    "If",
    "ImportValue",
    "Join",
    "Length",
    "Not",
    "Or",
    "RefAll",
    "Select",
    "Split",
    "Sub",
    "ToJsonString",
    "Transform",
    "ValueOf",
];

/// What YAML's own tags begin with.
const YAML_TAG: &str = "tag:yaml.org,2002:";

/// The refusal of a text, with its place. Lines and columns begin at 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum YamlError {
    /// The text is not YAML, or not YAML that CloudFormation takes.
    #[error("{problem} (line {line}, column {column})")]
    Malformed {
        /// What is wrong.
        problem: String,
        /// From 1.
        line: usize,
        /// In characters, from 1.
        column: usize,
    },
    /// There is an alias: `*name`.
    #[error("YAML aliases are not allowed (line {line}, column {column})")]
    Alias {
        /// From 1.
        line: usize,
        /// In characters, from 1.
        column: usize,
    },
}

/// The one document of a text.
///
/// ```
/// let yaml = "Value: !Sub ${AWS::StackName}-a\nCidr: !GetAtt Vpc.CidrBlock\n";
/// assert_eq!(cloudformation::yaml::read(yaml)?, serde_json::json!({
///     "Value": { "Fn::Sub": "${AWS::StackName}-a" },
///     "Cidr": { "Fn::GetAtt": ["Vpc", "CidrBlock"] },
/// }));
/// # Ok::<(), cloudformation::yaml::YamlError>(())
/// ```
///
/// # Errors
/// When the text is not YAML, has several documents, an alias, a tag that is no function's, or is nested too deep.
pub fn read(text: &str) -> Result<Value, YamlError> {
    Reader::default().read(text)
}

/// What [`super::write`] made of a value: `!Json` is the text of the structure behind it.
///
/// # Errors
/// Those of [`read`].
pub fn read_written(text: &str) -> Result<Value, YamlError> {
    let reader = Reader {
        has_json_tag: true,
        ..Reader::default()
    };
    reader.read(text)
}

#[derive(Default)]
struct Reader {
    has_json_tag: bool,
    open: Vec<Open>,
    /// Levels that are open, those of short forms included.
    depth: usize,
    document: Option<Value>,
}

/// A collection whose end is not read yet.
struct Open {
    content: Content,
    tag: Option<Tag>,
    start: Marker,
}

enum Content {
    Sequence(Vec<Value>),
    /// The entries, and the key whose value comes next.
    Mapping(Map<String, Value>, Option<String>),
}

impl Reader {
    fn read(mut self, text: &str) -> Result<Value, YamlError> {
        let mut parser = Parser::new_from_str(text.strip_prefix('\u{feff}').unwrap_or(text));
        // Not `load`, which is recursive.
        loop {
            let (event, at) = parser.next_token().map_err(|error| not_yaml(&error))?;
            if event == Event::StreamEnd {
                return Ok(self.document.unwrap_or_default());
            }
            self.event(event, at)?;
        }
    }

    fn event(&mut self, event: Event, at: Marker) -> Result<(), YamlError> {
        match event {
            Event::DocumentStart if self.document.is_some() => {
                Err(malformed("a template is one document", at))
            }
            Event::SequenceStart(_, tag) => self.open(Content::Sequence(Vec::new()), tag, at),
            Event::MappingStart(_, tag) => self.open(Content::Mapping(Map::new(), None), tag, at),
            Event::SequenceEnd | Event::MappingEnd => {
                let Some(open) = self.open.pop() else {
                    return Err(malformed("a collection ends that did not begin", at));
                };
                self.depth = self.depth.saturating_sub(levels(open.tag.as_ref()));
                let value = match open.content {
                    Content::Sequence(items) => Value::Array(items),
                    Content::Mapping(entries, _) => Value::Object(entries),
                };
                let value = match &open.tag {
                    None => value,
                    Some(tag) => self.collection(value, tag, open.start)?,
                };
                self.add(value, at)
            }
            Event::Scalar(text, style, _, tag) => self.scalar(text, style, tag.as_ref(), at),
            Event::Alias(_) => Err(YamlError::Alias {
                line: at.line(),
                column: at.col() + 1,
            }),
            _ => Ok(()),
        }
    }

    fn open(&mut self, content: Content, tag: Option<Tag>, at: Marker) -> Result<(), YamlError> {
        self.depth += levels(tag.as_ref());
        if self.depth > MAX_DEPTH {
            return Err(malformed("values are nested too deep", at));
        }
        if self.is_key_next() {
            return Err(malformed("a key is a text", at));
        }
        self.open.push(Open {
            content,
            tag,
            start: at,
        });
        Ok(())
    }

    fn scalar(
        &mut self,
        text: String,
        style: TScalarStyle,
        tag: Option<&Tag>,
        at: Marker,
    ) -> Result<(), YamlError> {
        let is_plain = style == TScalarStyle::Plain;
        if self.is_key_next() {
            let is_text = tag.is_none_or(|tag| full(tag) == format!("{YAML_TAG}str"));
            if !is_text || (is_plain && text.is_empty()) {
                return Err(malformed("a key is a text", at));
            }
            return self.add(Value::String(text), at);
        }
        let value = match tag {
            None if is_plain => resolve(text),
            None => Value::String(text),
            Some(tag) => {
                if self.depth >= MAX_DEPTH {
                    return Err(malformed("values are nested too deep", at));
                }
                self.tagged_scalar(text, tag, at)?
            }
        };
        self.add(value, at)
    }

    fn is_key_next(&self) -> bool {
        matches!(
            self.open.last().map(|open| &open.content),
            Some(Content::Mapping(_, None))
        )
    }

    fn add(&mut self, value: Value, at: Marker) -> Result<(), YamlError> {
        match self.open.last_mut().map(|open| &mut open.content) {
            None => self.document = Some(value),
            Some(Content::Sequence(items)) => items.push(value),
            Some(Content::Mapping(entries, key)) => match (key.take(), value) {
                (Some(key), value) => {
                    entries.insert(key, value);
                }
                (None, Value::String(text)) => *key = Some(text),
                (None, _) => return Err(malformed("a key is a text", at)),
            },
        }
        Ok(())
    }

    /// The value of a scalar with a tag. Behind a function's, it is a text: `!Ref 1`.
    fn tagged_scalar(&self, text: String, tag: &Tag, at: Marker) -> Result<Value, YamlError> {
        let full = full(tag);
        let Some(kind) = full.strip_prefix(YAML_TAG) else {
            // The tag for what a quoted scalar is.
            if full == "!" {
                return Ok(Value::String(text));
            }
            return self.function(Value::String(text), &full, at);
        };
        if kind == "str" {
            return Ok(Value::String(text));
        }
        let value = resolve(text);
        let fits = match (kind, &value) {
            ("null", Value::Null) | ("bool", Value::Bool(_)) | ("float", Value::Number(_)) => true,
            ("int", Value::Number(number)) => !number.is_f64(),
            _ => false,
        };
        if fits {
            Ok(value)
        } else {
            Err(malformed(
                &format!("the tag !!{kind} is not supported here"),
                at,
            ))
        }
    }

    fn collection(&self, value: Value, tag: &Tag, at: Marker) -> Result<Value, YamlError> {
        let full = full(tag);
        match (full.strip_prefix(YAML_TAG), &value) {
            (Some("seq"), Value::Array(_)) | (Some("map"), Value::Object(_)) => Ok(value),
            (Some(kind), _) => {
                let problem = format!("the tag !!{kind} is not supported here");
                Err(malformed(&problem, at))
            }
            (None, _) => self.function(value, &full, at),
        }
    }

    /// The function whose short form a tag is.
    fn function(&self, argument: Value, tag: &str, at: Marker) -> Result<Value, YamlError> {
        if self.has_json_tag && tag == JSON_TAG {
            return Ok(argument.to_string().into());
        }
        let (name, argument) = match (tag.strip_prefix('!'), argument) {
            (Some(name @ ("Ref" | "Condition")), argument) => (name.to_owned(), argument),
            (Some("GetAtt"), Value::String(text)) => {
                let argument = match text.split_once('.') {
                    Some((resource, attribute)) => {
                        Value::Array([resource, attribute].map(Value::from).to_vec())
                    }
                    // Not of the function's form: the checks of a template say so.
                    None => Value::String(text),
                };
                ("Fn::GetAtt".to_owned(), argument)
            }
            (Some(name), argument) if FUNCTIONS.contains(&name) => {
                (format!("Fn::{name}"), argument)
            }
            _ => {
                let problem = format!("the tag {tag} is not the short form of a function");
                return Err(malformed(&problem, at));
            }
        };
        Ok(Value::Object(Map::from_iter([(name, argument)])))
    }
}

/// The levels of a collection, or of a function and its argument.
fn levels(tag: Option<&Tag>) -> usize {
    if tag.is_some() { 2 } else { 1 }
}

fn full(tag: &Tag) -> String {
    format!("{}{}", tag.handle, tag.suffix)
}

fn malformed(problem: &str, at: Marker) -> YamlError {
    YamlError::Malformed {
        problem: problem.to_owned(),
        line: at.line(),
        column: at.col() + 1,
    }
}

fn not_yaml(error: &ScanError) -> YamlError {
    malformed(error.info(), *error.marker())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn refused(text: &str, line: usize, column: usize) -> String {
        match read(text) {
            Err(YamlError::Malformed {
                problem,
                line: at_line,
                column: at_column,
            }) => {
                assert_eq!((at_line, at_column), (line, column), "{text}: {problem}");
                problem
            }
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn every_function_has_a_short_form() {
        for (text, value) in [
            ("!Ref A", json!({ "Ref": "A" })),
            ("!Ref 'AWS::Region'", json!({ "Ref": "AWS::Region" })),
            ("!Ref 1", json!({ "Ref": "1" })),
            ("!Condition A", json!({ "Condition": "A" })),
            ("!GetAtt A.B", json!({ "Fn::GetAtt": ["A", "B"] })),
            ("!GetAtt A.B.C", json!({ "Fn::GetAtt": ["A", "B.C"] })),
            ("!GetAtt [A, B]", json!({ "Fn::GetAtt": ["A", "B"] })),
            (
                "!GetAtt [A, !Ref B]",
                json!({ "Fn::GetAtt": ["A", { "Ref": "B" }] }),
            ),
            ("!GetAtt A", json!({ "Fn::GetAtt": "A" })),
            ("!Sub '${A}'", json!({ "Fn::Sub": "${A}" })),
            ("!Sub 10", json!({ "Fn::Sub": "10" })),
            (
                "!Sub ['${A}', {A: !Ref B}]",
                json!({ "Fn::Sub": ["${A}", { "A": { "Ref": "B" } }] }),
            ),
            ("!Sub |\n  a\n  b\n", json!({ "Fn::Sub": "a\nb\n" })),
            ("!Sub >-\n  a\n  b\n", json!({ "Fn::Sub": "a b" })),
            (
                "!Join [',', [a, 1]]",
                json!({ "Fn::Join": [",", ["a", 1]] }),
            ),
            ("!Join\n- ''\n- - a\n", json!({ "Fn::Join": ["", ["a"]] })),
            (
                "!If [A, 1, !Ref AWS::NoValue]",
                json!({ "Fn::If": ["A", 1, { "Ref": "AWS::NoValue" }] }),
            ),
            ("!Base64 text", json!({ "Fn::Base64": "text" })),
            (
                "!Cidr [10.0.0.0/16, 2, 8]",
                json!({ "Fn::Cidr": ["10.0.0.0/16", 2, 8] }),
            ),
            (
                "!FindInMap [A, b, c]",
                json!({ "Fn::FindInMap": ["A", "b", "c"] }),
            ),
            ("!GetAZs ''", json!({ "Fn::GetAZs": "" })),
            ("!GetAZs", json!({ "Fn::GetAZs": "" })),
            ("!ImportValue a-b", json!({ "Fn::ImportValue": "a-b" })),
            (
                "!ImportValue {Fn::Sub: a}",
                json!({ "Fn::ImportValue": { "Fn::Sub": "a" } }),
            ),
            (
                "!Select [0, !GetAZs '']",
                json!({ "Fn::Select": [0, { "Fn::GetAZs": "" }] }),
            ),
            ("!Split [',', a]", json!({ "Fn::Split": [",", "a"] })),
            (
                "!And [!Equals [a, b], !Not [!Condition A], !Or [{Condition: B}, !Condition C]]",
                json!({ "Fn::And": [
                    { "Fn::Equals": ["a", "b"] },
                    { "Fn::Not": [{ "Condition": "A" }] },
                    { "Fn::Or": [{ "Condition": "B" }, { "Condition": "C" }] },
                ] }),
            ),
            (
                "!Contains [[a], a]",
                json!({ "Fn::Contains": [["a"], "a"] }),
            ),
            ("!Length [a]", json!({ "Fn::Length": ["a"] })),
            (
                "!Transform {Name: A}",
                json!({ "Fn::Transform": { "Name": "A" } }),
            ),
        ] {
            assert_eq!(read(text), Ok(value), "{text}");
        }
    }

    #[test]
    fn tags_of_yaml_are_read_and_others_refused() {
        let text =
            "a: !!str 010\nb: !!int 010\nc: !!bool yes\nd: !!seq [1]\ne: !!map {}\nf: ! 010\n";
        let value = json!({ "a": "010", "b": 8, "c": true, "d": [1], "e": {}, "f": "010" });
        assert_eq!(read(text), Ok(value));
        assert_eq!(
            refused("a:\n  b: !Foo c\n", 2, 11),
            "the tag !Foo is not the short form of a function"
        );
        refused("a: !Foo\n  b: c\n", 2, 4);
        refused("a: !!binary aGk=\n", 1, 13);
        refused("a: !!timestamp 2001-12-14\n", 1, 16);
        refused("a: !!set {a}\n", 1, 10);
        refused("a: !!int b\n", 1, 10);
        // A short form can't stand directly behind another one.
        assert!(read("a: !Base64 !Sub b\n").is_err());
        assert!(read("a: !Json {}\n").is_err());
    }

    #[test]
    fn a_document_is_one_mapping_of_texts_without_aliases() {
        assert_eq!(read("a: 1\nb: 2\na: 3\n"), Ok(json!({ "a": 3, "b": 2 })));
        assert_eq!(read("\u{feff}---\na: &b 1\n...\n"), Ok(json!({ "a": 1 })));
        assert_eq!(
            read("a: b\r\nc: |\r\n  d\r\n"),
            Ok(json!({ "a": "b", "c": "d\n" }))
        );
        assert_eq!(
            read("111122223333: a\nyes: b\n1.10: c\n"),
            Ok(json!({
                "111122223333": "a", "yes": "b", "1.10": "c"
            }))
        );
        assert_eq!(read("# a comment\n"), Ok(json!(null)));
        assert_eq!(
            read("a: &b [1]\nc: *b\n"),
            Err(YamlError::Alias { line: 2, column: 4 })
        );
        refused("a: 1\n---\nb: 2\n", 2, 1);
        refused("? [a]\n: b\n", 1, 3);
        refused("? !Ref a\n: b\n", 1, 8);
        refused(": b\n", 1, 1);
    }

    #[test]
    fn what_is_not_yaml_is_refused_at_its_place() {
        refused("a: b: c\n", 1, 5);
        refused("a:\n\tb: c\n", 2, 2);
        refused("a: [1\nb: 2\n", 2, 2);
        refused("a: 'b\n", 1, 4);
        refused("a: *\n", 1, 4);
        refused("a: @b\n", 1, 4);
        refused("a: b\n c: d\n", 2, 3);
    }

    #[test]
    fn depth_is_bounded() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(read(&nested(MAX_DEPTH)).is_ok());
        assert!(read(&nested(MAX_DEPTH + 1)).is_err());
        assert!(serde_json::from_str::<Value>(&nested(MAX_DEPTH)).is_ok());
        assert!(serde_json::from_str::<Value>(&nested(MAX_DEPTH + 1)).is_err());
        for deep in ["- ", "? ", "!Not [", "{a: "] {
            assert!(read(&deep.repeat(20_000)).is_err(), "{deep}");
        }
    }
}
