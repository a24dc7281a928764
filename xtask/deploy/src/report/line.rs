//! A line of text with tones, which is broken or cut to a width before it is painted.
//!
//! Widths are counted here and nowhere else, without the codes that paint. Texts of others (a
//! service's error, a tag) pass through here too, and are escaped on the way in.

use common::terminal_text::{TerminalText, displayed, escaped};
use unicode_width::UnicodeWidthStr as _;

use crate::report::style::OutputStyle;

/// What a piece of text says by its colour. The words say it too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Plain,
    /// This is what the line is about.
    Strong,
    /// Details.
    Dim,
    Good,
    Warn,
    Bad,
}

impl Tone {
    /// The codes of ECMA-48, "select graphic rendition".
    const fn code(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Strong => Some("\u{1b}[1m"),
            Self::Dim => Some("\u{1b}[2m"),
            Self::Good => Some("\u{1b}[32m"),
            Self::Warn => Some("\u{1b}[33m"),
            Self::Bad => Some("\u{1b}[31m"),
        }
    }
}

/// Ends what a tone's code began.
const PLAIN_AGAIN: &str = "\u{1b}[0m";

/// Stands for a space that no line is broken at.
const NO_BREAK: char = '\u{a0}';

/// How many columns a text takes on a terminal: none of a combining character, two of a wide one.
#[must_use]
pub(crate) fn columns(text: &str) -> usize {
    text.width()
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    spans: Vec<(Tone, String)>,
    /// The indent of the lines that it is wrapped into.
    hang: usize,
    /// Whether it stays one line, however long it is, with every letter as it is.
    whole: bool,
}

impl Line {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A line that begins at a column; wrapped lines are indented by two more.
    #[must_use]
    pub fn at(column: usize) -> Self {
        Self {
            spans: vec![(Tone::Plain, " ".repeat(column))],
            hang: column + 2,
            whole: false,
        }
    }

    /// A command at a column, to be copied and pasted: it is never broken, and nothing in it is replaced. What
    /// could move the cursor is quoted in it already.
    #[must_use]
    pub fn command(column: usize, command: impl AsRef<str>) -> Self {
        let mut line = Self::at(column).and(Tone::Strong, command);
        line.whole = true;
        line
    }

    /// Sets the indent of the lines that it is wrapped into.
    #[must_use]
    pub fn hanging(mut self, column: usize) -> Self {
        self.hang = column;
        self
    }

    #[must_use]
    pub fn and(mut self, tone: Tone, text: impl AsRef<str>) -> Self {
        self.spans
            .push((tone, displayed(text.as_ref()).into_owned()));
        self
    }

    #[must_use]
    pub fn plain(self, text: impl AsRef<str>) -> Self {
        self.and(Tone::Plain, text)
    }

    /// More text that is not broken: something to be copied.
    #[must_use]
    pub fn whole(mut self, tone: Tone, text: impl AsRef<str>) -> Self {
        let text = escaped(text.as_ref()).replace(' ', &NO_BREAK.to_string());
        self.spans.push((tone, text));
        self
    }

    /// Blanks up to a column, and one at least.
    #[must_use]
    pub fn to(self, column: usize) -> Self {
        let blanks = column.saturating_sub(self.width()).max(1);
        self.plain(" ".repeat(blanks))
    }

    /// How many columns it takes.
    #[must_use]
    pub fn width(&self) -> usize {
        self.spans.iter().map(|(_, text)| columns(text)).sum()
    }

    /// Cut to a width: for what must not take a second line.
    #[must_use]
    pub fn truncated(&self, style: OutputStyle) -> Self {
        if self.width() <= style.width {
            return self.clone();
        }
        let mut left = style.width.saturating_sub(1);
        let mut cut = Self {
            spans: Vec::new(),
            hang: self.hang,
            whole: self.whole,
        };
        for (tone, text) in &self.spans {
            let kept = fitting(text, left);
            cut.spans.push((*tone, kept.to_owned()));
            left -= columns(kept);
            if kept.len() < text.len() {
                break;
            }
        }
        cut.and(Tone::Dim, style.ellipsis())
    }

