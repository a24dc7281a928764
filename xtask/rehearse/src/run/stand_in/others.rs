//! What brings tools.

use super::{Answer, Call};

/// Nothing is brought: the tools are here.
pub(super) fn answer(name: &str, call: &Call<'_>) -> Answer {
    let words = call.words();
    match (name, words.as_slice()) {
        ("dnf", ["install", ..]) => Answer::well(String::new()),
        // What comes from there is piped into a shell.
        ("curl", [.., "https://sh.rustup.rs"]) => {
            Answer::well("echo 'stand-in: the toolchain is the one that is here'\n".to_owned())
        }
        _ => Answer::failed(2, format!("{name} {}: not rehearsed\n", words.join(" "))),
    }
}
