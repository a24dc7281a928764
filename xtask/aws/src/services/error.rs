//! Conversion of signed requests' errors into the port's.

use deploy::inspect::services::ServiceError;

use crate::signed::SignedError;

/// Why a call failed.
pub(super) fn service_error(error: SignedError) -> ServiceError {
    match error {
        SignedError::Denied(message) => ServiceError::Denied(message),
        SignedError::Expired(message) => ServiceError::Expired(message),
        SignedError::Credentials(message) => ServiceError::Credentials(message),
        SignedError::Throttled { service, message } => {
            ServiceError::Throttled(format!("{service}: {}", message.raw()).into())
        }
        SignedError::NoAnswer { service, source } => ServiceError::NoAnswer { service, source },
        SignedError::Refused { code, message, .. } => ServiceError::Other { code, message },
        SignedError::Unreadable {
            service,
            operation,
            source,
        } => ServiceError::Unreadable {
            service,
            what: format!("{operation}: {source}").into(),
        },
        SignedError::Request { operation, source } => ServiceError::Other {
            code: operation.into(),
            message: source.to_string().into(),
        },
    }
}

/// The answer, or nothing where the service says by one of these codes that there is no such thing.
pub(super) fn unless_missing<T>(
    result: Result<T, SignedError>,
    codes: &[&str],
) -> Result<Option<T>, SignedError> {
    match result {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if error.code().is_some_and(|code| codes.contains(&code)) => Ok(None),
        Err(error) => Err(error),
    }
}
