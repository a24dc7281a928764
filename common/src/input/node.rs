//! A TOML document as a tree in which everything knows its place.
//!
//! Lives here: the conversion from the `toml` crate's spanned tables, and the guards that keep it
//! from overflowing the stack on input that nobody would write.

use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::findings::{Finding, Findings};
use super::source::Span;

/// A value and its place.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) span: Span,
    pub(crate) value: Value,
}

/// A value.
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

/// A dotted key makes a level per dot, which the parser doesn't limit, and a table of thousands of
/// levels can't even be dropped. Nobody writes as many dots in a line.
const MOST_DOTS: usize = 64;

/// Reads a document. Findings leave out what they are about: what is returned is what could be read.
pub(crate) fn parse(file: usize, text: &str, findings: &mut Findings) -> Option<Node> {
    let whole = Span {
        file,
        start: 0,
        end: text.len(),
    };
    if let Some(span) = dotted_line(file, text) {
        findings.push(Finding::new(
            span,
            "malformed TOML: more dots than a key can have",
        ));
        return None;
    }
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let range = error.span().unwrap_or(0..0);
        let span = Span {
            file,
            start: range.start,
            end: range.end,
        };
        findings.push(malformed(span, text, error.message()));
    }
    let root = convert_table(file, table.into_inner(), DEEPEST, findings);
    // What follows a syntax error is often misread: one error at its cause is worth more than many.
    errors.is_empty().then_some(Node {
        span: whole,
        value: Value::Table(root),
    })
}

fn malformed(span: Span, text: &str, message: &str) -> Finding {
    let message = message.trim_end().replace('\n', ", ");
    let found = text.get(span.start..span.end).unwrap_or_default();
    if message.starts_with("duplicate key") {
        return Finding::new(
            span,
            format!("malformed TOML: `{}` is given twice", found.trim()),
        )
        .help("a table and a key of a table exist once; rename or remove one of the two");
    }
    Finding::new(span, format!("malformed TOML: {message}"))
}

fn dotted_line(file: usize, text: &str) -> Option<Span> {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let end = start + line.trim_end().len();
        if line.bytes().filter(|byte| *byte == b'.').count() > MOST_DOTS {
            return Some(Span { file, start, end });
        }
        start += line.len();
    }
    None
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
            let node = convert(file, value, depth, findings)?;
            Some((key.into_inner().into_owned(), Entry { key: span, node }))
        })
        .collect()
}

fn convert(
    file: usize,
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
        DeValue::String(text) => Value::Text(text.into_owned()),
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
                .filter_map(|item| convert(file, item, deeper, findings))
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
