//! Units of what a machine has and a task takes.

use std::fmt;

/// Memory in MiB (2^20 bytes), the unit of ECS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mebibytes(pub u32);

impl Mebibytes {
    /// The number of MiB.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl fmt::Display for Mebibytes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} MiB", self.0)
    }
}

/// CPU in the unit of ECS: 1024 are one vCPU.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CpuUnits(pub u32);

impl CpuUnits {
    /// As ECS counts: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html>
    pub const PER_VCPU: u32 = 1024;

    /// The number of CPU units.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl fmt::Display for CpuUnits {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} CPU units", self.0)
    }
}
