//! The live region: lines at the bottom of a terminal that are redrawn in place.
//!
//! Each frame is one write: it moves to the start of the last frame, overwrites it, and clears the rest.
//! Terminals with synchronized output show it without flicker.

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

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct LiveRegion {
    line_widths: Vec<usize>,
}

impl LiveRegion {
    /// Replaces the lines of the last frame.
    pub(super) fn frame(&mut self, lines: &[Line], style: OutputStyle) -> TerminalText {
        let mut frame = TerminalText::literal(BEGIN).and(&self.to_start(style.width));
        for line in lines {
            frame.push(
                &line
                    .rendered(style)
                    .and_literal(CLEAR_LINE)
                    .and_literal("\n"),
            );
        }
        self.line_widths = lines.iter().map(Line::width).collect();
        frame.and_literal(CLEAR_BELOW).and_literal(END)
    }

    /// Prints a text in place of the region, which the next frame draws below it.
    pub(super) fn print_above(&mut self, text: &TerminalText, columns: usize) -> TerminalText {
        let to_start = self.to_start(columns);
        self.line_widths.clear();
        let clear = if to_start.as_str().is_empty() {
            ""
        } else {
            CLEAR_BELOW
        };
        to_start.and_literal(clear).and(text)
    }

    pub(super) fn clear(&mut self, columns: usize) -> TerminalText {
        self.print_above(&TerminalText::default(), columns)
    }

    /// Moves the cursor to the start of the region. A terminal that was made narrower has wrapped its lines.
    fn to_start(&self, columns: usize) -> TerminalText {
        let columns = columns.max(1);
        let rows: usize = self
            .line_widths
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
        let mut region = LiveRegion::default();
        assert_eq!(
            region.frame(&lines(&["one", "two"]), STYLE).as_str(),
            format!("{BEGIN}one{CLEAR_LINE}\ntwo{CLEAR_LINE}\n{CLEAR_BELOW}{END}")
        );
        assert_eq!(
            region.frame(&lines(&["one"]), STYLE).as_str(),
            format!("{BEGIN}\r\u{1b}[2Aone{CLEAR_LINE}\n{CLEAR_BELOW}{END}")
        );
        assert_eq!(
            region
                .print_above(&TerminalText::literal("said\n"), 10)
                .as_str(),
            format!("\r\u{1b}[1A{CLEAR_BELOW}said\n")
        );
        assert_eq!(region.clear(10), "");
    }

    #[test]
    fn a_narrower_terminal_has_broken_the_lines() {
        let mut region = LiveRegion::default();
        region.frame(&lines(&["0123456789", "", "01234"]), STYLE);
        let narrow = OutputStyle { width: 5, ..STYLE };
        let frame = region.frame(&[], narrow);
        assert!(
            frame.as_str().starts_with(&format!("{BEGIN}\r\u{1b}[4A")),
            "{frame:?}"
        );
    }
}
