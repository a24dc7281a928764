//! Commands as a POSIX shell reads them: one line, to be pasted.

use std::ffi::OsStr;

/// A word that a shell reads as exactly this text.
///
/// What would break the line, or would not be seen, stands as its octal code
/// (<https://pubs.opengroup.org/onlinepubs/9799919799/utilities/printf.html>).
#[must_use]
pub fn quoted(word: impl AsRef<OsStr>) -> String {
    let word = word.as_ref();
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./:=@,+%".contains(letter);
    let shown =
        |letter: char| letter == ' ' || letter.is_ascii_graphic() || letter.is_alphanumeric();
    match word.to_str() {
        Some(text) if !text.is_empty() && text.chars().all(plain) => text.to_owned(),
        Some(text) if text.chars().all(shown) => format!("'{}'", text.replace('\'', r"'\''")),
        _ => printed(&bytes(word)),
    }
}

/// A word by way of `printf`; one that ends with a line's end, which a substitution takes away, in the quotes
/// that POSIX has since 2024 and older shells do not all know.
fn printed(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in bytes {
        match byte {
            b'\\' | b'\'' | b'%' => text.push_str(&format!("\\{byte:03o}")),
            b' '..=b'~' => text.push(char::from(*byte)),
            _ => text.push_str(&format!("\\{byte:03o}")),
        }
    }
    if bytes.ends_with(b"\n") {
        format!("$'{text}'")
    } else {
        format!("\"$(printf '{text}')\"")
    }
}

#[cfg(unix)]
fn bytes(word: &OsStr) -> Vec<u8> {
    use std::os::unix::ffi::OsStrExt as _;

    word.as_bytes().to_vec()
}

#[cfg(not(unix))]
fn bytes(word: &OsStr) -> Vec<u8> {
    word.to_string_lossy().into_owned().into_bytes()
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::ffi::OsString;
    use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
    use std::process::Command;

    use super::*;

    #[test]
    fn what_is_plain_stays_so() {
        assert_eq!(quoted("a/b:c=d"), "a/b:c=d");
        assert_eq!(quoted("it's down"), r"'it'\''s down'");
        assert_eq!(quoted(""), "''");
        assert_eq!(quoted("Überlauf, größer"), "'Überlauf, größer'");
        assert_eq!(quoted("a\nb"), r#""$(printf 'a\012b')""#);
    }

    /// Read by a shell, each is what it was; none breaks the line.
    #[test]
    fn a_shell_reads_it_as_it_was() {
        let mut words: Vec<OsString> = [
            "plain",
            "",
            " ",
            "two words",
            "it's",
            "\"$HOME\"",
            "`id`",
            "$(id)",
            "a\\b",
            "*",
            "~",
            "~/a",
            "!x",
            "#x",
            "a;b",
            "a&b|c",
            "{a,b}",
            "100%",
            "%s%n",
            "-n",
            "--x",
            "é",
            "a\nb",
            "\ta\u{1b}[2J",
            "a\u{202e}b",
            "a\u{a0}b",
            "a\u{200b}b",
            "\\012",
        ]
        .map(OsString::from)
        .to_vec();
        words.push(OsString::from_vec(vec![b'a', 0xff, b'\'', b'\\', 0x80]));
        for word in &words {
            let text = quoted(word);
            assert!(!text.contains(char::is_control), "{text}");
            let output = Command::new("sh")
                .args(["-c", &format!("printf '%s.' {text}")])
                .output()
                .unwrap();
            let mut expected = word.as_bytes().to_vec();
            expected.push(b'.');
            assert_eq!(output.stdout, expected, "{text}");
        }
    }
}
