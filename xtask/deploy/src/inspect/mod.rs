//! Inspection of an environment's account: what other services know of it, and what is wrong.
//!
//! [`inspect`] reads and never judges. A call that fails becomes an [`ProbeError`] in place of its
//! answer, and the others continue. The caller's identity is read first: in an account that is not
//! the environment's, nothing else is. [`doctor`] and [`health`] judge the result; both are pure.

mod account_quota;
pub mod check_result;
pub(crate) mod console;
pub mod doctor;
mod drift;
mod expected;
pub mod health;
mod inspection;
mod inspector;
mod machine_image;
mod probe;
pub mod services;

pub use account_quota::{AccountQuota, BuildMachine, Need, needs};
pub use drift::{DriftByStack, StackDrift, last_drift};
pub use expected::{SERVICE_ROLES, SESSION_PREFERENCES, drift_role, quota_code};
pub use inspection::{
    Account, Database, Dns, Inspection, MachineImageProbe, Parent, Pipeline, RunningImage, Zone,
};
pub use inspector::inspect;
pub use machine_image::{PinnedImage, machine_image};
pub use probe::{Probe, ProbeError, ProbeErrorKind};
