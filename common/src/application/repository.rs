//! The GitHub repository of an application.

use crate::input::Invalid;
use crate::text::text_newtype;

text_newtype! {
    /// A GitHub repository, `owner/name`.
    Repository, check
}

fn check(text: &str) -> Result<(), Invalid> {
    let fine = text.split_once('/').is_some_and(|(owner, name)| {
        (1..=39).contains(&owner.len())
            && owner
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !owner.starts_with('-')
            && !owner.ends_with('-')
            && (1..=100).contains(&name.len())
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
            && !matches!(name, "." | "..")
    });
    if fine {
        Ok(())
    } else {
        Err(Invalid::expected(
            "a GitHub repository, such as \"lemonade/web\"",
            text,
        ))
    }
}
