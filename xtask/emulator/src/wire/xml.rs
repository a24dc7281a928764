//! Writes XML, indented as CloudFormation's is.

use std::fmt::{Display, Write as _};

use crate::api::Time;
use crate::text::timestamp;

/// A document that is being written.
pub(super) struct Xml {
    text: String,
    depth: usize,
}

impl Xml {
    /// A whole document.
    pub(super) fn document(root: &str, namespace: &str, content: impl FnOnce(&mut Self)) -> String {
        let mut xml = Self {
            text: format!("<{root} xmlns=\"{namespace}\">\n"),
            depth: 1,
        };
        content(&mut xml);
        let _ = writeln!(xml.text, "</{root}>");
        xml.text
    }

    /// An element with a text.
    pub(super) fn text(&mut self, name: &str, text: &str) {
        self.indent();
        let _ = write!(self.text, "<{name}>");
        self.escaped(text);
        let _ = writeln!(self.text, "</{name}>");
    }

    /// An element with a text, if there is one.
    pub(super) fn optional(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.text(name, text);
        }
    }

    /// An element with a number or a boolean.
    pub(super) fn value(&mut self, name: &str, value: impl Display) {
        self.indent();
        let _ = writeln!(self.text, "<{name}>{value}</{name}>");
    }

    /// An element with a point in time.
    pub(super) fn time(&mut self, name: &str, time: Time) {
        self.value(name, timestamp(time));
    }

    /// An element of elements.
    pub(super) fn nested(&mut self, name: &str, content: impl FnOnce(&mut Self)) {
        self.indent();
        let start = self.text.len();
        let _ = writeln!(self.text, "<{name}>");
        let inside = self.text.len();
        self.depth += 1;
        content(self);
        self.depth -= 1;
        if self.text.len() == inside {
            self.text.truncate(start);
            let _ = writeln!(self.text, "<{name}/>");
        } else {
            self.indent();
            let _ = writeln!(self.text, "</{name}>");
        }
    }

    /// A list; an empty element if there is nothing on it.
    pub(super) fn list<T>(
        &mut self,
        name: &str,
        items: impl IntoIterator<Item = T>,
        mut member: impl FnMut(&mut Self, T),
    ) {
        self.nested(name, |xml| {
            for item in items {
                xml.nested("member", |xml| member(xml, item));
            }
        });
    }

    /// A list of texts; an empty element if there is nothing on it.
    pub(super) fn texts<T: AsRef<str>>(&mut self, name: &str, texts: &[T]) {
        self.nested(name, |xml| {
            for text in texts {
                xml.text("member", text.as_ref());
            }
        });
    }

    fn indent(&mut self) {
        for _ in 0..self.depth {
            self.text.push_str("  ");
        }
    }

    /// A text as it is read again. A carriage return would be read as a newline, and other control
    /// characters have no place in XML 1.0 at all (<https://www.w3.org/TR/xml/#charsets>).
    fn escaped(&mut self, text: &str) {
        for character in text.chars() {
            match character {
                '&' => self.text.push_str("&amp;"),
                '<' => self.text.push_str("&lt;"),
                '>' => self.text.push_str("&gt;"),
                '\r' => self.text.push_str("&#xD;"),
                '\t' | '\n' => self.text.push(character),
                '\0'..='\x1f' | '\u{fffe}' | '\u{ffff}' => self.text.push('\u{fffd}'),
                other => self.text.push(other),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_escaped() {
        let xml = Xml::document("A", "n", |xml| xml.text("B", "<a> & \"b\"\r\n\u{1}"));
        assert_eq!(
            xml,
            "<A xmlns=\"n\">\n  <B>&lt;a&gt; &amp; \"b\"&#xD;\n\u{fffd}</B>\n</A>\n"
        );
    }

    #[test]
    fn nothing_is_an_empty_element() {
        let xml = Xml::document("A", "n", |xml| {
            xml.texts::<&str>("B", &[]);
            xml.nested("C", |_| {});
        });
        assert_eq!(xml, "<A xmlns=\"n\">\n  <B/>\n  <C/>\n</A>\n");
    }
}
