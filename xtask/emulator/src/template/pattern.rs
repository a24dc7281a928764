//! `AllowedPattern`: regular expressions of Java, as `java.util.regex` reads them.
//!
//! They are translated to those of `fancy-regex`, which has look-around, back references and atomic
//! groups, and gives up after a number of steps. Java's classes are those of ASCII, a `[` in a class
//! begins another class, and a possessive quantifier is an atomic group.
//!
//! <https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/util/regex/Pattern.html>

use std::fmt::Write as _;

use fancy_regex::{Regex, RegexBuilder};

/// The steps after which a match is given up: a second at most.
const MAX_STEPS: usize = 1_000_000;

/// What ends a line in Java.
const LINE_ENDS: &str = r"\n\r\x{85}\x{2028}\x{2029}";

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum PatternError {
    #[error("{0}")]
    Invalid(String),
    #[error("it takes more than {MAX_STEPS} steps to match")]
    TooSlow,
}

/// A compiled `AllowedPattern`.
#[derive(Debug)]
pub(super) struct Pattern(Regex);

impl Pattern {
    pub(super) fn new(java: &str) -> Result<Self, PatternError> {
        let translated = Translation::of(java)?;
        RegexBuilder::new(&format!(r"\A(?:{translated})\z"))
            .backtrack_limit(MAX_STEPS)
            .build()
            .map(Self)
            .map_err(|error| PatternError::Invalid(error.to_string()))
    }

    /// Whether the pattern matches the whole text.
    pub(super) fn matches(&self, text: &str) -> Result<bool, PatternError> {
        self.0.is_match(text).map_err(|_| PatternError::TooSlow)
    }
}

/// The flags of Java that are in effect at a place. The one for case stays with `fancy-regex`.
#[derive(Clone, Copy, Default)]
struct Flags {
    /// `s`: a dot matches ends of lines too.
    dot_all: bool,
    /// `m`: `^` and `$` match at lines.
    multi_line: bool,
    /// `x`: white space and comments are ignored.
    comments: bool,
    /// `U`: classes are those of Unicode.
    unicode: bool,
}

struct Translation {
    characters: Vec<char>,
    at: usize,
    out: String,
    flags: Flags,
    /// The flags and the beginning of each group that is open.
    open: Vec<(Flags, usize)>,
    groups: usize,
    /// Where the last thing that can be repeated begins in the result.
    atom: Option<usize>,
}

type Translated<T = ()> = Result<T, PatternError>;

fn invalid<T>(what: impl Into<String>) -> Translated<T> {
    Err(PatternError::Invalid(what.into()))
}

fn code(character: char) -> String {
    format!("\\x{{{:X}}}", u32::from(character))
}

impl Translation {
    fn of(java: &str) -> Translated<String> {
        let mut this = Self {
            characters: java.chars().collect(),
            at: 0,
            out: String::new(),
            flags: Flags::default(),
            open: Vec::new(),
            groups: 0,
            atom: None,
        };
        while let Some(character) = this.next() {
            this.element(character)?;
        }
        if this.open.is_empty() {
            Ok(this.out)
        } else {
            invalid("unclosed group")
        }
    }

    fn peek(&self) -> Option<char> {
        self.characters.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let character = self.peek()?;
        self.at += 1;
        Some(character)
    }

    fn eat(&mut self, expected: &str) -> bool {
        let fits = expected
            .chars()
            .enumerate()
            .all(|(index, character)| self.characters.get(self.at + index) == Some(&character));
        if fits {
            self.at += expected.chars().count();
        }
        fits
    }

    /// The text up to an end, which is skipped.
    fn until(&mut self, end: char) -> Translated<String> {
        let mut text = String::new();
        loop {
            match self.next() {
                Some(character) if character == end => return Ok(text),
                Some(character) => text.push(character),
                None => return invalid(format!("`{end}` is missing")),
            }
        }
    }

    fn push_atom(&mut self, text: &str) {
        self.atom = Some(self.out.len());
        self.out.push_str(text);
    }

    fn push_assertion(&mut self, text: &str) {
        self.atom = Some(self.out.len());
        self.out.push_str("(?:");
        self.out.push_str(text);
        self.out.push(')');
    }

