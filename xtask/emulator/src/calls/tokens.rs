//! Client request tokens: a call that is repeated is performed once.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ExecuteChangeSet.html>

use crate::api::ApiError;
use crate::error::refusal;
use crate::stack::Stack;

/// Whether the same was done with this token before.
///
/// # Errors
///
/// The token was used for something else.
pub(super) fn is_repeated(
    stack: &Stack,
    token: Option<&str>,
    what: &str,
) -> Result<bool, ApiError> {
    match token.and_then(|token| Some((token, stack.tokens.get(token)?))) {
        None => Ok(false),
        Some((_, done)) if done == what => Ok(true),
        Some((token, _)) => Err(refusal(
            "TokenAlreadyExistsException",
            format!("A client request token already exists: {token}"),
        )),
    }
}

/// Something was done with this token.
pub(super) fn remember(stack: &mut Stack, token: Option<&str>, what: &str) {
    if let Some(token) = token {
        stack.tokens.insert(token.to_owned(), what.to_owned());
    }
}
