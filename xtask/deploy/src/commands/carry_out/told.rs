//! What programs are told beside the events.

use std::cell::RefCell;

use deploy_engine::plan::Plan;
use operate::explain::Explanation;
use serde::Serialize;

use crate::Error;
use crate::screen::Screen;

/// What programs are told beside the events.
#[derive(Serialize)]
#[serde(
    tag = "event",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub(super) enum Told<'a> {
    /// This will be done.
    Planned { plan: &'a Plan },
    /// This is why a service did not become steady.
    Explained {
        stack: &'a str,
        explanations: &'a [Explanation],
    },
    /// This is how it ended.
    Ended { exit_code: u8 },
}

/// Tells programs how it ended, also when it did not come to a plan.
pub(super) fn tell_end(screen: &RefCell<Screen>, ended: Result<u8, Error>) -> Result<u8, Error> {
    let exit_code = match &ended {
        Ok(code) => *code,
        Err(error) => error.exit_code(),
    };
    screen.borrow_mut().hand_on(&Told::Ended { exit_code });
    ended
}
