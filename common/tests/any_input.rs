//! Whatever the files hold, reading them ends with a definition or with errors that can be shown.

#![cfg(test)]

mod definition_files;

use common::input::{Definition, SourceFile};
use definition_files::{APPLICATIONS, PRODUCTION, STAGING, checked_in};
use proptest::prelude::*;

/// Reads twice: the same input gets the same answer.
fn read(files: &[SourceFile]) {
    let answer = Definition::parse(files);
    assert_eq!(answer, Definition::parse(files));
    if let Err(errors) = answer {
        assert!(errors.iter().count() > 0);
        let shown = errors.to_string();
        assert!(shown.contains(" --> "), "{shown}");
    }
}

/// Pieces that mean something to TOML or to the definition.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        ".{0,12}",
        proptest::sample::select(vec![
            "[",
            "]",
            "{",
            "}",
            "\"",
            "\"\"\"",
            "'''",
            "=",
            ".",
            ",",
            "#",
            "\n",
            "\r",
            "\\u0000",
            "-1",
            "0",
            "1e400",
            "99999999999999999999",
            "0x",
            "1979-05-27",
            "true",
            "inf",
            "nan",
            "[[web]]",
            "[web.overrides.staging]",
            "overrides",
            "staging",
            "é",
            "\u{feff}",
            "@",
            "10.0.0.0/0",
            "0.0.0.0/32",
            "255.255.255.255/24",
            "euw1-az1",
            "4294967296",
            "18446744073709551615",
            "-9223372036854775808",
            "a.b",
            "\u{202e}",
            "🍋",
        ])
        .prop_map(str::to_owned),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn arbitrary_bytes_are_read(
        production in proptest::collection::vec(any::<u8>(), 0..200),
        applications in proptest::collection::vec(any::<u8>(), 0..200),
        path in ".{0,20}",
    ) {
        read(&[
            SourceFile::new(PRODUCTION, production),
            SourceFile::new(APPLICATIONS, applications.clone()),
            SourceFile::new(path, applications),
        ]);
    }

    #[test]
    fn arbitrary_pieces_are_read(
        staging in proptest::collection::vec(piece(), 0..40),
        applications in proptest::collection::vec(piece(), 0..40),
    ) {
        read(&[
            SourceFile::new(STAGING, staging.concat()),
            SourceFile::new(APPLICATIONS, applications.concat()),
        ]);
    }

    #[test]
    fn mutations_of_the_checked_in_files_are_read(
        mutations in proptest::collection::vec(
            (0..3_usize, any::<proptest::sample::Index>(), 0..30_usize, piece()),
            1..6,
        ),
    ) {
        let mut files = checked_in();
        for (file, at, removed, inserted) in mutations {
            let content = &mut files[file].content;
            let at = at.index(content.len() + 1);
            let end = (at + removed).min(content.len());
            content.splice(at..end, inserted.into_bytes());
        }
        read(&files);
    }

    /// Values are replaced as a whole, so that what is checked after the syntax is reached.
    #[test]
    fn other_values_in_the_checked_in_files_are_read(
        mutations in proptest::collection::vec(
            (0..3_usize, any::<proptest::sample::Index>(), piece(), any::<bool>()),
            1..6,
        ),
    ) {
        let mut files = checked_in();
        for (file, line, value, quoted) in mutations {
            let text = String::from_utf8(files[file].content.clone()).unwrap();
            let line = line.index(text.lines().count());
            let lines = text.lines().enumerate().map(|(index, old)| match old.split_once(" = ") {
                Some((key, _)) if index == line && quoted => format!("{key} = {value:?}\n"),
                Some((key, _)) if index == line => format!("{key} = {value}\n"),
                _ => format!("{old}\n"),
            });
            files[file].content = lines.collect::<String>().into_bytes();
        }
        read(&files);
    }
}

/// The stack of a test's thread is a quarter of a program's.
#[test]
fn deep_nesting_does_not_overflow_the_stack() {
    let key = ["a"; 16].join(".");
    for levels in [1, 50, 79, 80, 81, 1000, 100_000] {
        let inline = format!("{key} = {{\n").repeat(levels) + &"}\n".repeat(levels);
        read(&[SourceFile::new(APPLICATIONS, format!("[{key}]\n{inline}"))]);
        let lists = "x = ".to_owned() + &"[".repeat(levels) + &"]".repeat(levels);
        read(&[SourceFile::new(APPLICATIONS, lists)]);
        read(&[SourceFile::new(APPLICATIONS, vec!["a"; levels].join("."))]);
        read(&[SourceFile::new(
            APPLICATIONS,
            format!("[{}]", vec!["a"; levels].join(".\t")),
        )]);
    }
}
