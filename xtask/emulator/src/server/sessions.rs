//! The sessions of credentials, and their expiry.
//!
//! New credentials of an account have the same access key here, so the session token tells sessions
//! apart.

use std::collections::BTreeSet;

/// An access key with its session token.
pub(super) type Session = (String, Option<String>);

/// The sessions in use, and those that have expired.
#[derive(Clone, Debug, Default)]
pub(super) struct Sessions {
    calls: u64,
    active: BTreeSet<Session>,
    expired: BTreeSet<Session>,
}

impl Sessions {
    /// Records a call. Returns whether its session has expired.
    pub(super) fn record_call(&mut self, session: Session, expire_after: Option<u64>) -> bool {
        let expired = self.expired.contains(&session);
        self.active.insert(session);
        self.calls += 1;
        if expire_after == Some(self.calls) {
            self.expire();
        }
        expired
    }

    /// Expires all sessions in use.
    pub(super) fn expire(&mut self) {
        self.expired.append(&mut self.active);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_used_expires_and_what_is_new_does_not() {
        let session = |token: &str| ("111122223333".to_owned(), Some(token.to_owned()));
        let mut sessions = Sessions::default();
        assert!(!sessions.record_call(session("a"), Some(2)));
        assert!(!sessions.record_call(session("a"), Some(2)));
        assert!(sessions.record_call(session("a"), Some(2)));
        assert!(!sessions.record_call(session("b"), Some(2)));
        sessions.expire();
        assert!(sessions.record_call(session("b"), Some(2)));
    }
}
