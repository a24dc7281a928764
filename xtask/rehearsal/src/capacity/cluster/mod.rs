//! The ECS cluster: machines, services and the tasks on them.

mod machine;
mod placement;
mod scheduler;
mod state;
mod task;

pub use machine::{Lifecycle, Machine, MachineId, Size, Zone};
pub use scheduler::schedule;
pub use state::{Cluster, DrainResult, PlacementMode, Service};
pub use task::{Phase, Shape, Task};
