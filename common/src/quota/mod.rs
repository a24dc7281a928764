//! AWS's service quotas, and an environment's use of them.
//!
//! Each stack says what it takes ([`StackArtifact::quotas`]), counted from its template when it is
//! finished; [`usage`] adds the stacks of an environment up. So no template is read again, and
//! the assembly alone tells how much an environment may still grow. Quotas of one template are
//! checked with the template ([`crate::template::check::limits`]).
//!
//! [`StackArtifact::quotas`]: crate::stack::StackArtifact::quotas

mod count;
mod kind;
mod usage;

pub(crate) use count::count;
pub use kind::Quota;
pub use usage::{State, Usage, usage};
