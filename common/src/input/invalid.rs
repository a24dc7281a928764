//! The reason that a value is refused, without its place.
//!
//! Lives here: the error of every `FromStr` and constructor that the input files feed. The reader
//! adds file, line and key. The text is a fragment that reads well after "invalid `key`: ".

/// A refused value: what is wrong with it, and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Invalid {
    reason: String,
    help: Vec<String>,
    item: Option<usize>,
}

impl Invalid {
    /// A value refused for this reason.
    #[must_use]
    pub fn new(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            help: Vec::new(),
            item: None,
        }
    }

    /// The value found is not of the expected shape.
    #[must_use]
    pub fn expected(expected: &str, found: &str) -> Self {
        Self::new(format!("expected {expected}, found {}", quoted(found)))
    }

    /// The value found is none of the allowed ones.
    #[must_use]
    pub fn choice(found: &str, allowed: &[&str]) -> Self {
        let refused = Self::expected(&alternatives(allowed), found);
        match nearest(found, allowed.iter().copied()) {
            Some(near) => refused.with_help(format!("did you mean {near:?}?")),
            None => refused,
        }
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// Says which item of a list is meant.
    #[must_use]
    pub(crate) fn at_item(self, item: usize) -> Self {
        Self {
            item: Some(item),
            ..self
        }
    }

    /// Which item of a list is meant, from 0.
    pub(crate) const fn item(&self) -> Option<usize> {
        self.item
    }

    /// What to do about it, one sentence each.
    #[must_use]
    pub fn help(&self) -> &[String] {
        &self.help
    }
}

/// The text in quotes, shortened where it is long, with control characters escaped.
pub(crate) fn quoted(text: &str) -> String {
    const LONGEST: usize = 100;
    if text.chars().count() <= LONGEST {
        return format!("{text:?}");
    }
    let start: String = text.chars().take(LONGEST).collect();
    format!("{start:?}…")
}

/// `"a", "b" or "c"`.
pub(crate) fn alternatives(allowed: &[&str]) -> String {
    let quoted: Vec<String> = allowed.iter().map(|one| format!("{one:?}")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => "nothing".to_owned(),
    }
}

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
