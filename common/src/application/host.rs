//! The host name that an application answers to.

use crate::environment::domain::is_label;
use crate::environment::{Domain, DomainName, HostedZoneId};
use crate::input::Invalid;

/// A host, relative to the environment's domain or in full.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Host {
    /// `"@"`: the environment's domain itself.
    Apex,
    /// `"www"`: directly under the environment's domain.
    Label(String),
    /// A name elsewhere, which brings a certificate and a record of its own: a CNAME to the
    /// environment's domain.
    Full {
        /// The fully qualified domain name.
        name: DomainName,
        /// The public hosted zone that holds it, in the environment's own account.
        hosted_zone: HostedZoneId,
    },
}

impl Host {
    /// Reads a host of an environment with this domain.
    ///
    /// # Errors
    /// When the host is none, belongs under the environment's domain, can't be a CNAME, or comes
    /// with a hosted zone where it needs none, or without where it needs one.
    pub fn new(
        text: &str,
        hosted_zone: Option<HostedZoneId>,
        domain: &Domain,
    ) -> Result<Self, Invalid> {
        let host = if text == "@" {
            Self::Apex
        } else if !text.contains('.') {
            if !is_label(text) {
                return Err(Invalid::expected(
                    "\"@\" for the environment's domain, a label under it such as \"www\", or a \
                     full name",
                    text,
                ));
            }
            domain.name.prefixed(text)?;
            Self::Label(text.to_owned())
        } else {
            return full(text, hosted_zone, domain);
        };
        match hosted_zone {
            None => Ok(host),
            Some(_) => Err(Invalid::new(format!(
                "`hosted_zone` goes with a full name only, {text:?} lies in the environment's own"
            ))
            .with_help("remove the key `hosted_zone`")),
        }
    }

    /// The host under the environment's domain, as DNS and the listener rule have it: `api.staging.example.com`.
    #[must_use]
    pub fn fqdn(&self, domain: &Domain) -> DomainName {
        match self {
            Self::Apex => domain.name.clone(),
            // `new` has checked that the two make a name.
            Self::Label(label) => domain
                .name
                .prefixed(label)
                .unwrap_or_else(|_| domain.name.clone()),
            Self::Full { name, .. } => name.clone(),
        }
    }

    /// Whether the environment's certificate, wildcard and apex, covers it.
    #[must_use]
    pub const fn in_wildcard(&self) -> bool {
        matches!(self, Self::Apex | Self::Label(_))
    }
}

fn full(text: &str, hosted_zone: Option<HostedZoneId>, domain: &Domain) -> Result<Host, Invalid> {
    let name: DomainName = text.parse()?;
    if name == domain.name {
        return Err(
            Invalid::new(format!("{text:?} is the environment's domain")).with_help("write \"@\""),
        );
    }
    if let Some(label) = name.label_under(&domain.name) {
        return Err(Invalid::new(format!(
            "{text:?} lies directly under the environment's domain"
        ))
        .with_help(format!("write the label alone: {label:?}")));
    }
    if name.labels().count() < 3 {
        return Err(Invalid::new(format!(
            "{text:?} is an apex, and its record would be a CNAME, which an apex can't have"
        ))
        .with_help("use a name under it, such as \"www\", and redirect the apex to that"));
    }
    match hosted_zone {
        Some(hosted_zone) => Ok(Host::Full { name, hosted_zone }),
        None => Err(Invalid::new(format!(
            "{text:?} lies outside the environment's domain and needs its `hosted_zone`"
        ))
        .with_help("add `hosted_zone = \"Z…\"`, the public zone of that name in this account")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn domain() -> Domain {
        Domain {
            name: "lemonade.example".parse().unwrap(),
            hosted_zone: "Z0123456789PRODUCTION".parse().unwrap(),
        }
    }

    #[test]
    fn the_environments_certificate_covers_the_apex_and_what_is_directly_under_it() {
        for (text, fqdn) in [("@", "lemonade.example"), ("www", "www.lemonade.example")] {
            let host = Host::new(text, None, &domain()).unwrap();
            assert_eq!(host.fqdn(&domain()).as_str(), fqdn);
            assert!(host.in_wildcard());
        }
    }

    #[test]
    fn names_further_down_or_elsewhere_bring_their_own_certificate() {
        for text in [
            "a.b.lemonade.example",
            "shop.lemonade.test",
            "www.notlemonade.example",
        ] {
            let zone: HostedZoneId = "Z0123456789ELSEWHERE".parse().unwrap();
            let host = Host::new(text, Some(zone), &domain()).unwrap();
            assert_eq!(host.fqdn(&domain()).as_str(), text);
            assert!(!host.in_wildcard());
        }
    }

    #[test]
    fn a_label_that_makes_the_name_too_long_is_refused() {
        assert!(Host::new(&"w".repeat(60), None, &domain()).is_err());
    }
}
