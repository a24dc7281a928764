//! The sessions that credentials belong to, and which of them are over.
//!
//! New credentials for the same account have the same key here, so what tells sessions apart is
//! the session token beside it.

use std::collections::BTreeSet;

/// A key with its session token.
pub(super) type Session = (String, Option<String>);

/// Those that called, and those that may no longer.
#[derive(Clone, Debug, Default)]
pub(super) struct Sessions {
    calls: u64,
    seen: BTreeSet<Session>,
    expired: BTreeSet<Session>,
}

impl Sessions {
    /// Takes note of a call; whether its session is over.
    pub(super) fn call(&mut self, session: Session, expire_after: Option<u64>) -> bool {
        let over = self.expired.contains(&session);
        self.seen.insert(session);
        self.calls += 1;
        if expire_after == Some(self.calls) {
            self.expire();
        }
        over
    }

    /// Ends all that have called.
    pub(super) fn expire(&mut self) {
        self.expired.append(&mut self.seen);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_used_expires_and_what_is_new_does_not() {
        let session = |token: &str| ("111122223333".to_owned(), Some(token.to_owned()));
        let mut sessions = Sessions::default();
        assert!(!sessions.call(session("a"), Some(2)));
        assert!(!sessions.call(session("a"), Some(2)));
        assert!(sessions.call(session("a"), Some(2)));
        assert!(!sessions.call(session("b"), Some(2)));
        sessions.expire();
        assert!(sessions.call(session("b"), Some(2)));
    }
}
