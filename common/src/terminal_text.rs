//! Text by other authors, escaped for terminals.
//!
//! A tag, a service's message, a branch, a commit's subject, a value of a file: its author
//! chose each of its characters, and some of them move the cursor, end a line, open a link or turn
//! the reading direction. So no `String` is printed: what prints takes [`TerminalText`], which is
//! made from text by escaping, and from nothing else but our own literals and JSON, whose readers
//! are programs and get every byte.
//!
//! Within an error that is told in several lines, [`ExternalText`] marks the part that is
//! another author's: it has no way to begin a line of its own.

use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::ops::Deref;
use std::path::Path;

use serde::{Deserialize, Serialize};

/// How much of one text is shown, in characters: longer ones can't be read anyway.
const MOST: usize = 4_000;

/// How many marks may stand on one letter; more of them write over the lines around.
const MARKS: usize = 3;

/// Text by another author. It is displayed escaped and in one line; it is serialized,
/// compared and searched as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ExternalText(String);

impl ExternalText {
    /// The text as it is: for what acts on it, never for what shows it.
    #[must_use]
    pub fn raw(&self) -> &str {
        &self.0
    }

    /// The text as it came, not escaped: to compare or to store, never to print.
    #[must_use]
    pub fn into_raw(self) -> String {
        self.0
    }
}

impl fmt::Display for ExternalText {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&displayed(&self.0))
    }
}

impl Deref for ExternalText {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl From<String> for ExternalText {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for ExternalText {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<&String> for ExternalText {
    fn from(text: &String) -> Self {
        Self(text.clone())
    }
}

impl PartialEq<str> for ExternalText {
    fn eq(&self, other: &str) -> bool {
        self.0 == other
    }
}

impl PartialEq<&str> for ExternalText {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}

/// A text in one line, with everything escaped that is not a visible character: `\n`, `\u{1b}`.
/// Of a long one the beginning.
#[must_use]
pub fn displayed(text: &str) -> Cow<'_, str> {
    let mut letters = text.char_indices();
    let Some((at, _)) = letters.nth(MOST) else {
        return escaped(text);
    };
    let more = letters.count() + 1;
    let begin = escaped(text.get(..at).unwrap_or_default());
    format!("{begin}... ({more} more characters)").into()
}

/// A path in one line, escaped as a text.
#[must_use]
pub fn displayed_path(path: &Path) -> String {
    displayed(&path.to_string_lossy()).into_owned()
}

/// The same of all of a text: of what is to be copied, nothing may be cut off.
#[must_use]
pub fn escaped(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len());
    let mut marks = 0;
    for letter in text.chars() {
        let kind = Kind::of(letter);
        // A mark at the beginning would stand on what is before the text.
        marks = match kind {
            Kind::Mark if safe.is_empty() => MARKS + 1,
            Kind::Mark => marks + 1,
            _ => 0,
        };
        match kind {
            Kind::Visible => safe.push(letter),
            Kind::Mark if marks <= MARKS => safe.push(letter),
            Kind::Mark | Kind::Hidden => match letter {
                '\n' => safe.push_str("\\n"),
                '\r' => safe.push_str("\\r"),
                '\t' => safe.push_str("\\t"),
                letter => safe.extend(letter.escape_unicode()),
            },
        }
    }
    Cow::Owned(safe)
}

/// Whether a character is not seen, or acts on others.
pub(crate) fn is_hidden(letter: char) -> bool {
    Kind::of(letter) == Kind::Hidden
}

/// What a character does on a terminal.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// It is seen, where it stands.
    Visible,
    /// It is drawn onto the one before.
    Mark,
    /// It is not seen, or acts on others: a control, a format, a separator, one without a meaning.
    Hidden,
}

impl Kind {
    fn of(letter: char) -> Self {
        match letter {
            ' '..='~' => return Self::Visible,
            // What the standard library takes for printable, and fonts show nothing of: fillers,
            // selectors of variants, and the pattern without a dot.
            //
            // Source: <https://www.unicode.org/Public/UCD/latest/ucd/DerivedCoreProperties.txt>,
            // Default_Ignorable_Code_Point
            '\u{34f}'
            | '\u{115f}'
            | '\u{1160}'
            | '\u{17b4}'
            | '\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{ffa0}'
            | '\u{e0000}'..='\u{e0fff}' => return Self::Hidden,
            _ => {}
        }
        if letter.escape_debug().len() == 1 {
            return Self::Visible;
        }
        // Behind a letter, the standard library escapes what is not printable, and no marks.
        let mut buffer = [b'a'; 5];
        let (_, rest) = buffer.split_at_mut(1);
        let length = letter.encode_utf8(rest).len() + 1;
        let pair = buffer.get(..length).map(str::from_utf8);
        match pair {
            Some(Ok(pair)) if pair.escape_debug().count() == 2 => Self::Mark,
            _ => Self::Hidden,
        }
    }
}

/// What may be written to a terminal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TerminalText(String);

impl TerminalText {
    /// Our own words and codes.
    #[must_use]
    pub fn literal(text: &'static str) -> Self {
        Self(text.to_owned())
    }

