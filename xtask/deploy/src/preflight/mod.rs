//! What has to hold before anything is written: right account, right region, the environment's own
//! stacks, sources that may be deployed there, and somebody's yes.
//!
//! [`check`] and [`Consent::question`] are pure and know the rules; `git`, `release` and `source`
//! are the edges that find the facts. What is expected comes from the assembly alone. No setting
//! of the caller's says which account an environment lives in, and none of the rules has a default
//! that lets something through: a fact that can't be had is a refusal.

mod check;
mod consent;
mod expected;
mod found;
mod permit;
mod refusal;
mod release;
mod saved;
mod source;

pub use check::check;
pub use consent::{Consent, Question};
pub use expected::{Expected, Where};
pub use found::{Checkout, Found, PipelineRun, SavedCommit, Source};
pub use permit::Permit;
pub use provenance::{Inputs, assembly_digest};
pub use refusal::Refusal;
pub(crate) use refusal::short_commit;
pub use release::{RELEASE_FILE, RELEASE_VERSION, Release, ReleaseError};
pub use saved::check_saved;
pub use source::source;
