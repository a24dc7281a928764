//! Read calls with retries, warnings and a time limit.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::time::Duration;

use common::error_chain::causes;
use tokio::time::sleep;

use crate::calls::{Calls, Stop};
use crate::execute::Event;
use cloudformation::RateLimits;
use cloudformation::{ClientError, ClientResult};

/// How long a call may take before a warning.
const SLOW_AFTER: Duration = Duration::from_secs(10);
/// How long a call is retried. A call in flight at that time is awaited, and its failure is final.
const RETRY_FOR: Duration = Duration::from_secs(180);

/// Calls that change nothing, with their warnings.
pub(super) struct ReadCalls<'a, P, R> {
    calls: Calls<'a, P>,
    report: RefCell<R>,
}

impl<'a, P, R: FnMut(Event)> ReadCalls<'a, P, R> {
    pub(super) fn new(port: &'a P, pace: &'a RateLimits, run: &str, report: R) -> Self {
        Self {
            calls: Calls::new(port, pace, run, Stop::never()).with_max_read_time(RETRY_FOR),
            report: RefCell::new(report),
        }
    }

    /// The underlying calls, for groups of calls.
    pub(super) const fn inner(&self) -> &Calls<'a, P> {
        &self.calls
    }

    pub(super) async fn read<T, F: Future<Output = ClientResult<T>>>(
        &self,
        call: impl FnMut() -> F,
    ) -> ClientResult<T> {
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

/// The failure with its innermost cause.
fn retry_warning(error: &ClientError) -> String {
    let what = match error {
        ClientError::NoAnswer { service, .. } => format!("{service} does not answer"),
        other => other.to_string(),
    };
    match causes(error).last() {
        Some(why) => format!("{what} ({why}); retrying"),
        None => format!("{what}; retrying"),
    }
}
