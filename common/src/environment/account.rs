//! The AWS account that an environment lives in.

use crate::input::Invalid;
use crate::text::text_newtype;

text_newtype! {
    /// An AWS account id: twelve digits, leading zeros included, which is why it is text.
    /// <https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-identifiers.html>
    AccountId, check
}

fn check(text: &str) -> Result<(), Invalid> {
    if text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(())
    } else {
        Err(Invalid::expected(
            "an AWS account id of twelve digits",
            text,
        ))
    }
}
