//! A few lines at the bottom of a terminal that are drawn again and again.
//!
//! Each frame is one write: it moves to where the last one began, writes over it, and clears what
//! is left. A terminal that knows synchronized output shows it at once, the others fast enough.

use crate::report::{Line, OutputStyle};
use common::terminal_text::TerminalText;

/// <https://gitlab.freedesktop.org/terminal-wg/specifications/-/merge_requests/2>
const BEGIN: &str = "\u{1b}[?2026h";
const END: &str = "\u{1b}[?2026l";

/// Clears to the end of the line.
const CLEAR_LINE: &str = "\u{1b}[K";

/// Clears to the end of the screen.
const CLEAR_BELOW: &str = "\u{1b}[J";

pub(super) const HIDE_CURSOR: &str = "\u{1b}[?25l";
pub(super) const SHOW_CURSOR: &str = "\u{1b}[?25h";

/// What is drawn now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Picture {
    /// The widths of its lines.
    drawn: Vec<usize>,
}

impl Picture {
    /// Draws lines in the place of those before.
    pub(super) fn frame(&mut self, lines: &[Line], style: OutputStyle) -> TerminalText {
        let mut frame = TerminalText::literal(BEGIN).and(&self.back(style.width));
        for line in lines {
            frame.push(
                &line
                    .rendered(style)
                    .and_literal(CLEAR_LINE)
                    .and_literal("\n"),
            );
        }
        self.drawn = lines.iter().map(Line::width).collect();
        frame.and_literal(CLEAR_BELOW).and_literal(END)
    }

    /// Writes a text above; the picture is gone until the next frame.
    pub(super) fn above(&mut self, text: &TerminalText, columns: usize) -> TerminalText {
        let back = self.back(columns);
        self.drawn.clear();
        let clear = if back.as_str().is_empty() {
            ""
        } else {
            CLEAR_BELOW
        };
        back.and_literal(clear).and(text)
    }

    /// Takes the picture away.
    pub(super) fn gone(&mut self, columns: usize) -> TerminalText {
        self.above(&TerminalText::default(), columns)
    }

    /// To where the picture begins. Lines of a terminal that has become narrower are broken by it.
    fn back(&self, columns: usize) -> TerminalText {
        let columns = columns.max(1);
        let rows: usize = self
            .drawn
            .iter()
            .map(|width| width.div_ceil(columns).max(1))
            .sum();
        if rows == 0 {
            TerminalText::default()
        } else {
            TerminalText::literal("\r").and(&TerminalText::up(rows))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STYLE: OutputStyle = OutputStyle {
        colour: false,
        unicode: true,
        width: 10,
    };

    fn lines(texts: &[&str]) -> Vec<Line> {
        texts.iter().map(|text| Line::new().plain(text)).collect()
    }

    #[test]
    fn a_frame_goes_over_the_one_before() {
        let mut picture = Picture::default();
        assert_eq!(
            picture.frame(&lines(&["one", "two"]), STYLE).as_str(),
            format!("{BEGIN}one{CLEAR_LINE}\ntwo{CLEAR_LINE}\n{CLEAR_BELOW}{END}")
        );
        assert_eq!(
            picture.frame(&lines(&["one"]), STYLE).as_str(),
            format!("{BEGIN}\r\u{1b}[2Aone{CLEAR_LINE}\n{CLEAR_BELOW}{END}")
        );
        assert_eq!(
            picture.above(&TerminalText::literal("said\n"), 10).as_str(),
            format!("\r\u{1b}[1A{CLEAR_BELOW}said\n")
        );
        assert_eq!(picture.gone(10), "");
    }

    #[test]
    fn a_narrower_terminal_has_broken_the_lines() {
        let mut picture = Picture::default();
        picture.frame(&lines(&["0123456789", "", "01234"]), STYLE);
        let narrow = OutputStyle { width: 5, ..STYLE };
        let frame = picture.frame(&[], narrow);
        assert!(
            frame.as_str().starts_with(&format!("{BEGIN}\r\u{1b}[4A")),
            "{frame:?}"
        );
    }
}