    /// A text in one line.
    #[must_use]
    pub fn line(text: &str) -> Self {
        Self(escaped(text).into_owned())
    }

    /// A text of several lines, which may all be ours: the parts by another author were
    /// escaped before, as [`ExternalText`].
    #[must_use]
    pub fn lines(text: &str) -> Self {
        let mut all = Self::default();
        for (index, line) in text.split('\n').enumerate() {
            if index > 0 {
                all.0.push('\n');
            }
            all.0 += &escaped(line);
        }
        all
    }

    /// A value for programs, as it is, in one line or indented.
    ///
    /// # Errors
    /// When the value does not become JSON.
    pub fn json(value: &impl Serialize, indented: bool) -> serde_json::Result<Self> {
        let text = if indented {
            serde_json::to_string_pretty(value)
        } else {
            serde_json::to_string(value)
        };
        Ok(Self(text? + "\n"))
    }

    /// The code that moves the cursor up.
    #[must_use]
    pub fn up(rows: usize) -> Self {
        let mut code = String::from("\u{1b}[");
        // Writing to a String does not fail.
        let _ = write!(code, "{rows}A");
        Self(code)
    }

    /// Appends another text.
    pub fn push(&mut self, more: &Self) {
        self.0 += &more.0;
    }

    /// The same with more behind it.
    #[must_use]
    pub fn and(mut self, more: &Self) -> Self {
        self.push(more);
        self
    }

    /// The same with more of our own behind it.
    #[must_use]
    pub fn and_literal(mut self, text: &'static str) -> Self {
        self.0 += text;
        self
    }

    /// Without blanks at its end.
    #[must_use]
    pub fn trimmed(mut self) -> Self {
        self.0.truncate(self.0.trim_end_matches(' ').len());
        self
    }

    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TerminalText {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl PartialEq<&str> for TerminalText {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_stays_as_it_is() {
        for text in [
            "",
            "a tag: 100 % \\ \"quoted\"",
            "Größe, naïve, 日本語, עברית, ไทย, e\u{301}, 😀",
        ] {
            assert_eq!(displayed(text), text);
        }
    }

    #[test]
    fn what_acts_on_a_terminal_is_escaped() {
        let cases = [
            ("a\u{1b}[2Jb", "a\\u{1b}[2Jb"),
            (
                "\u{1b}]8;;http://a\u{7}b\u{1b}]8;;\u{1b}\\",
                "\\u{1b}]8;;http://a\\u{7}b\\u{1b}]8;;\\u{1b}\\",
            ),
            ("a\nb\r\tc", "a\\nb\\r\\tc"),
            ("\u{9b}31m\u{7f}\0", "\\u{9b}31m\\u{7f}\\u{0}"),
            (
                "\u{202e}a\u{2066}b\u{200b}c\u{feff}",
                "\\u{202e}a\\u{2066}b\\u{200b}c\\u{feff}",
            ),
            (
                "\u{2028}\u{ad}\u{a0}\u{e0041}\u{e000}",
                "\\u{2028}\\u{ad}\\u{a0}\\u{e0041}\\u{e000}",
            ),
            (
                "\u{3164}\u{fe0f}\u{34f}\u{2800}",
                "\\u{3164}\\u{fe0f}\\u{34f}\\u{2800}",
            ),
            ("\u{301}a", "\\u{301}a"),
        ];
        for (text, expected) in cases {
            assert_eq!(displayed(text), expected);
            assert_eq!(displayed(&displayed(text)), expected, "twice is once");
            assert_eq!(ExternalText::from(text).to_string(), expected);
        }
        let heap = format!("a{}", "\u{301}".repeat(9));
        assert_eq!(displayed(&heap).matches("\\u{301}").count(), 9 - MARKS);
    }

    /// Of every character that there is.
    #[test]
    fn nothing_hidden_is_left() {
        for letter in '\0'..=char::MAX {
            let shown = displayed(&format!("a{letter}")).into_owned();
            let is_left = shown.chars().nth(1) == Some(letter);
            assert!(
                !is_left || !(letter.is_control() || (letter.is_whitespace() && letter != ' ')),
                "{letter:?}"
            );
        }
    }

    #[test]
    fn a_megabyte_is_cut() {
        let text = displayed(&"ä".repeat(1_000_000)).into_owned();
        assert!(text.ends_with("ä... (996000 more characters)"));
        assert!(text.chars().count() < MOST + 50);
    }

    #[test]
    fn programs_get_every_byte() {
        let text = ExternalText::from("a\u{1b}\u{202e}");
        let json = TerminalText::json(&text, false).unwrap();
        let read: ExternalText = serde_json::from_str(json.as_str()).unwrap();
        assert_eq!(read, text);
    }

    #[test]
    fn lines_of_ours_stay_lines() {
        let text = TerminalText::lines("error: a\u{1b}\r\n  = help: b\n");
        assert_eq!(text, "error: a\\u{1b}\\r\n  = help: b\n");
    }
}
