//! What EC2 and Systems Manager say of machines.

use crate::timestamp::Timestamp;

/// A machine image.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Image.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MachineImage {
    /// Its id: `ami-0123456789abcdef0`.
    pub id: String,
    /// Its name, which has the release of Amazon Linux in it.
    pub name: String,
    /// The day on which it was made.
    pub created: Timestamp,
    /// The processors that it runs on: `x86_64`, `arm64`.
    pub architecture: String,
}

/// The versions of a document of Systems Manager.
/// <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DocumentDescription.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentVersions {
    /// The one that is used where none is asked for.
    pub default: String,
    /// The newest.
    pub latest: String,
}
