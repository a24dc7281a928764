//! The stack `ecs`: the cluster and its machines.

mod alarms;
mod capacity;
mod draining_hook;
mod machine_check;
mod machines;
mod management;
mod stack;
mod user_data;

pub use stack::{Exports, Outputs, builder, exports, stack};
