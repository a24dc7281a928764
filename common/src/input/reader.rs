//! A reader of tables that reports unknown keys.

use super::findings::{Finding, Findings};
use super::node::{Entries, Node, Value};
use super::source::Span;
use super::value::mismatch;
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

    /// Reports every key that was not read.
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
