//! Arguments as the words that give them again.
//!
//! `cargo xtask` reads them, adds what only it knows (where the assembly is, which endpoint was
//! started), and hands all of it on. Reading the words again gives the same arguments.

use std::ffi::{OsStr, OsString};

/// Arguments that can be typed again.
pub trait Words {
    /// The words, without the verb.
    fn words(&self) -> Vec<OsString>;
}

/// An option with its value.
pub(crate) fn flag(name: &str, value: impl AsRef<OsStr>) -> Vec<OsString> {
    // Joined, so that a value that begins with a hyphen is read as one.
    let mut word = OsString::from(name);
    word.push("=");
    word.push(value);
    vec![word]
}

/// An option with its value, if there is one.
pub(crate) fn option(name: &str, value: Option<impl AsRef<OsStr>>) -> Vec<OsString> {
    value.map(|value| flag(name, value)).unwrap_or_default()
}

/// An option without a value, if it is on.
pub(crate) fn switch(name: &str, on: bool) -> Option<OsString> {
    on.then(|| OsString::from(name))
}

/// An option that was given several times.
pub(crate) fn each<T: AsRef<OsStr>>(
    name: &str,
    values: impl IntoIterator<Item = T>,
) -> Vec<OsString> {
    values
        .into_iter()
        .flat_map(|value| flag(name, value))
        .collect()
}
