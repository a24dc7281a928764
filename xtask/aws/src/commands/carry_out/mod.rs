//! Plans, shows, asks and executes: what `deploy`, `recover` and `destroy` have in common.
//!
//! Whatever has to be agreed to is shown first, with its change sets, and exactly that is executed.
//! Where nobody has to be asked, the engine's loop runs through.

mod agree;
mod end;
mod next;
mod saved;
mod show;
mod told;
mod undertaking;
mod wait;
mod way;
mod witness;

pub(super) use told::tell_end;
pub(super) use undertaking::Undertaking;
