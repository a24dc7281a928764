//! The width of text before a browser has measured it.
//!
//! The widths are those of DejaVu Sans, the widest of the usual interface fonts, so that text fits its box in any.

/// Hundredths of an em, of a character in a sans-serif font.
fn hundredths(character: char) -> i32 {
    match character {
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '|' | '\'' | ' ' => 35,
        't' | 'r' | 'f' | '(' | ')' | '[' | ']' | '/' | '-' | '!' | '·' | '"' => 44,
        'm' | 'w' | 'M' | 'W' | '@' | '%' | '→' | '−' | '+' | '~' => 96,
        'A'..='Z' | '_' | '–' => 74,
        ' '..='~' => 64,
        _ => 100,
    }
}

/// The width of a text in pixels, at a size in pixels.
pub(crate) fn text_width(text: &str, size: i32, is_bold: bool) -> i32 {
    let plain: i32 = text.chars().map(hundredths).sum();
    let weight = if is_bold { 110 } else { 100 };
    (plain * size * weight).div_euclid(10_000) + 1
}

/// A text in lines of at most a width; a word that is wider than a line is broken.
pub(crate) fn wrapped(text: &str, width: i32, size: i32, is_bold: bool) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let line = lines.last().map_or("", String::as_str);
        let joined = format!("{line} {word}");
        let joined = joined.trim_start();
        if text_width(joined, size, is_bold) <= width {
            lines.pop();
            lines.push(joined.to_owned());
            continue;
        }
        if !line.is_empty() {
            lines.push(String::new());
        }
        for piece in pieces(word) {
            let line = lines.last().map_or("", String::as_str);
            let longer = format!("{line}{piece}");
            if text_width(&longer, size, is_bold) <= width {
                lines.pop();
                lines.push(longer);
                continue;
            }
            if !line.is_empty() {
                lines.push(String::new());
            }
            for character in piece.chars() {
                let line = lines.last().map_or("", String::as_str);
                let longer = format!("{line}{character}");
                if line.is_empty() || text_width(&longer, size, is_bold) <= width {
                    lines.pop();
                    lines.push(longer);
                } else {
                    lines.push(character.to_string());
                }
            }
        }
    }
    lines
}

/// The parts of a word, each ending where a name may be broken.
fn pieces(word: &str) -> impl Iterator<Item = &str> {
    word.split_inclusive(['/', '-', '.', ',', ':', '_'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_fit_and_nothing_is_lost() {
        let text = "a word, verylongwordthatnolineholds and more";
        for width in [20, 60, 200] {
            let lines = wrapped(text, width, 12, false);
            for line in &lines {
                let single = line.chars().count() == 1;
                assert!(single || text_width(line, 12, false) <= width, "{line}");
            }
            let together: String = lines.concat().chars().filter(|one| *one != ' ').collect();
            let expected: String = text.chars().filter(|one| *one != ' ').collect();
            assert_eq!(together, expected);
        }
    }
}
