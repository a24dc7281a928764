//! The input files, and places in them.

use crate::terminal_text::is_hidden;

/// A file by the path that errors call it, with its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// The path relative to the definition's directory, with `/` between the parts.
    pub path: String,
    /// The content; whether it is text is for the reader to find out.
    pub content: Vec<u8>,
}

impl SourceFile {
    /// Takes any bytes: the file's reader reports what is not UTF-8.
    pub fn new(path: impl Into<String>, content: impl Into<Vec<u8>>) -> Self {
        Self {
            path: path.into(),
            content: content.into(),
        }
    }
}

/// A range of bytes in one of the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Span {
    pub(crate) file: usize,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// Where a byte is, for people: line and column from 1, columns in characters, and the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Located {
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) text: String,
    pub(crate) width: usize,
}

/// Locates the range; bytes that are no text count as one character each.
pub(crate) fn locate(content: &[u8], start: usize, end: usize) -> Located {
    let start = start.min(content.len());
    let end = end.clamp(start, content.len());
    let line_start = content
        .iter()
        .take(start)
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |at| at + 1);
    let rest = content.get(line_start..).unwrap_or_default();
    let line = rest.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let characters = |from: usize, to: usize| {
        let part = content.get(from..to).unwrap_or_default();
        String::from_utf8_lossy(part).chars().count()
    };
    let line_end = line_start + line.len();
    Located {
        line: content
            .iter()
            .take(start)
            .filter(|byte| **byte == b'\n')
            .count()
            + 1,
        column: characters(line_start, start) + 1,
        // A tab is one column and everything else that moves the cursor is shown as such.
        text: String::from_utf8_lossy(line)
            .chars()
            .map(|letter| match letter {
                '\t' => ' ',
                letter if is_hidden(letter) => char::REPLACEMENT_CHARACTER,
                letter => letter,
            })
            .collect(),
        width: characters(start.min(line_end), end.min(line_end)).max(1),
    }
}
