//! Generated parts of documents.
//!
//! A part stands between `<!-- generated: NAME -->` and `<!-- end -->`. It is compared, or with
//! `UPDATE_DOCS=1` written.

use std::fs;
use std::path::Path;

/// Holds a part of a document against what it should be.
///
/// # Panics
/// When the document has no such part, or another one.
#[track_caller]
pub fn assert_generated(file: &str, name: &str, expected: &str) {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).join(file);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{file}: {error}"));
    let begin = format!("<!-- generated: {name} -->\n");
    let parts = text.split_once(&begin).and_then(|(before, rest)| {
        let (found, after) = rest.split_once("<!-- end -->")?;
        Some((before, found, after))
    });
    let Some((before, found, after)) = parts else {
        panic!("{file} has no part `{name}`");
    };
    if std::env::var_os("UPDATE_DOCS").is_some() {
        let new = format!("{before}{begin}{expected}<!-- end -->{after}");
        fs::write(&path, new).unwrap_or_else(|error| panic!("{file}: {error}"));
    } else {
        assert_eq!(
            found, expected,
            "{file} is out of date; UPDATE_DOCS=1 writes it"
        );
    }
}
