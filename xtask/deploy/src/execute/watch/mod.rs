//! Waits for stacks: one poller for all steps.
//!
//! A step follows its stack on the [`Board`]; the [`Poller`] looks at all of them together and
//! publishes what it saw. Its calls are bounded by the pace, not by the number of stacks. It never
//! judges: that a look failed says nothing about a stack.

mod board;
mod follower;
mod poller;
mod rhythm;

pub(super) use board::Board;
pub(super) use follower::{Follower, Interruption, Target};
pub(super) use poller::Poller;
