//! The state in which a successful step leaves its stack.

use cloudformation::Stack;
use cloudformation::status::StackStatus;

pub(super) enum Success {
    Changed(Box<Stack>),
    Unchanged(Box<Stack>),
    /// The step's operation ended with this status, and another caller has changed the stack since.
    /// Its state is unknown, so that a later step finds it stale.
    Superseded(StackStatus),
    Deleted,
}