    fn element(&mut self, character: char) -> Translated {
        match character {
            '\\' => self.escape()?,
            '[' => {
                let class = self.class()?;
                self.push_atom(&class);
            }
            '(' => self.group()?,
            ')' => {
                let Some((flags, start)) = self.open.pop() else {
                    return invalid("unmatched `)`");
                };
                self.out.push(')');
                self.flags = flags;
                self.atom = Some(start);
            }
            '|' => {
                self.out.push('|');
                self.atom = None;
            }
            '*' | '+' | '?' | '{' => self.quantifier(character)?,
            '.' if self.flags.dot_all => self.push_atom("(?s:.)"),
            '.' => self.push_atom(&format!("[^{LINE_ENDS}]")),
            '^' if self.flags.multi_line => self.push_assertion("(?m:^)"),
            '^' => self.push_assertion(r"\A"),
            '$' if self.flags.multi_line => {
                self.push_assertion(&format!(r"(?=[{LINE_ENDS}]|\z)"));
            }
            '$' => self.push_assertion(&format!(r"(?=(?:\r\n|[{LINE_ENDS}])?\z)")),
            _ if self.flags.comments && character.is_ascii_whitespace() => {}
            '#' if self.flags.comments => while self.next().is_some_and(|next| next != '\n') {},
            _ => self.literal(character),
        }
        Ok(())
    }

    fn literal(&mut self, character: char) {
        if character.is_alphanumeric() {
            self.push_atom(&character.to_string());
        } else {
            self.push_atom(&code(character));
        }
    }

    fn quantifier(&mut self, character: char) -> Translated {
        let Some(start) = self.atom else {
            return invalid(format!("dangling `{character}`"));
        };
        let times = if character == '{' {
            let times = self.until('}')?;
            let (least, most) = times.split_once(',').unwrap_or((&times, &times));
            let number = |text: &str| text.parse::<u32>().is_ok();
            if !number(least) || !(most.is_empty() || number(most)) {
                return invalid(format!("illegal repetition {{{times}}}"));
            }
            format!("{{{times}}}")
        } else {
            character.to_string()
        };
        if self.eat("+") {
            self.out.insert_str(start, "(?>");
            let _ = write!(self.out, "{times})");
        } else {
            self.out.push_str(&times);
            if self.eat("?") {
                self.out.push('?');
            }
        }
        self.atom = None;
        Ok(())
    }

    fn group(&mut self) -> Translated {
        let start = self.out.len();
        let outer = self.flags;
        for kind in ["?:", "?=", "?!", "?<=", "?<!", "?>"] {
            if self.eat(kind) {
                let _ = write!(self.out, "({kind}");
                self.open.push((outer, start));
                self.atom = None;
                return Ok(());
            }
        }
        if self.eat("?<") {
            let name = self.until('>')?;
            self.groups += 1;
            let _ = write!(self.out, "(?<{name}>");
        } else if self.eat("?") {
            return self.inline_flags(outer, start);
        } else {
            self.groups += 1;
            self.out.push('(');
        }
        self.open.push((outer, start));
        self.atom = None;
        Ok(())
    }

    /// `(?i)`, `(?s-i:…)`.
    fn inline_flags(&mut self, outer: Flags, start: usize) -> Translated {
        let (mut on, mut case) = (true, None);
        let closed = loop {
            match self.next() {
                Some('-') => on = false,
                Some('i') => case = Some(on),
                Some('s') => self.flags.dot_all = on,
                Some('m') => self.flags.multi_line = on,
                Some('x') => self.flags.comments = on,
                Some('U') => self.flags.unicode = on,
                // Case of Unicode, and lines of Unix: values hold neither.
                Some('u' | 'd') => {}
                Some(')') => break true,
                Some(':') => break false,
                Some(other) => return invalid(format!("unknown inline modifier `{other}`")),
                None => return invalid("unclosed group"),
            }
        };
        let case = match case {
            Some(true) => "i",
            Some(false) => "-i",
            None => "",
        };
        if !closed {
            let _ = write!(self.out, "(?{case}:");
            self.open.push((outer, start));
        } else if !case.is_empty() {
            let _ = write!(self.out, "(?{case})");
        }
        self.atom = None;
        Ok(())
    }

