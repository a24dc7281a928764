//! What brings tools.

use std::fs;

use super::{Answer, Call};

/// What is brought for the installer of rustup.
const INSTALLER: &str = "#!/bin/sh\necho 'stand-in: the toolchain is the one that is here'\n";

/// Nothing is brought: the tools are here.
pub(super) fn answer(name: &str, call: &Call<'_>) -> Answer {
    let words = call.words();
    match (name, words.as_slice()) {
        ("dnf", ["install", ..]) => Answer::well(String::new()),
        ("curl", [.., "--output", file, url]) if url.contains("/rustup/archive/") => {
            match fs::write(file, INSTALLER) {
                Ok(()) => Answer::well(String::new()),
                Err(error) => Answer::failed(23, format!("{file}: {error}\n")),
            }
        }
        // Of what is not the real thing.
        ("sha256sum", ["--check", "--quiet"]) => Answer::well(String::new()),
        _ => Answer::failed(2, format!("{name} {}: not rehearsed\n", words.join(" "))),
    }
}
