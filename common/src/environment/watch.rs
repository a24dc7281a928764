//! The receiver of alarms, and the budget.

use crate::input::Invalid;
use crate::text::text_newtype;

/// The receiver of alarms, failed pipelines and budget notifications.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alarms {
    /// The address that confirms the subscription and then gets every alarm.
    pub email: EmailAddress,
}

/// The monthly budget, whose spending is notified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// US dollars a month.
    pub monthly_usd: u32,
}

text_newtype! {
    /// An e-mail address. Only its form is checked; the receiver confirms the
    /// subscription.
    EmailAddress, check
}

fn check(text: &str) -> Result<(), Invalid> {
    let fine = text.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty()
            && domain.contains('.')
            && domain
                .to_ascii_lowercase()
                .split('.')
                .all(super::domain::is_label)
            && local
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&byte))
    });
    if fine && text.len() <= 254 {
        Ok(())
    } else {
        Err(Invalid::expected("an e-mail address", text))
    }
}
