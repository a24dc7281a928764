//! How AWS is reached: region, endpoint, credentials, retries, timeouts.
//!
//! The region is always given by the caller, who has it from the assembly: what `AWS_REGION` or a
//! profile say is never asked. Credentials come from the SDK's standard chain and are checked by
//! the guard, which compares their account with the environment's.

use std::time::Duration;

use aws_config::{AppName, BehaviorVersion, Region, SdkConfig};
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::{self, rustls_provider::CryptoMode};
use aws_smithy_http_client::{Builder, ConnectorBuilder};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;

use super::client::{Aws, is_here};
use super::credentials::CheckedCredentials;
use super::http::Checked;

/// What a call is attributed to in AWS's logs, as `app/lemonade-deploy` in the user agent.
///
/// Source: <https://docs.aws.amazon.com/sdkref/latest/guide/feature-appid.html>
const APP_NAME: &str = "lemonade-deploy";

/// How much longer the SDK waits for an attempt than the client.
const GRACE: Duration = Duration::from_secs(1);

#[derive(Clone, Debug)]
pub struct Settings {
    /// The region: the assembly's.
    pub region: String,
    /// Where calls go instead of AWS: what `--endpoint-url` says. Nothing: AWS, or what
    /// `AWS_ENDPOINT_URL` or the profile says.
    pub endpoint_url: Option<String>,
    /// The profile of the standard chain. Nothing: what `AWS_PROFILE` says, or the default one.
    pub profile: Option<String>,
    /// How often a call is attempted, the first time included; at least once.
    pub attempts: u32,
    /// How long one attempt may take.
    pub attempt_timeout: Duration,
    /// How long a call may take with all of its attempts and the pauses between them.
    pub timeout: Duration,
    /// Credentials to use instead of the standard chain: those of a local endpoint.
    pub credentials: Option<SharedCredentialsProvider>,
    /// The HTTP client to use instead of the real one: tests replay answers with it.
    pub http_client: Option<SharedHttpClient>,
}

impl Settings {
    /// The ordinary settings in a region.
    ///
    /// Five attempts: throttling of a busy account outlasts three (aws-cdk#5637). The engine
    /// waits out whatever outlasts five, so that more would only hide from it that it has to slow
    /// down.
    #[must_use]
    pub fn new(region: impl Into<String>) -> Self {
        Self {
            region: region.into(),
            endpoint_url: None,
            profile: None,
            attempts: 5,
            attempt_timeout: Duration::from_secs(20),
            timeout: Duration::from_secs(90),
            credentials: None,
            http_client: None,
        }
    }

    /// The same, with the bounds that the environment's variables set: `AWS_MAX_ATTEMPTS`, as for
    /// every program with an SDK, and `LEMONADE_CALL_SECONDS` for one attempt.
    ///
    /// Source: <https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html>
    #[must_use]
    pub fn bounded_by_environment(mut self) -> Self {
        let number = |name: &str| std::env::var(name).ok()?.trim().parse::<u32>().ok();
        if let Some(attempts @ 1..) = number("AWS_MAX_ATTEMPTS") {
            self.attempts = attempts;
        }
        if let Some(seconds @ 1..=300) = number("LEMONADE_CALL_SECONDS") {
            self.attempt_timeout = Duration::from_secs(seconds.into());
            self.timeout = self.timeout.max(self.attempt_timeout + GRACE);
        }
        self
    }

    /// The same, with calls going to another endpoint if there is one.
    #[must_use]
    pub fn endpoint_url(mut self, url: Option<&str>) -> Self {
        self.endpoint_url = url.map(str::to_owned);
        self
    }
}

/// Why AWS can't be reached as asked. Nothing was called yet.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    #[error("no region is given")]
    NoRegion,
    #[error(
        "`{url}` is no endpoint: expected http:// or https:// and a host, as in \
         http://127.0.0.1:4566"
    )]
    Endpoint { url: String },
    #[error("the application's name is refused")]
    Name(#[from] aws_config::InvalidAppName),
}

