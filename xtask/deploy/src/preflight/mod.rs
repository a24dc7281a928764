//! Preconditions of a write: the right account and region, the environment's own stacks, permitted sources, and
//! consent.
//!
//! [`check`] and [`Consent::question`] are the rules, without I/O; `release` and `source` read the facts. The
//! expected target comes from the assembly alone: no setting of the caller changes it. No rule has a permissive
//! default: a fact that can't be read is a refusal.

mod actual_target;
mod approval;
mod check;
mod checkout;
mod consent;
mod expected_target;
mod refusal;
mod release;
mod source;

pub use actual_target::{ActualTarget, SavedCommit};
pub use approval::Approval;
pub use check::{check, check_account_and_region, check_saved_plan};
pub use checkout::{Checkout, PipelineRun};
pub use consent::{Consent, Question};
pub use expected_target::{Destination, ExpectedTarget};
pub use provenance::{Inputs, assembly_digest};
pub use refusal::Refusal;
pub(crate) use refusal::short_commit;
pub use release::{RELEASE_FILE, RELEASE_VERSION, Release, ReleaseError};
pub use source::{Source, source};
