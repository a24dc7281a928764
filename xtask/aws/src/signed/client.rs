//! Sends calls.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws_config::{BehaviorVersion, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::ProvideCredentials;
use aws_smithy_runtime::client::orchestrator::operation::Operation;
use aws_smithy_runtime::client::retries::classifiers::{
    ModeledAsRetryableClassifier, TransientErrorClassifier,
};
use aws_smithy_runtime_api::client::orchestrator::OrchestratorError;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use tokio::sync::Mutex;

use super::answer::{Response, read};
use super::call::Call;
use super::error::{Fault, SignedError};
use super::service::Service;
use super::signer::Signer;
use crate::sdk::answer::find;
use crate::sdk::answer::{UnexpectedAnswer, Unreachable};
use crate::sdk::errors::without_credentials;

/// How long before their end credentials are asked for again.
const RENEWAL: Duration = Duration::from_secs(60);

/// Sends signed requests with the region, credentials, connections, retries and timeouts of a
/// configuration.
#[derive(Clone, Debug)]
pub struct Signed {
    config: SdkConfig,
    credentials: Arc<Mutex<Option<Credentials>>>,
}

impl Signed {
    /// Sends requests as this configuration says.
    #[must_use]
    pub fn new(config: &SdkConfig) -> Self {
        Self {
            config: config.clone(),
            credentials: Arc::default(),
        }
    }

    /// Calls a service. The call may be attempted several times.
    ///
    /// # Errors
    /// When the service refuses, or there was no answer in any of the attempts.
    pub async fn call(&self, service: Service, call: Call) -> Result<Response, SignedError> {
        let operation = call.operation();
        let signer = Signer {
            credentials: self.credentials(service).await?,
            region: service.signing_region(self.region()).to_owned(),
            service,
        };
        let result = self
            .operation(service, &operation, call, signer)
            .invoke(())
            .await;
        result.map_err(|error| failure(service, operation, error))
    }

    fn region(&self) -> &str {
        self.config.region().map_or("", AsRef::as_ref)
    }

    fn operation(
        &self,
        service: Service,
        name: &str,
        call: Call,
        signer: Signer,
    ) -> Operation<(), Response, Fault> {
        let address = match self.config.endpoint_url() {
            Some(url) => url.to_owned(),
            None => service.address(self.region()),
        };
        let retry = self
            .config
            .retry_config()
            .cloned()
            .unwrap_or_else(RetryConfig::standard);
        let timeout = self
            .config
            .timeout_config()
            .cloned()
            .unwrap_or_else(TimeoutConfig::disabled);
        let call = Arc::new(call);
        let asked = Arc::clone(&call);
        let mut builder = Operation::builder()
            .service_name(service.name)
            .operation_name(name.to_owned())
            .behavior_version(BehaviorVersion::v2026_01_12())
            .endpoint_url(&address)
            .no_auth()
            .standard_retry(&retry)
            .timeout_config(timeout)
            .retry_classifier(TransientErrorClassifier::<Fault>::new())
            .retry_classifier(ModeledAsRetryableClassifier::<Fault>::new())
            .interceptor(signer)
            .with_connection_poisoning();
        if let Some(client) = self.config.http_client() {
            builder = builder.http_client(client);
        }
        if let Some(sleep) = self.config.sleep_impl() {
            builder = builder.sleep_impl(sleep);
        }
        if let Some(time) = self.config.time_source() {
            builder = builder.time_source(time);
        }
        builder
            .serializer(move |()| asked.request())
            .deserializer(move |response| {
                read(&service, &call, response).map_err(OrchestratorError::operation)
            })
            .build()
    }

    /// The credentials, as long as they last.
    async fn credentials(&self, service: Service) -> Result<Credentials, SignedError> {
        let mut kept = self.credentials.lock().await;
        let now = self
            .config
            .time_source()
            .map_or_else(SystemTime::now, |source| source.now());
        let lasts =
            |credentials: &Credentials| credentials.expiry().is_none_or(|end| end > now + RENEWAL);
        if let Some(credentials) = kept.as_ref().filter(|kept| lasts(kept)) {
            return Ok(credentials.clone());
        }
        let Some(provider) = self.config.credentials_provider() else {
            return Err(SignedError::Credentials("there are none".into()));
        };
        let credentials = provider.provide_credentials().await.map_err(|error| {
            SignedError::without_credentials(service.name, without_credentials(&error))
        })?;
        *kept = Some(credentials.clone());
        Ok(credentials)
    }
}

fn failure<R>(service: Service, operation: String, error: SdkError<Fault, R>) -> SignedError
where
    R: std::fmt::Debug + Send + Sync + 'static,
{
    if let Some(answer) = find::<UnexpectedAnswer>(&error) {
        let source = Box::new(answer.clone());
        let service = service.name;
        return if answer.may_pass() {
            SignedError::NoAnswer { service, source }
        } else {
            SignedError::Unreadable {
                service,
                operation,
                source,
            }
        };
    }
    if let Some(unreachable) = find::<Unreachable>(&error) {
        return SignedError::NoAnswer {
            service: service.name,
            source: Box::new(unreachable.clone()),
        };
    }
    match error {
        SdkError::ServiceError(context) => context.into_err().into_error(service.name, operation),
        SdkError::ConstructionFailure(_) => SignedError::Request {
            operation,
            source: Box::new(error),
        },
        error => SignedError::NoAnswer {
            service: service.name,
            source: Box::new(error),
        },
    }
}
