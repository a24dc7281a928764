//! Says a line to whoever watches.

use std::io::Write as _;

/// Somebody who stops reading misses the rest.
pub(super) fn say(line: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}