    fn escape(&mut self) -> Translated {
        let Some(character) = self.next() else {
            return invalid("a backslash at the end");
        };
        match character {
            'Q' => {
                while self.peek().is_some() && !self.eat("\\E") {
                    if let Some(quoted) = self.next() {
                        self.literal(quoted);
                    }
                }
            }
            'E' => {}
            'b' | 'B' | 'A' | 'z' => self.push_assertion(&format!("\\{character}")),
            'Z' => self.push_assertion(&format!(r"(?=(?:\r\n|[{LINE_ENDS}])?\z)")),
            // Where the last match ended: a value is matched once.
            'G' => self.push_assertion(r"\A"),
            'R' => self.push_atom(&format!(r"(?:\r\n|[\x0B\f{LINE_ENDS}])")),
            'k' if self.eat("<") => {
                let name = self.until('>')?;
                self.push_atom(&format!(r"\k<{name}>"));
            }
            '1'..='9' => {
                let mut number = usize::from(character as u8 - b'0');
                while let Some(digit) = self.peek().and_then(|next| next.to_digit(10)) {
                    let longer = number * 10 + digit as usize;
                    if longer > self.groups {
                        break;
                    }
                    number = longer;
                    self.at += 1;
                }
                // A group that does not exist never matches in Java.
                if number > self.groups {
                    self.push_atom("(?!)");
                } else {
                    self.push_atom(&format!("(?:\\{number})"));
                }
            }
            _ => {
                if let Some(class) = self.predefined(character)? {
                    self.push_atom(&format!("[{class}]"));
                } else {
                    let literal = self.escaped(character)?;
                    self.push_atom(&code(literal));
                }
            }
        }
        Ok(())
    }

    /// A class that has a letter, as the content of a class: `\d`, `\p{Alpha}`.
    fn predefined(&mut self, character: char) -> Translated<Option<String>> {
        let ascii = |positive: &str| {
            if character.is_ascii_uppercase() {
                format!("[^{positive}]")
            } else {
                positive.to_owned()
            }
        };
        Ok(Some(match character {
            'd' | 'D' | 's' | 'S' | 'w' | 'W' if self.flags.unicode => format!("\\{character}"),
            'd' | 'D' => ascii("0-9"),
            's' | 'S' => ascii(r" \t\n\x0B\f\r"),
            'w' | 'W' => ascii("a-zA-Z_0-9"),
            'h' | 'H' => {
                ascii(r" \t\x{A0}\x{1680}\x{180E}\x{2000}-\x{200A}\x{202F}\x{205F}\x{3000}")
            }
            'v' | 'V' => ascii(&format!(r"\x0B\f{LINE_ENDS}")),
            'p' | 'P' => {
                let name = if self.eat("{") {
                    self.until('}')?
                } else {
                    self.next().map(String::from).unwrap_or_default()
                };
                let class = property(&name)?;
                if character == 'P' {
                    format!("[^{class}]")
                } else {
                    class
                }
            }
            _ => return Ok(None),
        }))
    }

    /// A character that is written with an escape.
    fn escaped(&mut self, character: char) -> Translated<char> {
        let number = match character {
            't' => 0x09,
            'n' => 0x0A,
            'r' => 0x0D,
            'f' => 0x0C,
            'a' => 0x07,
            'e' => 0x1B,
            'c' => match self.next() {
                Some(control) => u32::from(control) ^ 64,
                None => return invalid("illegal control escape"),
            },
            'x' if self.eat("{") => {
                let digits = self.until('}')?;
                u32::from_str_radix(&digits, 16).unwrap_or(u32::MAX)
            }
            'x' => self.digits(2, 16)?,
            'u' => self.digits(4, 16)?,
            '0' => {
                let most = if matches!(self.peek(), Some('0'..='3')) {
                    3
                } else {
                    2
                };
                let mut number = None;
                for _ in 0..most {
                    let Some(digit) = self.peek().and_then(|next| next.to_digit(8)) else {
                        break;
                    };
                    number = Some(number.unwrap_or(0) * 8 + digit);
                    self.at += 1;
                }
                number.unwrap_or(u32::MAX)
            }
            _ if character.is_ascii_alphabetic() => u32::MAX,
            _ => return Ok(character),
        };
        match char::from_u32(number) {
            Some(literal) => Ok(literal),
            None => invalid(format!("illegal escape sequence `\\{character}`")),
        }
    }

