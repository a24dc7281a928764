//! What every stack shares.

pub mod application;
pub mod capacity;
pub mod environment;
pub mod input;
pub mod naming;
mod text;
