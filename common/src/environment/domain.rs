//! Domain names, and an environment's hosted zone.

use crate::input::Invalid;
use crate::text::text_newtype;

text_newtype! {
    /// A host name in lower case, without a trailing dot, of at least two labels.
    DomainName, check_domain
}

text_newtype! {
    /// A Route 53 hosted zone id, such as `Z0123456789ABCDEFGHIJ`.
    /// <https://docs.aws.amazon.com/Route53/latest/APIReference/API_HostedZone.html>
    HostedZoneId, check_hosted_zone
}

/// Where an environment is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Domain {
    /// The environment's apex; its certificate covers the apex and every name directly under it.
    pub name: DomainName,
    /// The public hosted zone of that apex, in the environment's own account.
    pub hosted_zone: HostedZoneId,
}

impl Domain {
    /// The name that the environment's certificate covers in addition to the apex.
    #[must_use]
    pub fn wildcard(&self) -> String {
        format!("*.{}", self.name)
    }
}

impl DomainName {
    /// The labels, from the most specific one.
    pub fn labels(&self) -> impl Iterator<Item = &str> {
        self.as_str().split('.')
    }

    /// Whether this name lies anywhere under the other (not at it).
    #[must_use]
    pub fn is_under(&self, other: &Self) -> bool {
        self.as_str()
            .strip_suffix(other.as_str())
            .is_some_and(|rest| rest.ends_with('.'))
    }

    /// The one label in front of the other name, if this name is directly under it.
    #[must_use]
    pub fn label_under(&self, other: &Self) -> Option<&str> {
        let label = self
            .as_str()
            .strip_suffix(other.as_str())?
            .strip_suffix('.')?;
        (!label.contains('.')).then_some(label)
    }

    /// `label.self`, when that is still a domain name.
    pub(crate) fn prefixed(&self, label: &str) -> Result<Self, Invalid> {
        format!("{label}.{self}").parse()
    }
}

/// The longest name that can be a certificate's first: its common name holds 64 characters.
/// <https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html>
const LONGEST: usize = 64;

fn check_domain(text: &str) -> Result<(), Invalid> {
    let labels = text.split('.').count();
    if labels < 2 || !text.split('.').all(is_label) {
        return Err(Invalid::expected(
            "a domain name in lower case, such as \"lemonade.example\"",
            text,
        ));
    }
    if text.len() > LONGEST {
        return Err(Invalid::new(format!(
            "the name has {} characters, a certificate's common name holds {LONGEST}",
            text.len()
        )));
    }
    Ok(())
}

/// A DNS label: letters, digits and inner hyphens, at most 63 characters (RFC 1123, section 2.1).
pub(crate) fn is_label(text: &str) -> bool {
    (1..=63).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-')
}

fn check_hosted_zone(text: &str) -> Result<(), Invalid> {
    let fine = (2..=32).contains(&text.len())
        && text.starts_with('Z')
        && text
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    if fine {
        Ok(())
    } else {
        Err(Invalid::expected(
            "a hosted zone id, such as \"Z0123456789ABCDEFGHIJ\"",
            text,
        ))
    }
}
