//! What all services say alike: that calls come too fast, and who calls.

use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;

/// What an error means, whichever service has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Common {
    /// Too many calls.
    Throttled,
    /// The credentials have expired.
    Expired,
    /// The credentials are not accepted.
    Credentials,
    /// The caller may not do that.
    Denied,
}

/// What a code means, if all services mean the same by it.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/CommonErrors.html>,
/// and the codes that the SDKs take for throttling
pub(crate) fn common(code: &str) -> Option<Common> {
    Some(match plain(code) {
        "Throttling"
        | "Throttled"
        | "RequestLimitExceeded"
        | "RequestThrottled"
        | "TooManyRequests"
        | "SlowDown"
        | "BandwidthLimitExceeded" => Common::Throttled,
        "ExpiredToken" | "TokenRefreshRequired" => Common::Expired,
        "InvalidClientTokenId"
        | "UnrecognizedClient"
        | "MissingAuthenticationToken"
        | "IncompleteSignature"
        | "SignatureDoesNotMatch"
        | "InvalidSignature"
        | "InvalidAccessKeyId"
        | "RequestExpired"
        | "RequestTimeTooSkewed"
        | "AuthFailure" => Common::Credentials,
        "AccessDenied" | "UnauthorizedOperation" | "NotAuthorized" | "OptInRequired" => {
            Common::Denied
        }
        _ => return None,
    })
}

/// A code without the suffix that some services give some of them.
pub(crate) fn plain(code: &str) -> &str {
    code.strip_suffix("Exception").unwrap_or(code)
}

/// Why there are no credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum WithoutCredentials {
    /// They have expired.
    Expired(String),
    /// The place that they come from did not answer; it may a little later.
    TimedOut(String),
    /// There are none, or what says where they are is wrong.
    Missing(String),
}

/// Why there are no credentials. Of a person's SSO session that has ended the SDK only says so.
pub(crate) fn without_credentials(error: &CredentialsError) -> WithoutCredentials {
    let said = chain(error);
    match error {
        CredentialsError::ProviderTimedOut(_) => WithoutCredentials::TimedOut(said),
        _ if said.to_lowercase().contains("expired") => WithoutCredentials::Expired(said),
        _ => WithoutCredentials::Missing(said),
    }
}

/// The first error of a type in a chain of sources.
pub(crate) fn find<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<E>() {
            return Some(found);
        }
        next = error.source();
    }
    None
}

/// A chain of sources in one line, without what says the same as its source.
pub(crate) fn chain(error: &dyn Error) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut next: Option<&dyn Error> = Some(error);
    while let Some(error) = next {
        let text = error.to_string();
        if parts.last().is_none_or(|last| !last.contains(&text)) {
            parts.push(text);
        }
        next = error.source();
    }
    parts.join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_that_cant_be_had_are_told_apart() {
        let missing = CredentialsError::not_loaded("no providers in chain provided credentials");
        assert!(matches!(
            without_credentials(&missing),
            WithoutCredentials::Missing(_)
        ));
        let profile = CredentialsError::invalid_configuration("profile `a` is not defined");
        assert!(matches!(
            without_credentials(&profile),
            WithoutCredentials::Missing(_)
        ));
        let session = CredentialsError::provider_error("the SSO token has expired");
        assert!(matches!(
            without_credentials(&session),
            WithoutCredentials::Expired(_)
        ));
        let slow = CredentialsError::provider_timed_out(std::time::Duration::from_secs(5));
        assert!(matches!(
            without_credentials(&slow),
            WithoutCredentials::TimedOut(_)
        ));
    }
}
