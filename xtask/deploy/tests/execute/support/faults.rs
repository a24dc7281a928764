//! Faults of calls.

use std::io;

use cloudformation::{ClientError, ClientResult};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FaultKind {
    /// It takes effect, and its answer is lost.
    AnswerLost,
    /// It never arrives.
    CallLost,
    /// It takes effect, its answer is lost, and something below the port repeats it.
    Repeated,
    Throttled,
    /// It fails with an unknown error.
    Unknown,
    /// It is not permitted.
    Denied,
}

#[derive(Clone, Debug)]
pub(crate) struct Fault {
    /// The action: `CreateChangeSet`.
    pub(crate) call: &'static str,
    /// The first call that is hit, counted from 1.
    pub(crate) from: usize,
    /// How many calls are hit.
    pub(crate) times: usize,
    pub(crate) kind: FaultKind,
}

impl Fault {
    pub(crate) fn first(call: &'static str, kind: FaultKind) -> Self {
        Self {
            call,
            from: 1,
            times: 1,
            kind,
        }
    }

    pub(crate) fn applies(&self, call: &str, count: usize) -> bool {
        self.call == call && (self.from..self.from + self.times).contains(&count)
    }
}

/// Makes a call whose effect is `effect`, as the fault would have it.
pub(crate) fn apply<T>(
    fault: Option<FaultKind>,
    mut effect: impl FnMut() -> ClientResult<T>,
) -> ClientResult<T> {
    let no_answer = || ClientError::NoAnswer {
        service: "cloudformation",
        source: Box::new(io::Error::from(io::ErrorKind::TimedOut)),
    };
    match fault {
        None => effect(),
        Some(FaultKind::AnswerLost) => effect().and(Err(no_answer())),
        Some(FaultKind::CallLost) => Err(no_answer()),
        Some(FaultKind::Repeated) => {
            effect()?;
            effect()
        }
        Some(FaultKind::Throttled) => Err(ClientError::Throttled("Rate exceeded".into())),
        Some(FaultKind::Unknown) => Err(ClientError::Other {
            code: "InternalFailure".into(),
            message: "something odd".into(),
        }),
        Some(FaultKind::Denied) => Err(ClientError::AccessDenied("not this".into())),
    }
}