/// Makes the clients. Nothing is called, and no credentials are looked for before the first call.
///
/// # Errors
/// When the settings make no sense.
pub async fn connect(settings: Settings) -> Result<Aws, ConnectError> {
    if settings.region.trim().is_empty() {
        return Err(ConnectError::NoRegion);
    }
    if let Some(url) = &settings.endpoint_url {
        check(url)?;
    }
    let config = load(settings).await?;
    // `AWS_ENDPOINT_URL` may be as wrong as an argument.
    if let Some(url) = config.endpoint_url() {
        check(url)?;
    }
    Ok(Aws::new(config))
}

async fn load(settings: Settings) -> Result<SdkConfig, ConnectError> {
    let proxies = match settings.endpoint_url.as_deref() {
        Some(url) if is_here(url) => ProxyConfig::disabled(),
        _ => ProxyConfig::from_env(),
    };
    let http_client = settings.http_client.unwrap_or_else(|| http_client(proxies));
    let http_client = SharedHttpClient::new(Checked::new(http_client, settings.attempt_timeout));
    let mut loader = aws_config::defaults(BehaviorVersion::v2026_01_12())
        .region(Region::new(settings.region))
        .app_name(AppName::new(APP_NAME)?)
        .http_client(http_client)
        // The standard mode, not the adaptive one: the engine slows itself down, and knows which
        // calls matter. The pauses between attempts are random.
        .retry_config(RetryConfig::standard().with_max_attempts(settings.attempts.max(1)))
        .timeout_config(
            TimeoutConfig::builder()
                // The client ends an attempt itself, and says of whom there was no answer.
                .operation_attempt_timeout(settings.attempt_timeout + GRACE)
                .operation_timeout(settings.timeout)
                .build(),
        );
    let profile = settings.profile.clone();
    let is_chain = settings.credentials.is_none();
    if let Some(profile) = settings.profile {
        loader = loader.profile_name(profile);
    }
    if let Some(url) = settings.endpoint_url {
        loader = loader.endpoint_url(url);
    }
    if let Some(credentials) = settings.credentials {
        loader = loader.credentials_provider(credentials);
    }
    let config = loader.load().await;
    Ok(match config.credentials_provider().filter(|_| is_chain) {
        Some(chain) => {
            let checked = CheckedCredentials::new(chain, profile);
            let checked = SharedCredentialsProvider::new(checked);
            config.into_builder().credentials_provider(checked).build()
        }
        None => config,
    })
}

/// The client of all calls, with one pool of connections.
fn http_client(proxies: ProxyConfig) -> SharedHttpClient {
    Builder::new().build_with_connector_fn(move |settings, components| {
        let mut builder = ConnectorBuilder::default()
            .tls_provider(tls::Provider::Rustls(CryptoMode::Ring))
            .proxy_config(proxies.clone());
        builder.set_connector_settings(settings.cloned());
        if let Some(components) = components {
            builder.set_sleep_impl(components.sleep_impl());
        }
        builder.build()
    })
}

fn check(url: &str) -> Result<(), ConnectError> {
    let host = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"));
    let fine = host.is_some_and(|host| {
        !host.is_empty()
            && !host.starts_with(['/', ':'])
            && !host.contains(|character: char| character.is_whitespace() || character == '?')
    });
    if fine {
        Ok(())
    } else {
        Err(ConnectError::Endpoint {
            url: url.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_needs_no_proxy() {
        for here in [
            "http://127.0.0.1:4566",
            "http://localhost/",
            "http://[::1]:80/a",
        ] {
            assert!(is_here(here), "{here}");
        }
        for elsewhere in [
            "https://cloudformation.eu-west-1.amazonaws.com",
            "http://10.0.0.1",
            "http://localhost.example.com",
            "http://[2001:db8::1]:80",
        ] {
            assert!(!is_here(elsewhere), "{elsewhere}");
        }
    }

    #[test]
    fn an_endpoint_is_an_address() {
        for fine in [
            "http://127.0.0.1:4566",
            "https://cloudformation.eu-west-1.amazonaws.com",
            "http://localhost:4566/",
        ] {
            assert!(check(fine).is_ok(), "{fine}");
        }
        for wrong in [
            "",
            "localhost:4566",
            "ftp://localhost",
            "http://",
            "http://:80",
            "https:///path",
            "http://a b",
        ] {
            assert!(check(wrong).is_err(), "{wrong}");
        }
    }
}
