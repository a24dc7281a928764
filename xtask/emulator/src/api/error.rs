//! Why a call is refused.

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct ApiError {
    /// `ValidationError`, `AlreadyExistsException`, …
    pub code: &'static str,
    /// The text, as CloudFormation words it where clients match it.
    pub message: String,
    pub status: u16,
}