    fn digits(&mut self, count: usize, radix: u32) -> Translated<u32> {
        let mut number = 0;
        for _ in 0..count {
            match self.next().and_then(|next| next.to_digit(radix)) {
                Some(digit) => number = number * radix + digit,
                None => return invalid("illegal hexadecimal escape sequence"),
            }
        }
        Ok(number)
    }

    /// A class after its `[`, with the classes in it.
    fn class(&mut self) -> Translated<String> {
        let mut out = String::from(if self.eat("^") { "[^" } else { "[" });
        let mut empty = true;
        loop {
            let Some(character) = self.next() else {
                return invalid("unclosed character class");
            };
            match character {
                ']' if !empty => break,
                '[' => out.push_str(&self.class()?),
                '&' if self.eat("&") => out.push_str("&&"),
                _ if self.flags.comments && character.is_ascii_whitespace() => continue,
                '\\' if self.eat("Q") => {
                    while self.peek().is_some() && !self.eat("\\E") {
                        if let Some(quoted) = self.next() {
                            out.push_str(&code(quoted));
                        }
                    }
                }
                _ => self.range(character, &mut out)?,
            }
            empty = false;
        }
        out.push(']');
        Ok(out)
    }

    /// A character of a class, or a range that begins with it.
    fn range(&mut self, character: char, out: &mut String) -> Translated {
        let Some(first) = self.class_character(character, out)? else {
            return Ok(());
        };
        out.push_str(&code(first));
        if first == ':' && self.peek() != Some('-') {
            // `[:alpha:]` is a class of POSIX there, and a class of characters in Java.
            let _ = write!(out, "-{}", code(first));
        }
        let ends = |next: Option<&char>| matches!(next, None | Some(']' | '['));
        if self.peek() == Some('-') && !ends(self.characters.get(self.at + 1)) {
            self.at += 1;
            let last = self.next().unwrap_or('-');
            match self.class_character(last, out)? {
                Some(last) if last >= first => {
                    let _ = write!(out, "-{}", code(last));
                }
                _ => return invalid("illegal character range"),
            }
        }
        Ok(())
    }

    /// A character in a class. None where it was a class itself, which goes to the result.
    fn class_character(&mut self, character: char, out: &mut String) -> Translated<Option<char>> {
        if character != '\\' {
            return Ok(Some(character));
        }
        let Some(escaped) = self.next() else {
            return invalid("unclosed character class");
        };
        if let Some(class) = self.predefined(escaped)? {
            out.push_str(&class);
            return Ok(None);
        }
        self.escaped(escaped).map(Some)
    }
}

