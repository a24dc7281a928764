//! Whether a caller may make a call: for whoever starts the server and knows.
//!
//! The server itself lets everybody do everything. Who gives it an [`Authorize`] is asked before
//! every call of the API, and may also let something go wrong that the call will cause: what
//! CloudFormation does later, in the name of a role, is not a call.

use crate::Cloud;
use crate::api::{Action, ApiError, Caller};

/// Decides about calls before they are carried out.
pub trait Authorize: Send {
    /// Lets a call through or refuses it.
    ///
    /// # Errors
    /// The answer of a call that is refused; see [`access_denied`].
    fn authorize(&mut self, asked: &Asked<'_>, cloud: &mut Cloud) -> Result<(), ApiError>;

    /// Answers a call of another service, which is not CloudFormation's to decide about. `None`
    /// where that service is not played.
    ///
    /// # Errors
    /// The answer of a call that is refused.
    fn beside(
        &mut self,
        _: &Beside<'_>,
        _: &mut Cloud,
    ) -> Option<Result<serde_json::Value, ApiError>> {
        None
    }
}

/// A call of another service, in AWS's JSON protocol.
#[derive(Clone, Copy, Debug)]
pub struct Beside<'a> {
    /// The access key id that it is signed with.
    pub key: &'a str,
    /// Account and region.
    pub caller: &'a Caller,
    /// The header `X-Amz-Target`: service and operation.
    pub target: &'a str,
    /// What is asked for.
    pub body: &'a [u8],
}

/// A call that is decided about.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The access key id that it is signed with.
    pub key: &'a str,
    /// Account and region.
    pub caller: &'a Caller,
    /// What is asked for.
    pub action: &'a Action,
}

/// The answer of a call that its caller may not make.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/CommonErrors.html>
#[must_use]
pub const fn access_denied(message: String) -> ApiError {
    ApiError {
        code: "AccessDenied",
        message,
        status: 403,
    }
}
