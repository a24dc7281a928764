//! Looks that somebody waits for: patient, but not silent, and not without end.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::time::Duration;

use common::error_chain::causes;
use tokio::time::sleep;

use crate::calls::{Calls, Stop};
use crate::execute::Event;
use cloudformation::RateLimits;
use cloudformation::{ClientError, ClientResult};

/// How long nothing is said while a call has no answer.
const SILENCE: Duration = Duration::from_secs(10);
/// How long one look is repeated. A call that goes on then is waited for, and its failure counts.
const PATIENCE: Duration = Duration::from_secs(180);

/// Calls that change nothing, and to whom their trouble is told.
pub(super) struct Looks<'a, P, R> {
    calls: Calls<'a, P>,
    report: RefCell<R>,
}

impl<'a, P, R: FnMut(Event)> Looks<'a, P, R> {
    /// Looks of this run.
    pub(super) fn new(port: &'a P, pace: &'a RateLimits, run: &str, report: R) -> Self {
        Self {
            calls: Calls::new(port, pace, run, Stop::never()).with_max_read_time(PATIENCE),
            report: RefCell::new(report),
        }
    }

    /// The calls themselves, for several that belong together.
    pub(super) const fn calls(&self) -> &Calls<'a, P> {
        &self.calls
    }

    /// One look.
    pub(super) async fn read<T, F: Future<Output = ClientResult<T>>>(
        &self,
        call: impl FnMut() -> F,
    ) -> ClientResult<T> {
        let told = Cell::new(false);
        let work = self.calls.read(call, |error| {
            told.set(true);
            self.tell(trouble(error));
        });
        tokio::pin!(work);
        let slow = sleep(SILENCE);
        tokio::pin!(slow);
        loop {
            tokio::select! {
                answer = &mut work => return answer,
                () = &mut slow, if !told.get() => {
                    told.set(true);
                    self.tell(format!(
                        "no answer for {} seconds; still waiting",
                        SILENCE.as_secs()
                    ));
                }
            }
        }
    }

    pub(super) fn tell(&self, message: String) {
        (self.report.borrow_mut())(Event::Warning {
            step: None,
            message,
        });
    }
}

/// What failed, with what is behind it, and that it is not over.
fn trouble(error: &ClientError) -> String {
    let what = match error {
        ClientError::NoAnswer { service, .. } => format!("{service} does not answer"),
        other => other.to_string(),
    };
    match causes(error).last() {
        Some(why) => format!("{what} ({why}); trying again"),
        None => format!("{what}; trying again"),
    }
}
