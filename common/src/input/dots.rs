//! A guard against TOML that would overflow the parser's stack.

use super::source::Span;

/// A dotted key makes a level per dot, and the parser limits only one key's, not those of inline
/// tables within each other: a few kilobytes make a table that can't even be dropped without
/// overflowing the stack. No sensible input has as many dots in a line, strings and comments aside.
const MOST_DOTS: usize = 16;

/// The first line with more than [`MOST_DOTS`] outside strings and comments.
pub(super) fn dotted_line(file: usize, text: &str) -> Option<Span> {
    let (mut start, mut dots, mut at) = (0, 0, 0);
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let skipped = skipped(rest);
        if skipped > 0 {
            at += skipped;
            continue;
        }
        match rest.chars().next() {
            Some('\n') => (start, dots) = (at + 1, 0),
            Some('.') => dots += 1,
            _ => {}
        }
        if dots > MOST_DOTS {
            let length = text
                .get(start..)
                .and_then(|line| line.lines().next())
                .map_or(0, str::len);
            return Some(Span {
                file,
                start,
                end: start + length,
            });
        }
        at += rest.chars().next().map_or(1, char::len_utf8);
    }
    None
}

/// The length of the string or comment that the text begins with. One that isn't closed ends
/// where the parser gives it up: at the end of the line, or of the file.
fn skipped(text: &str) -> usize {
    if !text.starts_with(['"', '\'', '#']) {
        return 0;
    }
    let line = text.find('\n').unwrap_or(text.len());
    for (quotes, escapes, end) in [
        ("\"\"\"", true, text.len()),
        ("'''", false, text.len()),
        ("\"", true, line),
        ("'", false, line),
    ] {
        let Some(inner) = text.get(..end).and_then(|text| text.strip_prefix(quotes)) else {
            continue;
        };
        let mut escaped = false;
        let closing = inner.char_indices().find(|(at, letter)| {
            let closes = !escaped
                && inner
                    .get(*at..)
                    .is_some_and(|rest| rest.starts_with(quotes));
            escaped = escapes && !escaped && *letter == '\\';
            closes
        });
        return closing.map_or(end, |(at, _)| at + 2 * quotes.len());
    }
    line
}
