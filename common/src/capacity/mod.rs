//! The capacity of machines and the sizing of a cluster.

mod machine;
mod memory_band;
mod units;

pub use machine::{Architecture, ECS_RESERVED_MEMORY, MachineType, OLD_IMAGE_DAYS};
pub use memory_band::{AdmissionError, MemoryBand, MemoryBandError};
pub use units::{CpuUnits, Mebibytes};
