//! Signals that end a process by default, and must not.

/// Turns SIGXFSZ into an error (`FileTooLarge`) of the write that exceeds the file size limit, which [`files`] has
/// a hint for. By default the signal ends the process in the middle of what it does
/// (<https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/signal.h.html>).
///
/// Has to be called within a tokio runtime. Where the handler can't be registered, the default stays.
///
/// [`files`]: crate::files::help
#[cfg(unix)]
pub fn refuse_large_files() {
    use tokio::signal::unix::{SignalKind, signal};

    let kind = SignalKind::from_raw(rustix::process::Signal::XFSZ.as_raw());
    // A registered handler stays, even after the stream is dropped.
    drop(signal(kind));
}

/// Does nothing: the system has no such signal.
#[cfg(not(unix))]
pub const fn refuse_large_files() {}
