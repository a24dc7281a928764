//! "Did you mean": the known name nearest to a misspelt one.

use crate::terminal_text::displayed;

/// The candidate that was probably meant: the one with the fewest typing mistakes, if they are at
/// most a third of the word. Ties go to the first.
#[must_use]
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // The distance is quadratic in the lengths; a word this long is no typing mistake.
    const LONGEST: usize = 64;
    if word.len() > LONGEST {
        return None;
    }
    let word = word.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&word, candidate), candidate))
        .filter(|(mistakes, candidate)| *mistakes <= candidate.len().div_ceil(3))
        .min_by_key(|(mistakes, _)| *mistakes)
        .map(|(_, candidate)| candidate)
}

/// The candidate most similar to a name, however different: for long names of which one part is wrong.
pub fn most_similar<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<String> {
    candidates
        .into_iter()
        .max_by(|one, other| strsim::jaro(one, name).total_cmp(&strsim::jaro(other, name)))
        .map(ToOwned::to_owned)
}

/// The help below an error's message, if there is a suggestion.
#[must_use]
pub fn did_you_mean(suggestion: Option<&str>) -> String {
    suggestion
        .map(|name| format!("\n  = help: did you mean `{}`?", displayed(name)))
        .unwrap_or_default()
}
