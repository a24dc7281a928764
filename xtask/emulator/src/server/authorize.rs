//! Authorization of requests by the program that starts the server.
//!
//! The server itself allows every request. An [`Authorize`] decides about each one before it is
//! performed. It may also add faults for what the request causes later: what CloudFormation does in
//! the name of a role is not a request.

use crate::Cloud;
use crate::api::{Action, ApiError, Caller};

/// Decides about requests before they are performed.
pub trait Authorize: Send {
    /// Allows a request or refuses it.
    ///
    /// # Errors
    /// The refusal; see [`access_denied`].
    fn authorize(
        &mut self,
        request: &AuthorizationRequest<'_>,
        cloud: &mut Cloud,
    ) -> Result<(), ApiError>;

    /// Answers a request to another service. `None` for a service that is not simulated.
    ///
    /// # Errors
    /// The refusal.
    fn other_service(
        &mut self,
        _: &OtherServiceRequest<'_>,
        _: &mut Cloud,
    ) -> Option<Result<serde_json::Value, ApiError>> {
        None
    }
}

/// A request to another service, in AWS's JSON protocol.
#[derive(Clone, Copy, Debug)]
pub struct OtherServiceRequest<'a> {
    pub key: &'a str,
    pub caller: &'a Caller,
    /// The header `X-Amz-Target`: service and operation.
    pub target: &'a str,
    pub body: &'a [u8],
}

/// A request to decide about.
#[derive(Clone, Copy, Debug)]
pub struct AuthorizationRequest<'a> {
    pub key: &'a str,
    pub caller: &'a Caller,
    pub action: &'a Action,
}

/// The refusal of a request that its caller is not allowed to make.
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
