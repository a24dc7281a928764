//! XML answers: elements and text, read with the tokenizer that the SDK uses.
//!
//! Stricter than the SDK's own reader, which takes a document that is cut off for a shorter one, and
//! no stricter: a control character in foreign text is written as a reference (`&#x1b;`), which XML
//! 1.0 excludes and the SDK reads. Attributes, which only declare namespaces, are skipped.

use xmlparser::{ElementEnd, Token, Tokenizer};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Element {
    /// Without a prefix.
    pub name: String,
    /// The text outside of its children.
    pub text: String,
    pub children: Vec<Element>,
}

/// How deep elements may be nested: reading and dropping them is recursive.
const MAX_DEPTH: usize = 64;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum XmlError {
    #[error("malformed XML: {0}")]
    Malformed(String),
    #[error("the XML ends inside of `{0}`")]
    Unfinished(String),
    #[error("`{0}` is closed without being open")]
    Mismatched(String),
    #[error("more than {MAX_DEPTH} nested elements")]
    Deep,
    #[error("no XML element")]
    Empty,
    #[error("unknown reference `{0}`")]
    Reference(String),
}

impl Element {
    /// The outermost element of a document.
    ///
    /// # Errors
    /// When it is not well-formed, or not whole.
    pub fn parse(document: &str) -> Result<Self, XmlError> {
        let mut open: Vec<Self> = Vec::new();
        let mut root = None;
        for token in Tokenizer::from(document) {
            match token.map_err(|error| XmlError::Malformed(error.to_string()))? {
                Token::ElementStart { .. } if open.len() >= MAX_DEPTH => {
                    return Err(XmlError::Deep);
                }
                Token::ElementStart { local, .. } => open.push(Self {
                    name: local.as_str().to_owned(),
                    ..Self::default()
                }),
                Token::Text { text } => {
                    if let Some(element) = open.last_mut() {
                        element.text.push_str(&unescape(text.as_str())?);
                    }
                }
                Token::Cdata { text, .. } => {
                    if let Some(element) = open.last_mut() {
                        element.text.push_str(text.as_str());
                    }
                }
                Token::ElementEnd { end, .. } => {
                    let ended = match end {
                        ElementEnd::Open => continue,
                        ElementEnd::Empty => None,
                        ElementEnd::Close(_, local) => Some(local.as_str()),
                    };
                    let element = open.pop().ok_or(XmlError::Empty)?;
                    if let Some(name) = ended.filter(|name| *name != element.name) {
                        return Err(XmlError::Mismatched(name.to_owned()));
                    }
                    match open.last_mut() {
                        Some(parent) => parent.children.push(element),
                        None => root = Some(element),
                    }
                }
                _ => {}
            }
        }
        match open.pop() {
            Some(element) => Err(XmlError::Unfinished(element.name)),
            None => root.ok_or(XmlError::Empty),
        }
    }

    /// The first child of a name.
    #[must_use]
    pub fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The text directly in it, trimmed, unless it is empty.
    #[must_use]
    pub fn value(&self) -> Option<&str> {
        Some(self.text.trim()).filter(|text| !text.is_empty())
    }

    /// The text of the first child of a name, trimmed, unless it is empty.
    #[must_use]
    pub fn child_text(&self, name: &str) -> Option<&str> {
        self.child(name)?.value()
    }

    /// The items of a list; none where there is no such list.
    pub fn items<'a>(&'a self, list: &str, item: &'a str) -> impl Iterator<Item = &'a Self> {
        self.child(list)
            .into_iter()
            .flat_map(|list| &list.children)
            .filter(move |child| child.name == item)
    }

    /// The first element of a name: this one, or one inside of it.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&Self> {
        if self.name == name {
            return Some(self);
        }
        self.children.iter().find_map(|child| child.find(name))
    }
}

/// A text with its references replaced.
fn unescape(text: &str) -> Result<String, XmlError> {
    let mut parts = text.split('&');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let wrong = || XmlError::Reference(part.split(';').next().unwrap_or_default().to_owned());
        let (reference, rest) = part.split_once(';').ok_or_else(wrong)?;
        plain.push(character(reference).ok_or_else(wrong)?);
        plain.push_str(rest);
    }
    Ok(plain)
}

fn character(reference: &str) -> Option<char> {
    match reference {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = reference.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_and_text_are_read() {
        let root = Element::parse(
            "<?xml version=\"1.0\"?>\n<!-- c --><a xmlns=\"u\">\n <b:c>x &lt;&#65;&#x42;&amp;</b:c><d/><l><i>1</i><i>2</i></l><e><![CDATA[<&>]]></e></a>",
        );
        let Ok(root) = root else {
            panic!("{root:?}");
        };
        assert_eq!(root.child_text("c"), Some("x <AB&"));
        assert_eq!(root.child_text("d"), None);
        assert_eq!(root.child_text("e"), Some("<&>"));
        let items: Vec<&str> = root
            .items("l", "i")
            .map(|item| item.text.as_str())
            .collect();
        assert_eq!(items, ["1", "2"]);
        assert_eq!(root.find("i").map(|item| item.text.as_str()), Some("1"));
    }

    #[test]
    fn a_document_that_is_cut_off_or_malformed_is_refused() {
        assert_eq!(Element::parse(""), Err(XmlError::Empty));
        assert_eq!(
            Element::parse("<a><b>1</b>"),
            Err(XmlError::Unfinished("a".to_owned()))
        );
        assert_eq!(
            Element::parse("<a><b>1</a></b>"),
            Err(XmlError::Mismatched("a".to_owned()))
        );
        assert_eq!(
            Element::parse("<a>&nbsp;</a>"),
            Err(XmlError::Reference("nbsp".to_owned()))
        );
        assert_eq!(
            Element::parse("<a>1 & 2</a>"),
            Err(XmlError::Reference(" 2".to_owned()))
        );
        // Not XML 1.0, and read by the SDK.
        assert_eq!(Element::parse("<a>&#x1b;</a>").unwrap().text, "\u{1b}");
        for text in ["{}", "<a", "<a></a", "<a><"] {
            assert!(Element::parse(text).is_err(), "{text}");
        }
    }
}
