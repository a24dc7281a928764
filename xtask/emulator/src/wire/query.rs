//! A form, decoded: names and values.
//!
//! Lists and structures are flattened into names
//! (<https://smithy.io/2.0/aws/protocols/aws-query-protocol.html>): `Tags.member.1.Key`. A list that
//! is there and empty is a name with an empty value, `Tags=`, which is not the same as no list.

use std::collections::{BTreeMap, BTreeSet};

/// The names and values of a form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Query(BTreeMap<String, String>);

impl Query {
    /// Decodes `application/x-www-form-urlencoded`; nothing if it isn't UTF-8 or has half an
    /// escape. Of a name that is there twice, the last value counts.
    pub(super) fn decode(form: &[u8]) -> Option<Self> {
        form.split(|byte| *byte == b'&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| {
                let mut halves = pair.splitn(2, |byte| *byte == b'=');
                let name = unescape(halves.next().unwrap_or_default())?;
                let value = unescape(halves.next().unwrap_or_default())?;
                Some((name, value))
            })
            .collect::<Option<_>>()
            .map(Self)
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Whether there is a value, or a list or structure, of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name) || self.below(name).next().is_some()
    }

    /// The members of a list, `Tags.member` or `ResourceIdentifier.entry`, in their order: the
    /// name before each member's fields.
    pub(super) fn members(&self, list: &str) -> Vec<String> {
        let indices: BTreeSet<u32> = self
            .below(list)
            .filter_map(|rest| rest.split('.').next()?.parse().ok())
            .collect();
        indices
            .into_iter()
            .map(|index| format!("{list}.{index}"))
            .collect()
    }

    /// What follows `name.` in the names that begin so.
    fn below<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        let prefix = format!("{name}.");
        let length = prefix.len();
        self.0
            .range(prefix.clone()..)
            .map(|(name, _)| name.as_str())
            .take_while(move |name| name.starts_with(&prefix))
            .filter_map(move |name| name.get(length..))
    }
}

fn unescape(text: &[u8]) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.iter();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => 16 * hex(*rest.next()?)? + hex(*rest.next()?)?,
            other => *other,
        });
    }
    String::from_utf8(bytes).ok()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit)
        .to_digit(16)
        .and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_undone() {
        let query = Query::decode(b"A=a%2Bb+c%C3%A4&B=&C").unwrap();
        assert_eq!(query.get("A"), Some("a+b cä"));
        assert_eq!(query.get("B"), Some(""));
        assert_eq!(query.get("C"), Some(""));
        assert_eq!(query.get("D"), None);
    }

    #[test]
    fn half_an_escape_and_other_encodings_are_no_form() {
        for form in [&b"A=%2"[..], b"A=%", b"A=%zz", b"A=%FF"] {
            assert_eq!(Query::decode(form), None);
        }
    }

    #[test]
    fn members_come_in_the_order_of_their_numbers() {
        let query =
            Query::decode(b"T.member.10.K=c&T.member.2.K=b&T.member.1.K=a&TT.member.3=x").unwrap();
        assert_eq!(
            query.members("T.member"),
            ["T.member.1", "T.member.2", "T.member.10"]
        );
        assert!(query.has("T"));
        assert!(!query.has("T.member.1.K.L"));
    }
}
