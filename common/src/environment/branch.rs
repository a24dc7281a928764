//! The branch that an environment runs.

use crate::input::Invalid;
use crate::text::text_newtype;

text_newtype! {
    /// A git branch: `stable` in production, `next` in staging, for the definition and for the
    /// applications alike.
    Branch, check
}

/// A subset of what git allows, without what a shell, an ARN condition or a pipeline's branch
/// filter would read as something else. <https://git-scm.com/docs/git-check-ref-format>
fn check(text: &str) -> Result<(), Invalid> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte);
    let parts_fine = text
        .split('/')
        .all(|part| !part.is_empty() && !part.starts_with(['.', '-']) && !part.ends_with(".lock"));
    let fine = text.len() <= 255
        && text.bytes().all(allowed)
        && parts_fine
        && !text.contains("..")
        && !text.ends_with('.');
    if fine {
        Ok(())
    } else {
        Err(Invalid::expected("the name of a git branch", text))
    }
}
