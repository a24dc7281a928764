//! XML, as far as AWS's answers use it: elements and text.
//!
//! Stricter than the SDK's own reader, which takes a document that ends too early for one with less
//! in it. Attributes, which only name spaces are in, are skipped.

use xmlparser::{ElementEnd, Token, Tokenizer};

/// An element.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Element {
    /// Its name, without a prefix.
    pub name: String,
    /// The text in it, outside of the elements in it.
    pub text: String,
    /// The elements in it.
    pub children: Vec<Element>,
}

/// How deep elements may stand in each other: reading and dropping them is recursive.
const DEEPEST: usize = 64;

/// Why a text is no XML.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum XmlError {
    /// Not well-formed.
    #[error("malformed XML: {0}")]
    Malformed(String),
    /// It ends within an element.
    #[error("the XML ends inside of `{0}`")]
    Unfinished(String),
    /// An end without its beginning.
    #[error("`{0}` ends, and did not begin")]
    Mismatched(String),
    /// Elements in elements in elements.
    #[error("more than {DEEPEST} elements in each other")]
    Deep,
    /// No element.
    #[error("no XML element")]
    Empty,
    /// A character that has no meaning.
    #[error("`{0}` stands for no character")]
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
                Token::ElementStart { .. } if open.len() >= DEEPEST => return Err(XmlError::Deep),
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

    /// The first element of a name directly in it.
    #[must_use]
    pub fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The text of the first element of a name directly in it, if there is some.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.child(name)
            .map(|child| child.text.trim())
            .filter(|text| !text.is_empty())
    }

    /// The elements of a list directly in it. Nothing: no list, or an empty one.
    pub fn items<'a>(&'a self, list: &str, item: &'a str) -> impl Iterator<Item = &'a Self> {
        self.child(list)
            .into_iter()
            .flat_map(|list| &list.children)
            .filter(move |child| child.name == item)
    }

    /// The first element of a name: itself, or one in it, at any depth.
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
        assert_eq!(root.text("c"), Some("x <AB&"));
        assert_eq!(root.text("d"), None);
        assert_eq!(root.text("e"), Some("<&>"));
        let items: Vec<&str> = root
            .items("l", "i")
            .map(|item| item.text.as_str())
            .collect();
        assert_eq!(items, ["1", "2"]);
        assert_eq!(root.find("i").map(|item| item.text.as_str()), Some("1"));
    }

    #[test]
    fn what_is_not_whole_is_refused() {
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
        for text in ["{}", "<a", "<a></a", "<a><"] {
            assert!(Element::parse(text).is_err(), "{text}");
        }
    }
}
