//! Waits for the engine, and for whoever wants to leave.

use std::cell::RefCell;
use std::time::Duration;

use deploy::execute::StopHandle;
use deploy::report::Line;
use deploy_arguments::exit_code;

use crate::screen::{Screen, complain};
use crate::session::Interrupts;

/// How often the picture is drawn.
const FRAME: Duration = Duration::from_millis(125);

/// What came of waiting for the engine.
pub(super) enum Waited<T> {
    /// It has come to its end.
    Done(T),
    /// Somebody left before anything had begun.
    Left,
}

/// Waits for the engine, draws meanwhile, and leaves when somebody wants to.
pub(super) async fn wait<T>(
    work: impl Future<Output = T>,
    screen: &RefCell<Screen>,
    handle: &StopHandle,
    interrupts: &mut Interrupts,
) -> Waited<T> {
    tokio::pin!(work);
    let mut frames = tokio::time::interval(FRAME);
    let mut leaving = false;
    loop {
        tokio::select! {
            done = &mut work => return Waited::Done(done),
            _ = frames.tick() => screen.borrow_mut().tick(),
            () = interrupts.next(), if !leaving => {
                if !screen.borrow().is_walking() {
                    return Waited::Left;
                }
                leaving = true;
                handle.detach();
            }
        }
    }
}

/// Waits until change sets are made, and whether somebody wants to leave: what is being made is
/// taken back then. Whoever wants to leave twice leaves at once.
pub(super) async fn until_prepared<T>(
    work: impl Future<Output = T>,
    handle: &StopHandle,
    interrupts: &mut Interrupts,
) -> Option<(T, bool)> {
    tokio::pin!(work);
    let mut left = false;
    loop {
        tokio::select! {
            done = &mut work => return Some((done, left)),
            () = interrupts.next() => {
                if left {
                    return None;
                }
                left = true;
                handle.detach();
            }
        }
    }
}

/// Somebody left before anything had begun.
pub(super) fn left_before() -> u8 {
    complain(&[Line::new().plain("left; nothing was done")]);
    exit_code::REFUSED
}