    /// Broken between words to a width. A longer word stays whole: it may be there to be copied.
    #[must_use]
    pub fn wrapped(&self, width: usize) -> Vec<Self> {
        if self.whole || self.width() <= width {
            return vec![self.clone()];
        }
        // A hang that leaves no room for words is no help.
        let hang = if self.hang + 20 > width {
            self.hang.min(4)
        } else {
            self.hang
        };
        let letters: Vec<(Tone, char)> = self
            .spans
            .iter()
            .flat_map(|(tone, text)| text.chars().map(move |letter| (*tone, letter)))
            .collect();
        let indent = letters.iter().take_while(|(_, one)| *one == ' ').count();
        let (blank, rest) = letters.split_at(indent);
        let mut lines = vec![blank.to_vec()];
        let (mut begin, mut taken) = (indent, indent);
        let mut gap: &[(Tone, char)] = &[];
        for piece in rest.chunk_by(|a, b| (a.1 == ' ') == (b.1 == ' ')) {
            if piece.first().is_some_and(|(_, letter)| *letter == ' ') {
                gap = piece;
                continue;
            }
            let word: String = piece.iter().map(|(_, letter)| letter).collect();
            let word = columns(&word);
            if taken > begin && taken + gap.len() + word > width {
                lines.push(vec![(Tone::Plain, ' '); hang]);
                (begin, taken) = (hang, hang);
            } else if let Some(line) = lines.last_mut() {
                line.extend_from_slice(gap);
                taken += gap.len();
            }
            gap = &[];
            if let Some(line) = lines.last_mut() {
                line.extend_from_slice(piece);
                taken += word;
            }
        }
        lines
            .into_iter()
            .map(|line| Self::from_letters(&line))
            .collect()
    }

    fn from_letters(letters: &[(Tone, char)]) -> Self {
        let spans = letters
            .chunk_by(|a, b| a.0 == b.0)
            .filter_map(|piece| {
                let (tone, _) = piece.first()?;
                Some((*tone, piece.iter().map(|(_, letter)| letter).collect()))
            })
            .collect();
        Self {
            spans,
            hang: 0,
            whole: false,
        }
    }

    /// As it is written to the terminal, without the line's end.
    #[must_use]
    pub fn rendered(&self, style: OutputStyle) -> TerminalText {
        let mut painted = TerminalText::default();
        for (tone, span) in &self.spans {
            let span = if self.whole {
                span.clone()
            } else {
                span.replace(NO_BREAK, " ")
            };
            let span = TerminalText::line(&span);
            match tone
                .code()
                .filter(|_| style.colour && !span.as_str().is_empty())
            {
                Some(code) => {
                    painted.push(&TerminalText::literal(code));
                    painted.push(&span.and_literal(PLAIN_AGAIN));
                }
                None => painted.push(&span),
            }
        }
        // Nothing is painted behind the last letter, so blanks there are never coloured.
        painted.trimmed()
    }
}

/// The longest beginning of a text that fits into so many columns.
fn fitting(text: &str, width: usize) -> &str {
    let ends = text.char_indices().skip(1).map(|(at, _)| at);
    ends.chain([text.len()])
        .map_while(|end| text.get(..end).filter(|kept| columns(kept) <= width))
        .last()
        .unwrap_or_default()
}

