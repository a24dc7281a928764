//! Reads a table key by key, and knows at the end which keys nobody asked for.

use std::str::FromStr;

use super::findings::{Finding, Findings};
use super::node::{Entries, Node, Value};
use super::source::Span;
use super::{Invalid, nearest};

/// A table that is being read.
pub(crate) struct Reader<'n> {
    /// What errors call the table; empty for a file's own.
    path: String,
    span: Span,
    entries: &'n Entries,
    known: Vec<&'static str>,
}

impl<'n> Reader<'n> {
    /// Begins to read; a node that is no table is a finding.
    pub(crate) fn new(path: &str, node: &'n Node, findings: &mut Findings) -> Option<Self> {
        match &node.value {
            Value::Table(entries) => {
                let path = path.to_owned();
                Some(Self {
                    path,
                    span: node.span,
                    entries,
                    known: Vec::new(),
                })
            }
            _ => {
                let invalid = mismatch("a table", node);
                findings.push(Finding::invalid(node.span, path, &invalid));
                None
            }
        }
    }

    /// What errors call this key.
    pub(crate) fn key_path(&self, key: &str) -> String {
        if self.path.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.path)
        }
    }

    /// The place of a key's value, or of the table while there is none.
    pub(crate) fn place(&self, key: &str) -> Span {
        self.entries
            .get(key)
            .map_or(self.span, |entry| entry.node.span)
    }

    /// Whether the key is there.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    fn find(&mut self, key: &'static str) -> Option<&'n Node> {
        self.known.push(key);
        self.entries.get(key).map(|entry| &entry.node)
    }

    /// A value that must be there. The example is shown when it is not.
    pub(crate) fn required<T>(
        &mut self,
        findings: &mut Findings,
        key: &'static str,
        example: &str,
        read: impl FnOnce(&Node) -> Result<T, Invalid>,
    ) -> Option<T> {
        match self.find(key) {
            Some(node) => self.value(findings, key, node, read),
            None => {
                self.missing(findings, key, &format!("for example `{key} = {example}`"));
                None
            }
        }
    }

    /// A value that may be missing. The outer option is none when it is there but refused.
    #[expect(
        clippy::option_option,
        reason = "absent and refused are different answers"
    )]
    pub(crate) fn optional<T>(
        &mut self,
        findings: &mut Findings,
        key: &'static str,
        read: impl FnOnce(&Node) -> Result<T, Invalid>,
    ) -> Option<Option<T>> {
        match self.find(key) {
            Some(node) => self.value(findings, key, node, read).map(Some),
            None => Some(None),
        }
    }

    /// A table that must be there.
    pub(crate) fn table(
        &mut self,
        findings: &mut Findings,
        key: &'static str,
    ) -> Option<Reader<'n>> {
        match self.find(key) {
            Some(node) => Reader::new(&self.key_path(key), node, findings),
            None => {
                let help = format!("add a table `[{}]`", self.key_path(key));
                self.missing(findings, key, &help);
                None
            }
        }
    }

    /// A table that may be missing. The outer option is none when it is there but no table.
    #[expect(
        clippy::option_option,
        reason = "absent and refused are different answers"
    )]
    pub(crate) fn optional_table(
        &mut self,
        findings: &mut Findings,
        key: &'static str,
    ) -> Option<Option<Reader<'n>>> {
        match self.find(key) {
            Some(node) => Reader::new(&self.key_path(key), node, findings).map(Some),
            None => Some(None),
        }
    }

    /// All entries of a table whose keys are not fixed.
    pub(crate) fn entries(&self) -> &'n Entries {
        self.entries
    }

    /// Reports every key that nobody asked for.
    pub(crate) fn finish(self, findings: &mut Findings) {
        for (name, entry) in self.entries {
            if self.known.contains(&name.as_str()) {
                continue;
            }
            let finding = Finding::new(
                entry.key,
                format!("unknown key {}{}", code(name), self.inside()),
            );
            let finding = match nearest(name, self.known.iter().copied()) {
                Some(near) => finding.help(format!("did you mean `{near}`?")),
                None => finding,
            };
            let mut known: Vec<String> = self.known.iter().map(|key| format!("`{key}`")).collect();
            known.sort();
            known.dedup();
            findings.push(finding.help(format!("allowed are {}", known.join(", "))));
        }
    }

    fn inside(&self) -> String {
        if self.path.is_empty() {
            String::new()
        } else {
            format!(" in `[{}]`", self.path)
        }
    }

    fn missing(&self, findings: &mut Findings, key: &str, help: &str) {
        // The span of a file's own table is the whole file: its beginning says enough.
        let start = self.span;
        let span = if self.path.is_empty() {
            Span {
                end: start.start,
                ..start
            }
        } else {
            start
        };
        let message = format!("missing key `{key}`{}", self.inside());
        findings.push(Finding::new(span, message).help(help));
    }

    fn value<T>(
        &self,
        findings: &mut Findings,
        key: &str,
        node: &Node,
        read: impl FnOnce(&Node) -> Result<T, Invalid>,
    ) -> Option<T> {
        read(node)
            .map_err(|invalid| {
                findings.push(Finding::invalid(node.span, &self.key_path(key), &invalid));
            })
            .ok()
    }
}

