//! What the tests share.

#[expect(dead_code, reason = "the tests of the AWS adapter use the rest")]
pub(crate) mod assembly;
pub(crate) mod scratch;
