//! XML answers: elements by their local names, lists, and texts.
//!
//! Stricter than the SDK's own reader, which takes a document that is cut off for a shorter one. A
//! DTD is refused, and with it every entity but XML's own five.

use roxmltree::{Document, Node, ParsingOptions};

/// More nodes than a full page of any list has: the largest has a thousand items of some dozens.
const MAX_NODES: u32 = 1_000_000;

/// Reads a document.
///
/// # Errors
/// When it is not well-formed, or cut off.
pub(crate) fn parse(text: &str) -> Result<Document<'_>, roxmltree::Error> {
    let options = ParsingOptions {
        nodes_limit: MAX_NODES,
        ..ParsingOptions::default()
    };
    Document::parse_with_options(text, options)
}

/// Lookups by local name: AWS puts all elements of an answer into one namespace.
pub(crate) trait Element<'a>: Sized {
    /// The first child of this name.
    fn child(self, name: &str) -> Option<Self>;

    /// The text of the element, trimmed, unless it is empty.
    fn value(self) -> Option<&'a str>;

    /// The text of the first child of this name, trimmed, unless it is empty.
    fn child_text(self, name: &str) -> Option<&'a str> {
        self.child(name)?.value()
    }

    /// The items of a list; none where there is no such list.
    fn items(self, list: &str, item: &str) -> impl Iterator<Item = Self>;

    /// The first element of this name: this one, or one inside of it.
    fn find(self, name: &str) -> Option<Self>;
}

impl<'a> Element<'a> for Node<'a, '_> {
    fn child(self, name: &str) -> Option<Self> {
        self.children().find(|child| is_named(child, name))
    }

    fn value(self) -> Option<&'a str> {
        self.text().map(str::trim).filter(|text| !text.is_empty())
    }

    fn items(self, list: &str, item: &str) -> impl Iterator<Item = Self> {
        self.child(list)
            .into_iter()
            .flat_map(|list| list.children())
            .filter(move |child| is_named(child, item))
    }

    fn find(self, name: &str) -> Option<Self> {
        self.descendants().find(|node| is_named(node, name))
    }
}

fn is_named(node: &Node<'_, '_>, name: &str) -> bool {
    node.tag_name().name() == name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_and_text_are_read() {
        let document = parse(
            "<?xml version=\"1.0\"?>\n<!-- c --><a xmlns=\"u\" xmlns:b=\"v\">\n <b:c>x &lt;&#65;&#x42;&amp;</b:c><d/><l><i>1</i><i>2</i></l><e><![CDATA[<&>]]></e><f>a&amp;<![CDATA[<]]>b</f></a>",
        )
        .unwrap();
        let root = document.root_element();
        assert_eq!(root.child_text("c"), Some("x <AB&"));
        assert_eq!(root.child_text("d"), None);
        assert_eq!(root.child_text("e"), Some("<&>"));
        assert_eq!(root.child_text("f"), Some("a&<b"));
        let items: Vec<_> = root.items("l", "i").map(Element::value).collect();
        assert_eq!(items, [Some("1"), Some("2")]);
        assert_eq!(root.find("i").and_then(Element::value), Some("1"));
    }

    #[test]
    fn a_document_that_is_cut_off_or_malformed_is_refused() {
        for text in [
            "",
            "{}",
            "<a",
            "<a></a",
            "<a><",
            "<a><b>1</b>",
            "<a><b>1</a></b>",
            "<a>&nbsp;</a>",
            "<a>1 & 2</a>",
            "<!DOCTYPE a [<!ENTITY e 'e'>]><a>&e;</a>",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_document_of_too_many_elements_is_refused_and_a_deep_one_harmless() {
        let deep = 200_000;
        let document = format!("{}{}", "<a>".repeat(deep), "</a>".repeat(deep));
        assert!(parse(&document).is_ok());
        assert!(parse(&"<a>".repeat(deep)).is_err());
        let wide = format!("<a>{}</a>", "<b/>".repeat(1_000_001));
        assert!(parse(&wide).is_err());
    }
}
