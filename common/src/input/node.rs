//! A TOML document as a tree whose nodes have their place in the file.
//!
//! Lives here: the conversion from the `toml` crate's spanned tables.

use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::dots::dotted_line;
use super::findings::{Finding, Findings};
use super::source::Span;

/// A value and its place.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) span: Span,
    pub(crate) value: Value,
}

#[derive(Debug, Clone)]
pub(crate) enum Value {
    Text(String),
    Integer(i64),
    Boolean(bool),
    List(Vec<Node>),
    Table(Entries),
    /// What no key here takes, by the name of its type.
    Other(&'static str),
}

/// The keys of a table, with their places.
pub(crate) type Entries = BTreeMap<String, Entry>;

/// A key's place and its value.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) key: Span,
    pub(crate) node: Node,
}

/// The deepest tables of the inputs (`web.overrides.staging.ingress.host`) have five levels.
const DEEPEST: usize = 16;

/// Reads a document; `table_noun` is what a table at its top stands for. What is nested too deeply
/// is reported and left out.
pub(crate) fn parse(
    file: usize,
    text: &str,
    table_noun: &str,
    findings: &mut Findings,
) -> Option<Node> {
    let whole = Span {
        file,
        start: 0,
        end: text.len(),
    };
    if let Some(span) = dotted_line(file, text) {
        findings.push(Finding::new(
            span,
            "malformed TOML: too many dots in one line",
        ));
        return None;
    }
    let (table, errors) = DeTable::parse_recoverable(text);
    // What follows a syntax error is often misread: the first is worth more than all.
    if let Some(error) = errors.first() {
        let range = error.span().unwrap_or(0..0);
        let span = Span {
            file,
            start: range.start,
            end: range.end,
        };
        findings.push(malformed(span, text, error, table_noun));
        return None;
    }
    let root = convert_table(file, table.into_inner(), DEEPEST, findings);
    Some(Node {
        span: whole,
        value: Value::Table(root),
    })
}

fn malformed(span: Span, text: &str, error: &toml::de::Error, table_noun: &str) -> Finding {
    let message = error.message().trim_end().replace('\n', ", ");
    let found = text.get(span.start..span.end).unwrap_or_default().trim();
    if !message.starts_with("duplicate key") || found.is_empty() {
        return Finding::new(span, format!("malformed TOML: {message}"));
    }
    let header = format!("[{found}]");
    let before = text.get(..span.start).unwrap_or_default();
    let line = before.rfind('\n').map_or(0, |at| at + 1);
    if !text.get(line..).unwrap_or_default().starts_with(&header) {
        return Finding::new(span, format!("duplicate key `{found}`"))
            .help("a table has each key once; remove one of the two");
    }
    let finding = Finding::new(span, format!("duplicate {table_noun} `{found}`"))
        .help("rename or remove one of the two");
    match before.find(&format!("\n{header}")) {
        Some(at) => {
            let start = at + 2;
            finding.note(
                "the first is",
                Span {
                    start,
                    end: start + found.len(),
                    ..span
                },
            )
        }
        None => finding,
    }
}

fn convert_table(
    file: usize,
    table: DeTable<'_>,
    depth: usize,
    findings: &mut Findings,
) -> Entries {
    table
        .into_iter()
        .filter_map(|(key, value)| {
            let span = span_of(file, &key);
            let key = key.into_inner().into_owned();
            refuse_dynamic_reference(&key, &key, span, findings);
            let node = convert(file, &key, value, depth, findings)?;
            Some((key, Entry { key: span, node }))
        })
        .collect()
}

/// A dynamic reference, which CloudFormation would replace while deploying: its value would stand in
/// the resource in plain text, and the author of the input could read everything that the deployment may read.
/// It is one wherever it stands in a text. Spellings that CloudFormation may not take today are
/// refused with those that it does.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html>
fn refuse_dynamic_reference(text: &str, key: &str, span: Span, findings: &mut Findings) {
    if !has_dynamic_reference(text) {
        return;
    }
    let message = format!(
        "invalid `{key}`: CloudFormation would replace `{{{{resolve:…}}}}` with a value from another \
         service, in plain text"
    );
    findings.push(
        Finding::new(span, message)
            .help("declare a confidential value in the application's `secrets`")
            .help("write any other value literally"),
    );
}

fn has_dynamic_reference(text: &str) -> bool {
    text.match_indices("{{").any(|(at, braces)| {
        let inside = text.get(at + braces.len()..).unwrap_or_default();
        // Of three braces the last two begin it.
        let inside = inside.trim_start_matches('{').trim_start();
        let word = inside.get(..7).unwrap_or_default();
        let rest = inside.get(7..).unwrap_or_default();
        word.eq_ignore_ascii_case("resolve") && rest.trim_start().starts_with(':')
    })
}

fn convert(
    file: usize,
    key: &str,
    value: Spanned<DeValue<'_>>,
    depth: usize,
    findings: &mut Findings,
) -> Option<Node> {
    let span = span_of(file, &value);
    let Some(deeper) = depth.checked_sub(1) else {
        findings.push(Finding::new(span, "malformed TOML: nested too deeply"));
        return None;
    };
    let value = match value.into_inner() {
        DeValue::String(text) => {
            refuse_dynamic_reference(&text, key, span, findings);
            Value::Text(text.into_owned())
        }
        DeValue::Integer(digits) => match i64::from_str_radix(digits.as_str(), digits.radix()) {
            Ok(integer) => Value::Integer(integer),
            Err(_) => Value::Other("an integer of more than 64 bits"),
        },
        DeValue::Float(_) => Value::Other("a float"),
        DeValue::Boolean(boolean) => Value::Boolean(boolean),
        DeValue::Datetime(_) => Value::Other("a date or time"),
        DeValue::Array(array) => Value::List(
            array
                .into_iter()
                .filter_map(|item| convert(file, key, item, deeper, findings))
                .collect(),
        ),
        DeValue::Table(table) => Value::Table(convert_table(file, table, deeper, findings)),
    };
    Some(Node { span, value })
}

fn span_of<T>(file: usize, spanned: &Spanned<T>) -> Span {
    let range = spanned.span();
    Span {
        file,
        start: range.start,
        end: range.end,
    }
}

impl Node {
    /// The place of what this dotted path leads to, or of the nearest table on the way.
    pub(crate) fn place(&self, path: &str) -> Span {
        let mut node = self;
        for key in path.split('.') {
            match &node.value {
                Value::Table(entries) => match entries.get(key) {
                    Some(entry) => node = &entry.node,
                    None => break,
                },
                _ => break,
            }
        }
        node.span
    }

    /// The type as messages name it.
    pub(crate) fn describe(&self) -> String {
        match &self.value {
            Value::Text(text) => format!("the string {}", super::quoted(text)),
            Value::Integer(integer) => format!("the integer {integer}"),
            Value::Boolean(boolean) => format!("{boolean}"),
            Value::List(_) => "a list".to_owned(),
            Value::Table(_) => "a table".to_owned(),
            Value::Other(kind) => (*kind).to_owned(),
        }
    }
}
