//! ReadCalls that somebody waits for: patient, but not silent, and not without end.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::time::Duration;

use common::error_chain::causes;
use tokio::time::sleep;

use crate::calls::Calls;
use crate::execute::{Event, Stop};
use cloudformation::RateLimits;
use cloudformation::{Answer, PortError};

/// How long nothing is said while a call has no answer.
const SLOW_AFTER: Duration = Duration::from_secs(10);
/// How long one look is repeated. A call that goes on then is waited for, and its failure counts.
const RETRY_FOR: Duration = Duration::from_secs(180);

/// Calls that change nothing, and to whom their trouble is reported.
pub(super) struct ReadCalls<'a, P, R> {
    calls: Calls<'a, P>,
    report: RefCell<R>,
}

impl<'a, P, R: FnMut(Event)> ReadCalls<'a, P, R> {
    /// ReadCalls of this run.
    pub(super) fn new(port: &'a P, pace: &'a RateLimits, run: &str, report: R) -> Self {
        Self {
            calls: Calls::new(port, pace, run, Stop::never()).patient_for(RETRY_FOR),
            report: RefCell::new(report),
        }
    }

    /// The calls themselves, for several that belong together.
    pub(super) const fn inner(&self) -> &Calls<'a, P> {
        &self.calls
    }

    /// One look.
    pub(super) async fn read<T, F: Future<Output = Answer<T>>>(
        &self,
        call: impl FnMut() -> F,
    ) -> Answer<T> {
        let reported = Cell::new(false);
        let work = self.calls.read(call, |error| {
            reported.set(true);
            self.warn(retry_warning(error));
        });
        tokio::pin!(work);
        let slow = sleep(SLOW_AFTER);
        tokio::pin!(slow);
        loop {
            tokio::select! {
                answer = &mut work => return answer,
                () = &mut slow, if !reported.get() => {
                    reported.set(true);
                    self.warn(format!(
                        "no answer for {} seconds; still waiting",
                        SLOW_AFTER.as_secs()
                    ));
                }
            }
        }
    }

    pub(super) fn warn(&self, message: String) {
        (self.report.borrow_mut())(Event::Warning {
            step: None,
            message,
        });
    }
}

/// What failed, with what is behind it, and that it is not over.
fn retry_warning(error: &PortError) -> String {
    let what = match error {
        PortError::NoAnswer { service, .. } => format!("{service} does not answer"),
        other => other.to_string(),
    };
    match causes(error).last() {
        Some(why) => format!("{what} ({why}); trying again"),
        None => format!("{what}; trying again"),
    }
}
