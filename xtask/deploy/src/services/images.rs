//! What a registry says of images.

use crate::timestamp::Timestamp;

/// An image.
/// <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageDetail.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// Its digest: `sha256:…`.
    pub digest: String,
    /// Its tags: the commit that it was built from.
    pub tags: Vec<String>,
    /// When it was pushed.
    pub pushed: Option<Timestamp>,
}
