//! Patterns of the schemas, which are those of Java and JavaScript, for a library that has no look-around and no
//! Unicode classes.

use std::fmt;
use std::sync::OnceLock;

use regex_lite::Regex;
use serde::Deserialize;

/// A pattern that a part of a text has to match, compiled when it is first needed.
#[derive(Deserialize)]
#[serde(from = "String")]
pub struct Pattern {
    text: String,
    compiled: OnceLock<Option<Compiled>>,
}

/// What a text has to match, and what it must not match, all at once.
struct Compiled {
    all: Vec<Regex>,
    none: Vec<Regex>,
}

impl Pattern {
    /// The pattern as the schema has it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether a part of the text matches; none where the pattern can't be compiled.
    #[must_use]
    pub fn matches(&self, text: &str) -> Option<bool> {
        let compiled = self.compiled().as_ref()?;
        let is_match = |regex: &Regex| regex.is_match(text);
        Some(compiled.all.iter().all(is_match) && !compiled.none.iter().any(is_match))
    }

    /// Whether the pattern can be compiled. One that can't is not checked.
    #[must_use]
    pub fn is_supported(&self) -> bool {
        self.compiled().is_some()
    }

    fn compiled(&self) -> &Option<Compiled> {
        self.compiled.get_or_init(|| Compiled::new(&self.text))
    }
}

impl From<String> for Pattern {
    fn from(text: String) -> Self {
        Self {
            text,
            compiled: OnceLock::new(),
        }
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.text, f)
    }
}

impl Compiled {
    fn new(pattern: &str) -> Option<Self> {
        let (mut all, mut none) = (Vec::new(), Vec::new());
        let mut rest = pattern.to_owned();
        // `^(?=A)B` is `^A` and `^B`, `^(?!A)B` is `^B` without `^A`, and `B(?<!A)$` is `B$` without `A$`.
        if !has_alternatives(pattern) {
            while let Some((look, inner, after)) = leading_look(&rest) {
                let target = if look == "(?=" { &mut all } else { &mut none };
                target.push(Regex::new(&translated(&format!("^{inner}"))).ok()?);
                rest = format!("^{after}");
            }
            if let Some((before, inner)) = trailing_look(&rest) {
                none.push(Regex::new(&translated(&format!("{inner}$"))).ok()?);
                rest = format!("{before}$");
            }
        }
        all.push(Regex::new(&translated(&rest)).ok()?);
        Some(Self { all, none })
    }
}

/// Whether the pattern is a choice outside of any group.
fn has_alternatives(pattern: &str) -> bool {
    let (mut depth, mut in_class, mut escaped) = (0_u32, false, false);
    for character in pattern.chars() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '[' => in_class = true,
            ']' => in_class = false,
            _ if in_class => {}
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            '|' if depth == 0 => return true,
            _ => {}
        }
    }
    false
}

/// A look-ahead at the beginning, what is in it, and what follows it.
fn leading_look(pattern: &str) -> Option<(&'static str, &str, &str)> {
    let rest = pattern.strip_prefix('^')?;
    let look = ["(?=", "(?!"]
        .into_iter()
        .find(|look| rest.starts_with(look))?;
    let end = group_end(rest)?;
    Some((look, rest.get(look.len()..end)?, rest.get(end + 1..)?))
}

/// What is before a negative look-behind at the end, and what is in it.
fn trailing_look(pattern: &str) -> Option<(&str, &str)> {
    let start = pattern.rfind("(?<!")?;
    let (before, group) = pattern.split_at(start);
    let end = group_end(group)?;
    (group.get(end + 1..)? == "$").then_some(())?;
    Some((before, group.get("(?<!".len()..end)?))
}

/// The index of the parenthesis that closes the group at the beginning.
fn group_end(group: &str) -> Option<usize> {
    let (mut depth, mut in_class, mut escaped) = (0_u32, false, false);
    for (index, character) in group.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '[' => in_class = true,
            ']' => in_class = false,
            _ if in_class => {}
            '(' => depth += 1,
            ')' if depth <= 1 => return Some(index),
            ')' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// Classes of Unicode and of POSIX, which the library lacks: beyond ASCII, every character counts as a letter, so that
/// no text is rejected that AWS accepts.
const CLASSES: [(&str, &str); 4] = [
    (r"\p{L}", r"A-Za-z\u{80}-\u{10FFFF}"),
    (r"\p{N}", "0-9"),
    (r"\p{Z}", r"\x20"),
    (r"\p{Print}", r"\x20-\x7E"),
];

/// The pattern as the library reads it.
fn translated(pattern: &str) -> String {
    let mut text = String::new();
    let mut in_class = false;
    let mut rest = pattern;
    while let Some(character) = rest.chars().next() {
        let class = CLASSES.iter().find(|(name, _)| rest.starts_with(name));
        let taken = if let Some((name, members)) = class {
            if in_class {
                text.push_str(members);
            } else {
                text.push_str(&format!("[{members}]"));
            }
            name.len()
        } else if rest.starts_with(r"\Z") {
            text.push_str(r"\z");
            2
        } else if rest.starts_with(r"\<") || rest.starts_with(r"\>") {
            // The library's boundaries of words.
            text.push_str(rest.get(1..2).unwrap_or_default());
            2
        } else if character == '\\' {
            let escape: String = rest.chars().take(2).collect();
            text.push_str(&escape);
            escape.len()
        } else if in_class && character == '[' {
            text.push_str(r"\[");
            1
        } else {
            in_class = match character {
                '[' => true,
                ']' => false,
                _ => in_class,
            };
            text.push(character);
            character.len_utf8()
        };
        rest = rest.get(taken..).unwrap_or_default();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, text: &str) -> bool {
        Pattern::from(pattern.to_owned())
            .matches(text)
            .unwrap_or_else(|| panic!("{pattern} can't be compiled"))
    }

    #[test]
    fn a_part_of_the_text_matches() {
        assert!(matches("[0-9]+", "port 80"));
        assert!(!matches("^[0-9]+$", "port 80"));
    }

    #[test]
    fn look_around_is_taken_apart() {
        let name = r"^(?=.{2,6}$)([a-z0-9]+((\.|_)[a-z0-9]+)*)$";
        assert!(matches(name, "a_b"));
        assert!(!matches(name, "a"));
        assert!(!matches(name, "aaaaaaaa"));
        assert!(!matches(name, "a__b"));
        let text = r"^(?!\s*$).+$";
        assert!(matches(text, " a "));
        assert!(!matches(text, "  "));
        assert!(!matches(text, ""));
        let domain = r"^[0-9A-Za-z\.\-_]*(?<!\.)$";
        assert!(matches(domain, "example.com"));
        assert!(!matches(domain, "example.com."));
        assert!(!matches(domain, "exa mple"));
    }

    #[test]
    fn classes_of_unicode_are_known() {
        let tag = r"^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$";
        assert!(matches(tag, "Größe 1"));
        assert!(!matches(tag, "a#b"));
        assert!(matches(r"^\p{Print}+$", "a b"));
        assert!(!matches(r"^\p{Print}+$", "a\tb"));
    }

    #[test]
    fn brackets_in_a_class_and_the_end_of_a_text_are_javas() {
        assert!(matches(r"^([a-z[\]]*)$", "a[]"));
        assert!(matches(r"^a\Z", "a"));
        assert!(!matches(r"^a\Z", "ab"));
    }

    #[test]
    fn a_pattern_that_can_not_be_compiled_is_not_checked() {
        let pattern = Pattern::from(r"(a)\1".to_owned());
        assert!(!pattern.is_supported());
        assert_eq!(pattern.matches("aa"), None);
    }
}
