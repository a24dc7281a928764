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

    /// A table that may be missing. The outer option is none when it is there but refused.
    #[expect(
        clippy::option_option,
        reason = "absent and refused are different answers"
    )]
    pub(crate) fn optional_table<T>(
        &mut self,
        findings: &mut Findings,
        key: &'static str,
        read: impl FnOnce(Reader<'n>, &mut Findings) -> Option<T>,
    ) -> Option<Option<T>> {
        match self.find(key) {
            Some(node) => {
                let table = Reader::new(&self.key_path(key), node, findings)?;
                read(table, findings).map(Some)
            }
            None => Some(None),
        }
    }

    /// Accepts a key that is read elsewhere.
    pub(crate) fn allow(&mut self, key: &'static str) {
        self.known.push(key);
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
            let mut known = self.known.clone();
            known.sort_unstable();
            let known: Vec<String> = known.iter().map(|key| format!("`{key}`")).collect();
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
        let message = format!("missing key `{key}`{}", self.inside());
        let finding = Finding::new(self.span, message).help(help);
        findings.push(if self.path.is_empty() {
            finding.of_file()
        } else {
            finding
        });
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
                let item = match &node.value {
                    Value::List(items) => invalid.item().and_then(|item| items.get(item)),
                    _ => None,
                };
                let span = item.unwrap_or(node).span;
                findings.push(Finding::invalid(span, &self.key_path(key), &invalid));
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
        Value::List(items) => items
            .iter()
            .enumerate()
            .map(|(index, item)| read(item).map_err(|invalid| invalid.at_item(index)))
            .collect(),
        _ => Err(mismatch("a list", node)),
    }
}

/// A list of different items, sorted.
pub(crate) fn distinct<T: Ord + AsRef<str>>(
    node: &Node,
    read: impl Fn(&Node) -> Result<T, Invalid>,
) -> Result<Vec<T>, Invalid> {
    let mut items = list(node, read)?;
    let twice = items
        .iter()
        .enumerate()
        .find(|(index, item)| items.iter().take(*index).any(|earlier| earlier == *item));
    if let Some((index, item)) = twice {
        let reason = format!("{} is given twice", super::quoted(item.as_ref()));
        return Err(Invalid::new(reason).at_item(index));
    }
    items.sort();
    Ok(items)
}
