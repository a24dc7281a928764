//! What comes between a caller and the cloud.

use std::time::Duration;

use crate::api::{Action, ApiError, Caller, Time};

macro_rules! operations {
    ($($name:ident = $text:literal, $writes:literal;)*) => {
        /// An operation, as the engine's port has them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Operation {
            $(
                #[doc = concat!("`", $text, "`.")]
                $name,
            )*
        }

        impl Operation {
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// Its name in the API.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }

            /// Whether it changes anything.
            #[must_use]
            pub const fn writes(self) -> bool {
                match self {
                    $(Self::$name => $writes,)*
                }
            }
        }
    };
}

operations! {
    Identity = "GetCallerIdentity", false;
    Stacks = "DescribeStacks", false;
    Stack = "DescribeStacks", false;
    Template = "GetTemplate", false;
    Importers = "ListImports", false;
    StackPolicy = "GetStackPolicy", false;
    Resources = "ListStackResources", false;
    Events = "DescribeStackEvents", false;
    CreateChangeSet = "CreateChangeSet", true;
    ChangeSet = "DescribeChangeSet", false;
    Validation = "DescribeEvents", false;
    ExecuteChangeSet = "ExecuteChangeSet", true;
    DeleteChangeSet = "DeleteChangeSet", true;
    DeleteStack = "DeleteStack", true;
    ContinueUpdateRollback = "ContinueUpdateRollback", true;
    RollBack = "RollbackStack", true;
    CancelUpdate = "CancelUpdateStack", true;
    SetStackPolicy = "SetStackPolicy", true;
    SetTerminationProtection = "UpdateTerminationProtection", true;
    DetectDrift = "DetectStackDrift", false;
    DriftDetection = "DescribeStackDriftDetectionStatus", false;
    Drifts = "DescribeStackResourceDrifts", false;
    CreateImport = "CreateChangeSet", true;
    DeletedStacks = "ListStacks", false;
}

/// A call, as the log keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// How many came before it, through all ports with the same log.
    pub number: usize,
    pub operation: Operation,
    /// Of which stack (or export), where it is of one.
    pub subject: Option<String>,
    /// When, in the cloud's time.
    pub at: Time,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Intervention {
    /// It is performed and answered.
    #[default]
    Pass,
    /// It is refused as one of too many; it has no effect.
    Throttle,
    /// The service fails before it does anything; the caller can't know that.
    Unanswered,
    /// The connection is reset before the service sees anything; the caller can't know that.
    Reset,
    /// It is performed, and its answer is lost.
    Lose,
    /// It is refused because the credentials have expired.
    Expire,
    /// It is performed, and the caller never goes on: as if it had been killed.
    StopAfter,
    /// It is not performed, and the caller never goes on.
    StopBefore,
    /// A read is answered as it would have been answered this long ago: if it was asked then, or
    /// the port has a [`Past`](super::Past).
    Stale(Duration),
    /// It takes this much longer.
    Delay(Duration),
}

/// Decides what happens to each call.
pub trait Hooks: Send + Sync {
    /// What happens to this one. Called once, before it is performed.
    fn intervene(&self, call: &Call) -> Intervention;

    /// Whether the caller may do it, as IAM decides; a refusal is what the caller is answered. Asked when the
    /// call is performed.
    ///
    /// # Errors
    ///
    /// The refusal.
    fn authorize(&self, caller: &Caller, action: &Action) -> Result<(), ApiError> {
        let _ = (caller, action);
        Ok(())
    }
}

impl<F> Hooks for F
where
    F: Fn(&Call) -> Intervention + Send + Sync,
{
    fn intervene(&self, call: &Call) -> Intervention {
        self(call)
    }
}

/// Nothing happens to any call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Calm;

impl Hooks for Calm {
    fn intervene(&self, _call: &Call) -> Intervention {
        Intervention::Pass
    }
}
