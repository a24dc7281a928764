//! The indentation of JSON text, which keeps the order of its entries.

/// The same JSON with one entry a line, two spaces a level; empty lists and objects stay closed.
/// Expects JSON without white space between its tokens, as the writer makes it.
#[must_use]
pub fn indented(minified: &str) -> String {
    let mut text = String::with_capacity(minified.len() * 2);
    let mut depth = 0_usize;
    let mut in_string = false;
    let mut escaped = false;
    let mut characters = minified.chars().peekable();
    while let Some(character) = characters.next() {
        if in_string {
            text.push(character);
            in_string = escaped || character != '"';
            escaped = !escaped && character == '\\';
            continue;
        }
        match character {
            '{' | '[' => {
                text.push(character);
                if let Some(close) = characters.next_if(|next| matches!(next, '}' | ']')) {
                    text.push(close);
                } else {
                    depth += 1;
                    line(&mut text, depth);
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                line(&mut text, depth);
                text.push(character);
            }
            ',' => {
                text.push(character);
                line(&mut text, depth);
            }
            ':' => text.push_str(": "),
            _ => {
                in_string = character == '"';
                text.push(character);
            }
        }
    }
    text.push('\n');
    text
}

fn line(text: &mut String, depth: usize) {
    text.push('\n');
    text.extend(std::iter::repeat_n("  ", depth));
}

#[cfg(test)]
mod tests {
    use super::indented;

    #[test]
    fn agrees_with_serde_json() {
        let json = serde_json::json!({
            "a": [1, 2.5, true, null, [], {}, [[]]],
            "quotes \" and \\": "colon: comma, brace } \\\" end\\\\",
            "z": {"nested": [{"k": "v"}]},
        });
        let expected = serde_json::to_string_pretty(&json).unwrap() + "\n";
        assert_eq!(indented(&json.to_string()), expected);
    }
}
