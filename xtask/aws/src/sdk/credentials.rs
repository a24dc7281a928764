//! Where credentials come from, checked before they are used.
//!
//! The SDK's chain finds them. A value with a line end in it, which pasting makes, would panic or be
//! tried again and again when a request is signed with it, so that it is refused here, by where it
//! stands; no value is ever shown. A profile's own process runs here too, within bounds that the
//! SDK has none of.

use std::process::Stdio;
use std::time::Duration;

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{
    ProvideCredentials, Result as Provided, SharedCredentialsProvider, future,
};
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use serde::Deserialize;
use tokio::io::AsyncReadExt as _;
use tokio::process::Command;
use tokio::time::timeout;

use super::profiles::Profiles;

/// How long credentials may take: who is asked for a second factor has to type it.
const PATIENCE: Duration = Duration::from_secs(60);

/// The longest output of a process, in bytes.
const LONGEST: u64 = 64 << 10;

/// The variables that hold a credential itself.
const VARIABLES: [&str; 3] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
];

/// Why credentials can't be used, or had.
#[derive(Debug, thiserror::Error)]
pub(super) enum UnusableCredentials {
    /// No service gives out such.
    #[error("{place} has a character in it that no credential has, such as a line end")]
    IllFormed { place: String },
    #[error("credential_process {what}")]
    Process { what: String },
}

/// The SDK's chain, or a profile's process, with what they give held against its form.
#[derive(Debug)]
pub(super) struct CheckedCredentials {
    chain: SharedCredentialsProvider,
    profile: Option<String>,
}

impl CheckedCredentials {
    pub(super) const fn new(chain: SharedCredentialsProvider, profile: Option<String>) -> Self {
        Self { chain, profile }
    }

    async fn load(&self) -> Provided {
        let found = timeout(PATIENCE, self.found()).await;
        let credentials = found.map_err(|_| CredentialsError::provider_timed_out(PATIENCE))??;
        let values = [
            Some(credentials.access_key_id()),
            Some(credentials.secret_access_key()),
            credentials.session_token(),
        ];
        if values.into_iter().flatten().all(is_well_formed) {
            return Ok(credentials);
        }
        let place = self.place();
        Err(CredentialsError::invalid_configuration(
            UnusableCredentials::IllFormed { place },
        ))
    }

    async fn found(&self) -> Provided {
        let is_given = |name: &str| std::env::var(name).is_ok_and(|value| !value.is_empty());
        if !is_given(VARIABLES[0]) {
            let profiles = Profiles::of_this_machine(self.profile.as_deref());
            if let Some(command) = profiles.credential_process() {
                return run(command).await;
            }
        }
        self.chain.provide_credentials().await
    }

    /// Where the ill-formed one stands.
    fn place(&self) -> String {
        let variable = VARIABLES.into_iter().find(|name| {
            std::env::var(name).is_ok_and(|value| !value.is_empty() && !is_well_formed(&value))
        });
        if let Some(name) = variable {
            return format!("the environment variable {name}");
        }
        let profiles = Profiles::of_this_machine(self.profile.as_deref());
        profiles
            .ill_formed(is_well_formed)
            .unwrap_or_else(|| "a credential".to_owned())
    }
}

impl ProvideCredentials for CheckedCredentials {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.load())
    }
}

/// All that goes into a header, and into a signature.
fn is_well_formed(value: &str) -> bool {
    value.chars().all(|letter| letter.is_ascii_graphic())
}

/// What a process prints.
///
/// Source: <https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html>
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Printed {
    version: u32,
    access_key_id: String,
    secret_access_key: String,
    session_token: Option<String>,
    expiration: Option<String>,
}

/// Runs a profile's process. What it prints holds a secret, and is in no message.
async fn run(command: &str) -> Provided {
    let failed =
        |what: String| CredentialsError::provider_error(UnusableCredentials::Process { what });
    let (shell, option) = if cfg!(windows) {
        ("cmd.exe", "/C")
    } else {
        ("sh", "-c")
    };
    let mut child = Command::new(shell)
        .args([option, command])
        .stdin(Stdio::inherit())
        .stdout(Stdio::piped())
        // It may ask for something there.
        .stderr(Stdio::inherit())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| failed(format!("can't be started: {error}")))?;
    let mut output = Vec::new();
    if let Some(stdout) = child.stdout.take() {
        let read = stdout.take(LONGEST + 1).read_to_end(&mut output).await;
        read.map_err(|error| failed(format!("can't be read from: {error}")))?;
    }
    if u64::try_from(output.len()).is_ok_and(|length| length > LONGEST) {
        return Err(failed(format!("prints more than {LONGEST} bytes")));
    }
    let status = child.wait().await;
    let status = status.map_err(|error| failed(format!("can't be waited for: {error}")))?;
    if !status.success() {
        return Err(failed(format!("failed ({status})")));
    }
    let printed: Printed = serde_json::from_slice(&output)
        .map_err(|error| failed(format!("prints no credentials (line {})", error.line())))?;
    if printed.version != 1 {
        return Err(failed(format!("prints version {}, not 1", printed.version)));
    }
    let expiration = printed.expiration.map(|text| {
        let time = DateTime::from_str(&text, Format::DateTimeWithOffset).ok();
        time.and_then(|time| time.try_into().ok())
            .ok_or_else(|| failed("prints no time as `Expiration`".to_owned()))
    });
    Ok(Credentials::new(
        printed.access_key_id,
        printed.secret_access_key,
        printed.session_token,
        expiration.transpose()?,
        "credential_process",
    ))
}

/// What is wrong where credentials are missing or not accepted, and what to do about it.
pub(crate) fn hint(said: &str) -> String {
    let says = |words: &[&str]| words.iter().any(|word| said.contains(word));
    if says(&["no credential has", "credential_process"]) {
        return "put it right there; nothing was asked of AWS".to_owned();
    }
    if says(&[
        "Signature expired",
        "not yet current",
        "RequestTimeTooSkewed",
        "too skewed",
    ]) {
        return "this machine's clock is wrong: AWS takes requests of the last few minutes only; \
                set it, and run it again"
            .to_owned();
    }
    if says(&["scoped to a valid region", "scoped to correct service"]) {
        return "the endpoint is another region's or another service's: look at --endpoint-url, \
                AWS_ENDPOINT_URL and the region in environments/*.toml"
            .to_owned();
    }
    if let Some(complaint) = Profiles::of_this_machine(None).complaint() {
        return complaint;
    }
    "get new credentials (`aws sso login`) and run it again; nothing is lost".to_owned()
}