/// Lines as a text: broken to the width, each ended.
#[must_use]
pub fn page(lines: &[Line], style: OutputStyle) -> TerminalText {
    let mut page = TerminalText::default();
    for line in lines.iter().flat_map(|line| line.wrapped(style.width)) {
        page.push(&line.rendered(style).and_literal("\n"));
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    const STYLE: OutputStyle = OutputStyle {
        colour: false,
        unicode: true,
        width: 20,
    };

    #[test]
    fn lines_are_broken_between_words_and_hang() {
        let line = Line::at(2)
            .plain("one two three four five")
            .and(Tone::Bad, " six seven")
            .hanging(4);
        assert_eq!(
            page(&[line], OutputStyle { width: 24, ..STYLE }),
            "  one two three four\n    five six seven\n"
        );
    }

    #[test]
    fn what_is_to_be_copied_stays_whole() {
        let line = Line::at(2).whole(Tone::Strong, "--acknowledge resource-replaced:x/Y:1");
        assert_eq!(
            page(&[line], STYLE),
            "  --acknowledge resource-replaced:x/Y:1\n"
        );
    }

    #[test]
    fn a_command_is_one_line() {
        let command = "deploy --config 'two words' --break-glass 'it is down'";
        let line = Line::command(2, command);
        assert_eq!(page(&[line], STYLE).as_str(), format!("  {command}\n"));
    }

    #[test]
    fn what_must_fit_is_cut() {
        let line = Line::at(1)
            .plain("0123456789")
            .and(Tone::Good, "0123456789");
        let cut = line.truncated(STYLE);
        assert_eq!(cut.width(), 20);
        assert_eq!(cut.rendered(STYLE), " 012345678901234567…");
    }

    /// A reason comes from a service, and may hold what others have typed.
    #[test]
    fn nothing_moves_the_cursor() {
        let line = Line::new().plain("a\u{1b}[2Jb\nc\rd\u{7}");
        assert_eq!(line.rendered(STYLE), "a\\u{1b}[2Jb\\nc\\rd\\u{7}");
    }

    /// A command that contains foreign text is escaped, at any length.
    #[test]
    fn what_is_to_be_copied_is_escaped_and_not_cut() {
        let name = format!("{}\u{202e}", "x".repeat(10_000));
        let line = Line::new().whole(Tone::Plain, name);
        assert!(line.rendered(STYLE).as_str().ends_with("x\\u{202e}"));
        assert_eq!(line.width(), 10_008);
    }

    #[test]
    fn widths_are_columns_not_characters() {
        for (text, columns) in [
            ("plain", 5),
            ("設定", 4),
            ("e\u{301}te\u{301}", 3),
            ("\u{ac00}", 2),
            ("\u{1f680}", 2),
            ("\u{1f44d}\u{1f3fd}", 2),
            // Escaped, since a terminal shows nothing of it.
            ("a\u{200b}b", 10),
        ] {
            assert_eq!(Line::new().plain(text).width(), columns, "{text:?}");
        }
    }

    #[test]
    fn wide_and_combining_characters_keep_columns_aligned() {
        for text in [
            "設定の名前",
            "e\u{301}".repeat(10).as_str(),
            "\u{1f680}".repeat(5).as_str(),
        ] {
            let line = Line::new().plain(text).to(12).plain("|");
            assert_eq!(line.rendered(STYLE).as_str(), format!("{text}  |"));
        }
    }

    #[test]
    fn wide_characters_are_cut_and_broken_within_the_width() {
        let wide = "日本語".repeat(5);
        let cut = Line::new().plain(&wide).truncated(STYLE);
        assert_eq!(cut.rendered(STYLE), "日本語日本語日本語…");
        let marked = "e\u{301}".repeat(30);
        let cut = Line::new().plain(marked).truncated(STYLE);
        assert_eq!(
            cut.rendered(STYLE).as_str(),
            format!("{}…", "e\u{301}".repeat(19))
        );
        let words = Line::new().plain("日本語 日本語 日本語 日本語").hanging(2);
        assert_eq!(page(&[words], STYLE), "日本語 日本語 日本語\n  日本語\n");
    }

    #[test]
    fn colours_do_not_count() {
        let style = OutputStyle {
            colour: true,
            ..STYLE
        };
        let line = Line::new().and(Tone::Good, "done").plain(" ");
        assert_eq!(line.width(), 5);
        assert_eq!(line.rendered(style), "\u{1b}[32mdone\u{1b}[0m");
    }
}
