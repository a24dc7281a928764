//! HTML, written as text. Whatever comes from a definition passes [`escaped`].

pub(super) use crate::drawing::escaped;

/// A name as part of an `id`, of a class or of an attribute's list of words.
pub(super) fn slug(text: &str) -> String {
    let word = text.chars().map(|one| match one {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '-' => one,
        _ => '-',
    });
    word.collect()
}

/// Text in which names between backticks are code.
pub(super) fn prose(text: &str) -> String {
    let mut out = String::new();
    for (index, part) in text.split('`').enumerate() {
        if index % 2 == 1 {
            out += &format!("<code>{}</code>", escaped(part));
        } else {
            out += &escaped(part);
        }
    }
    out
}
