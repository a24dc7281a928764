//! Runs that end in the middle.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use emulator::port::{Call, Hooks, Intervention};
use tokio::sync::Notify;

/// Kills a run before or after one of its calls.
pub(crate) struct Killer<H> {
    pub(crate) at: usize,
    pub(crate) after: bool,
    pub(crate) dead: AtomicBool,
    pub(crate) killed: Arc<Notify>,
    pub(crate) other: H,
}

impl<H: Hooks> Hooks for Killer<H> {
    fn intervene(&self, call: &Call) -> Intervention {
        if self.dead.load(Ordering::SeqCst) {
            return Intervention::StopBefore;
        }
        if call.number == self.at {
            self.dead.store(true, Ordering::SeqCst);
            self.killed.notify_one();
            return if self.after {
                Intervention::StopAfter
            } else {
                Intervention::StopBefore
            };
        }
        self.other.intervene(call)
    }
}
