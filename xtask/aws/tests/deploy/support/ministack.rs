//! An AWS that is neither AWS nor ours: ministack, from PyPI, pinned in `tests/clients`.

use std::time::Duration;

use aws::sdk::{Aws, Settings, connect};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;

use super::server::Server;

/// A running server.
#[derive(Debug)]
pub(crate) struct Ministack(Server);

impl Ministack {
    pub(crate) fn start() -> Self {
        Self(Server::start("ministack", |command, _, port| {
            command
                .env("BIND_HOST", "127.0.0.1")
                .env("MINISTACK_HOST", "127.0.0.1")
                .env("GATEWAY_PORT", port.to_string());
        }))
    }

    pub(crate) fn url(&self) -> String {
        self.0.url()
    }

    /// It, as an account of it: the access key says which.
    pub(crate) async fn account(&self, account: &str) -> Aws {
        patient(&self.url(), account).await
    }
}

fn settings(url: &str, account: &str) -> Settings {
    let mut settings = Settings::new("eu-west-1");
    settings.endpoint_url = Some(url.to_owned());
    settings.credentials = Some(SharedCredentialsProvider::new(Credentials::new(
        account, "secret", None, None, "test",
    )));
    settings
}

/// An account behind something, with the time that calls usually have.
pub(crate) async fn patient(url: &str, account: &str) -> Aws {
    connect(settings(url, account)).await.unwrap()
}

/// An account behind something that fails: little is left to the SDK, so that the engine sees it.
pub(crate) async fn impatient(url: &str, account: &str) -> Aws {
    let mut settings = settings(url, account);
    settings.attempts = 2;
    settings.attempt_timeout = Duration::from_secs(3);
    connect(settings).await.unwrap()
}
