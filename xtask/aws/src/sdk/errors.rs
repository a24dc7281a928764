//! From the SDK's errors to the dictionary's.

use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use cloudformation::{ClientError, ErrorAnswer, classify};
use common::error_chain::distinct_error_chain;

use super::answer::{UnexpectedAnswer, Unreachable, find};

pub(super) fn cloudformation<E>(error: SdkError<E, HttpResponse>) -> ClientError
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    client_error("CloudFormation", error)
}

pub(super) fn client_error<E>(
    service: &'static str,
    error: SdkError<E, HttpResponse>,
) -> ClientError
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    if let SdkError::ServiceError(context) = &error {
        let metadata = context.err().meta();
        // A document of the operation, in which the SDK does not find what it has to hold.
        if metadata.code().unwrap_or_default().is_empty() {
            return ClientError::Other {
                code: "IncompleteAnswer".into(),
                message: format!(
                    "{service} answered with status {}: {}",
                    context.raw().status().as_u16(),
                    distinct_error_chain(context.err())
                )
                .into(),
            };
        }
        return classify(ErrorAnswer {
            service,
            status: context.raw().status().as_u16(),
            code: metadata.code().unwrap_or_default(),
            message: metadata.message().unwrap_or_default(),
        });
    }
    if let Some(answer) = find::<UnexpectedAnswer>(&error) {
        // A write may have taken effect, whatever came back.
        let is_final = answer.asked.is_look() && (answer.is_first || !answer.may_pass());
        return no_answer(service, is_final, answer.clone());
    }
    if let Some(unreachable) = find::<Unreachable>(&error) {
        let is_final = unreachable.asked.is_look() && unreachable.is_first;
        return no_answer(service, is_final, unreachable.clone());
    }
    if let Some(credentials) = find::<CredentialsError>(&error) {
        return match without_credentials(credentials) {
            WithoutCredentials::Expired(text) => ClientError::ExpiredCredentials(text.into()),
            WithoutCredentials::TimedOut(text) => ClientError::NoAnswer {
                service,
                source: text.into(),
            },
            WithoutCredentials::Missing(text) => ClientError::InvalidCredentials(text.into()),
        };
    }
    match error {
        // Nothing was sent.
        SdkError::ConstructionFailure(_) => {
            ClientError::Invalid(distinct_error_chain(&error).into())
        }
        error => ClientError::NoAnswer {
            service,
            source: Box::new(error),
        },
    }
}

/// No answer of AWS, which asking again does not change, or may.
fn no_answer(
    service: &'static str,
    is_final: bool,
    reason: impl Error + Send + Sync + 'static,
) -> ClientError {
    if is_final {
        ClientError::Unreachable {
            service,
            reason: Box::new(reason),
        }
    } else {
        ClientError::NoAnswer {
            service,
            source: Box::new(reason),
        }
    }
}

/// The reason why there are no credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum WithoutCredentials {
    Expired(String),
    /// The place that they come from did not answer; it may a little later.
    TimedOut(String),
    /// There are none, or what says where they are is wrong.
    Missing(String),
}

/// The reason why there are no credentials. Of a person's SSO session that has ended the SDK only says so.
pub(crate) fn without_credentials(error: &CredentialsError) -> WithoutCredentials {
    let text = distinct_error_chain(error);
    match error {
        CredentialsError::ProviderTimedOut(_) => WithoutCredentials::TimedOut(text),
        _ if text.to_lowercase().contains("expired") => WithoutCredentials::Expired(text),
        _ => WithoutCredentials::Missing(text),
    }
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

    #[test]
    fn a_chain_does_not_repeat_itself() {
        let error = classify(ErrorAnswer {
            service: "CloudFormation",
            status: 502,
            code: "",
            message: "",
        });
        assert_eq!(
            distinct_error_chain(&error),
            "no answer from CloudFormation: status 502"
        );
    }
}
