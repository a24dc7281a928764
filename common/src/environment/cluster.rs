//! The machines of an environment.

use super::atlas::ResourceIdForm;
use crate::capacity::{MachineType, MemoryBand};
use crate::input::Invalid;
use crate::text::text_newtype;

/// The machines that containers run on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cluster {
    /// The EC2 type of every machine; all are equal, the capacity proofs rely on it.
    pub machine: MachineType,
    /// The machine image: pinned, changed by a review, never "latest".
    pub image: ImageId,
    /// How full the machines may be, and how many there may be.
    pub band: MemoryBand,
}

text_newtype! {
    /// A machine image id, `ami-` and 8 or 17 hexadecimal digits. Ids are per region.
    ImageId, check
}

fn check(text: &str) -> Result<(), Invalid> {
    let form = ResourceIdForm {
        prefix: "ami-",
        expected: "a machine image id, such as \"ami-0123456789abcdef0\"",
    };
    form.check(text)
}