/// The content of a class for a property: of ASCII for POSIX's names, else of Unicode.
fn property(name: &str) -> Translated<String> {
    let ascii = match name {
        "Lower" => "a-z",
        "Upper" => "A-Z",
        "ASCII" => r"\x00-\x7F",
        "Alpha" => "a-zA-Z",
        "Digit" => "0-9",
        "Alnum" => "a-zA-Z0-9",
        "Punct" => r"!-/:-@\[-`\{-~",
        "Graph" => "!-~",
        "Print" => " -~",
        "Blank" => r" \t",
        "Cntrl" => r"\x00-\x1F\x7F",
        "XDigit" => "0-9a-fA-F",
        "Space" => r" \t\n\x0B\f\r",
        "L1" => r"\x00-\xFF",
        "LC" => r"\p{Lu}\p{Ll}\p{Lt}",
        "LD" | "javaLetterOrDigit" => r"\p{L}\p{Nd}",
        "javaLowerCase" => r"\p{Lowercase}",
        "javaUpperCase" => r"\p{Uppercase}",
        "javaLetter" => r"\p{L}",
        "javaAlphabetic" => r"\p{Alphabetic}",
        "javaDigit" => r"\p{Nd}",
        "javaWhitespace" => r"\t\n\x0B\f\r\x1C-\x1F\p{Z}",
        _ => "",
    };
    if !ascii.is_empty() {
        return Ok(ascii.to_owned());
    }
    if name.starts_with("In") || name.starts_with("block=") || name.starts_with("blk=") {
        return invalid(format!("the block of Unicode `{name}` is not modelled"));
    }
    let name = name.strip_prefix("Is").unwrap_or(name);
    Ok(format!("\\p{{{name}}}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(java: &str, text: &str) -> bool {
        Pattern::new(java)
            .and_then(|pattern| pattern.matches(text))
            .unwrap_or_else(|error| panic!("{java}: {error}"))
    }

    #[test]
    fn the_whole_text_matches() {
        for (java, yes, no) in [
            ("[a-z]+", "abc", "abc1"),
            ("^[a-z]+$", "abc", "abc\n"),
            ("a|ab", "ab", "abb"),
            ("", "", "a"),
            (r"(?!.*--)[a-z-]+", "a-b", "a--b"),
            (r"(?=.*\d)(?=.*[a-z]).{4,8}", "ab12", "abcd"),
            (r".*(?<!-)", "a-b", "a-"),
            (r"(\w)\1", "aa", "ab"),
            (r"(?<first>\w)-\k<first>", "a-a", "a-b"),
            (r"\p{Alpha}+", "abc", "abc1"),
            (r"\p{Alpha}+", "abc", "äbc"),
            (r"[\p{Alpha}\p{Digit}]{2}", "a1", "é1"),
            (r"\P{Digit}+", "abc", "a1"),
            (r"\p{IsAlphabetic}+", "äbc", "1"),
            (r"\p{Lu}\p{javaLowerCase}", "Ab", "ab"),
            (r"\pL+", "aä", "1"),
            (r"\p{IsLatin}+", "a", "α"),
            (r"\p{Punct}", "[", "a"),
            (r"\d{12}", "123456789012", "12345678901٣"),
            (r"\w+", "a_1", "ä"),
            (r"\s", "\u{b}", "\u{a0}"),
            (r"\h", "\u{a0}", "\n"),
            ("[a-z&&[^bc]]+", "ad", "ab"),
            ("[a-d[m-p]]+", "am", "e"),
            ("[a-z&&[def]]", "e", "a"),
            ("[[:alpha:]]", "l", "b"),
            ("[]a]+", "]a", "b"),
            ("[a-]+", "a-", "b"),
            (r"[\w.-]+", "a.b-c", "a b"),
            (r"[a\]\[]+", "a][", "b"),
            ("[~-]+", "~-", "a"),
            ("a*+b", "aab", "a"),
            ("(?:ab)?+c", "abc", "ab"),
            ("a{2,3}+b", "aab", "ab"),
            ("a++a|b", "b", "aaa"),
            (r"\Qa.b\E+", "a.bb", "axb"),
            (r"(?i)abc", "ABC", "abd"),
            (r"a(?i:b)c", "aBc", "aBC"),
            ("(?s).", "\n", "ab"),
            (".", "a", "\n"),
            (".", "a", "\u{85}"),
            ("(?m)a$\\n^b", "a\nb", "ab"),
            ("(?x) a b # comment", "ab", "a b"),
            (r"\x41\u0042\x{43}\0104\cA", "ABCD\u{1}", "A"),
            (r"(a)|b\1", "a", "b"),
            (r"\bword\b", "word", "words"),
            ("(?>a|ab)c", "ac", "abc"),
            (r"#&~}]", "#&~}]", "#"),
            (
                r"(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?:/(?:[12]?[0-9]|3[0-2]))?",
                "10.0.0.0/16",
                "10.0/8",
            ),
        ] {
            assert!(matches(java, yes), "{java} {yes:?}");
            assert!(!matches(java, no), "{java} {no:?}");
        }
    }

    #[test]
    fn what_java_refuses_is_refused() {
        for java in [
            "[a",
            "(a",
            "a)",
            "*a",
            "a**b",
            "{2}",
            "a{x}",
            "a{2",
            r"\y",
            r"\u12",
            "[z-a]",
            "a\\",
            r"\p{Nonsense}",
            r"\p{InGreek}",
            "(?q)a",
        ] {
            assert!(Pattern::new(java).is_err(), "{java}");
        }
    }

    #[test]
    fn a_match_that_never_ends_is_given_up() {
        let pattern = Pattern::new(r"(?:(a+)+\1)*(?!a)c").unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(
            pattern.matches(&"a".repeat(4000)),
            Err(PatternError::TooSlow)
        );
        assert!(Pattern::new("((a{1000}){1000}){1000}").is_err());
    }
}
