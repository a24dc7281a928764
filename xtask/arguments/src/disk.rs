//! What to do when a file can't be written. Both programs say it the same way.

use std::io::ErrorKind;

/// What helps, where something does that the cause doesn't say itself.
#[must_use]
pub const fn help(kind: ErrorKind) -> Option<&'static str> {
    match kind {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            Some("make room there, or write somewhere else")
        }
        ErrorKind::FileTooLarge => Some("raise the limit (`ulimit -f`), or write somewhere else"),
        ErrorKind::ReadOnlyFilesystem => Some("nothing can be written there; write somewhere else"),
        ErrorKind::PermissionDenied => {
            Some("whoever runs this may not write there; write somewhere else, or as who may")
        }
        _ => None,
    }
}
