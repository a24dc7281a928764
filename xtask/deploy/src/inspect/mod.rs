//! Asks for everything that is needed to judge an environment.
//!
//! Nothing here judges. A call that fails becomes an [`Unanswered`] in the place of its answer, and
//! the others go on. Who asks is asked first: of an account that is not the environment's, nothing
//! is looked at.

mod account;
mod account_quota;
mod alarms;
mod asked;
mod asker;
mod delivery;
mod domain;
mod drift;
mod found;
mod images;
mod machines;
mod question;

pub use account::inspect;
pub use account_quota::{AccountQuota, BuildMachine, Need, needs};
pub use asked::{Asked, Obstacle, Unanswered};
pub use drift::last_drift;
pub use found::{Account, Database, Dns, Found, ImageFound, Parent, Pipeline, RunningImage, Zone};
pub use machines::{PinnedImage, machine_image};
pub use question::{SERVICE_ROLES, SESSION_PREFERENCES, drift_role, quota_code};
pub(crate) use question::{alarm_topics, certified, records, secrets, zones};