/// A key as messages show it: a strange one in quotes.
fn code(name: &str) -> String {
    let bare = name
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    if bare && (1..=60).contains(&name.len()) {
        format!("`{name}`")
    } else {
        super::quoted(name)
    }
}

fn mismatch(expected: &str, node: &Node) -> Invalid {
    Invalid::new(format!("expected {expected}, found {}", node.describe()))
}

/// Text, as it is.
pub(crate) fn text(node: &Node) -> Result<&str, Invalid> {
    match &node.value {
        Value::Text(text) => Ok(text),
        _ => Err(mismatch("a string", node)),
    }
}

/// Text of a certain shape.
pub(crate) fn parsed<T: FromStr<Err = Invalid>>(node: &Node) -> Result<T, Invalid> {
    text(node)?.parse()
}

/// `true` or `false`.
pub(crate) fn boolean(node: &Node) -> Result<bool, Invalid> {
    match &node.value {
        Value::Boolean(boolean) => Ok(*boolean),
        _ => Err(mismatch("`true` or `false`", node)),
    }
}

/// A number within a range.
pub(crate) fn number(
    range: std::ops::RangeInclusive<u32>,
) -> impl FnOnce(&Node) -> Result<u32, Invalid> {
    move |node| {
        let Value::Integer(integer) = node.value else {
            return Err(mismatch("an integer", node));
        };
        u32::try_from(integer)
            .ok()
            .filter(|number| range.contains(number))
            .ok_or_else(|| {
                Invalid::new(format!(
                    "expected {} to {}, found {integer}",
                    range.start(),
                    range.end()
                ))
            })
    }
}

/// A list, read item by item; the first refused item is the list's error.
pub(crate) fn list<T>(
    node: &Node,
    read: impl Fn(&Node) -> Result<T, Invalid>,
) -> Result<Vec<T>, Invalid> {
    match &node.value {
        Value::List(items) => items.iter().map(read).collect(),
        _ => Err(mismatch("a list", node)),
    }
}

/// A list of different items, sorted.
pub(crate) fn distinct<T: Ord + AsRef<str>>(
    node: &Node,
    read: impl Fn(&Node) -> Result<T, Invalid>,
) -> Result<Vec<T>, Invalid> {
    let mut items = list(node, read)?;
    items.sort();
    match items
        .windows(2)
        .find(|pair| matches!(pair, [one, other] if one == other))
    {
        Some([twice, ..]) => Err(Invalid::new(format!(
            "{} is given twice",
            super::quoted(twice.as_ref())
        ))),
        _ => Ok(items),
    }
}
