//! Requests: the checks that precede each operation of the API, and its answer.

mod change_sets;
mod context;
mod describe;
mod dispatch;
mod drift;
mod imports;
mod operation_events;
mod recover;
mod stacks;
mod start;
mod view;
