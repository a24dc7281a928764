//! An HTTP client that plays a script: what is answered, and what was asked.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use aws::sdk::{Aws, Settings, connect};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;

/// What happens to a request.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// It is answered.
    Answer(u16, String),
    /// The connection breaks after it was sent.
    Break,
    /// Nothing comes back, ever.
    Silence,
}

/// A request, as it was sent.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    pub(crate) method: String,
    pub(crate) uri: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Sent {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(found, _)| found.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// The form in the body, decoded, a field a line.
    pub(crate) fn form(&self) -> String {
        let decode = |text: &str| {
            let mut bytes = Vec::new();
            let mut rest = text.bytes();
            while let Some(byte) = rest.next() {
                if byte == b'%' {
                    let digits = [rest.next().unwrap(), rest.next().unwrap()];
                    let digits = std::str::from_utf8(&digits).unwrap().to_owned();
                    bytes.push(u8::from_str_radix(&digits, 16).unwrap());
                } else {
                    bytes.push(byte);
                }
            }
            String::from_utf8(bytes).unwrap()
        };
        self.body
            .split('&')
            .map(|field| decode(field).replacen('=', ": ", 1))
            .collect::<Vec<_>>()
            .join("\n")
    }
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Replay {
    script: Arc<Mutex<VecDeque<Step>>>,
    sent: Arc<Mutex<Vec<Sent>>>,
}

impl Replay {
    /// Plays these steps; the last one again and again.
    pub(crate) fn new(steps: impl IntoIterator<Item = Step>) -> Self {
        Self {
            script: Arc::new(Mutex::new(steps.into_iter().collect())),
            sent: Arc::default(),
        }
    }

    /// Answers every request with this.
    pub(crate) fn answering(body: &str) -> Self {
        Self::new([Step::Answer(200, body.to_owned())])
    }

    pub(crate) fn sent(&self) -> Vec<Sent> {
        self.sent.lock().unwrap().clone()
    }

    /// The only request.
    pub(crate) fn only(&self) -> Sent {
        let sent = self.sent();
        assert_eq!(sent.len(), 1, "{sent:?}");
        sent[0].clone()
    }

    /// Settings that reach this client, with temporary credentials.
    pub(crate) fn settings(&self) -> Settings {
        let mut settings = Settings::new("eu-west-1");
        settings.http_client = Some(SharedHttpClient::new(self.clone()));
        settings.credentials = Some(SharedCredentialsProvider::new(Credentials::new(
            "AKIDEXAMPLE",
            "secret",
            Some("session".to_owned()),
            None,
            "test",
        )));
        settings
    }

    /// AWS, played by this.
    pub(crate) async fn aws(&self) -> Aws {
        connect(self.settings()).await.unwrap()
    }
}

impl HttpClient for Replay {
    fn http_connector(
        &self,
        _: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Replay {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        self.sent.lock().unwrap().push(Sent {
            method: request.method().to_owned(),
            uri: request.uri().to_owned(),
            headers: request
                .headers()
                .iter()
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
            body: String::from_utf8(request.body().bytes().unwrap_or_default().to_vec()).unwrap(),
        });
        let mut script = self.script.lock().unwrap();
        let step = if script.len() > 1 {
            script.pop_front()
        } else {
            script.front().cloned()
        };
        match step.expect("a script") {
            Step::Answer(status, body) => HttpConnectorFuture::ready(Ok(HttpResponse::new(
                status.try_into().unwrap(),
                SdkBody::from(body),
            ))),
            Step::Break => HttpConnectorFuture::ready(Err(ConnectorError::io(
                std::io::Error::from(std::io::ErrorKind::ConnectionReset).into(),
            ))),
            Step::Silence => HttpConnectorFuture::new(std::future::pending()),
        }
    }
}

/// An answer of CloudFormation's.
pub(crate) fn answer(action: &str, result: &str) -> String {
    format!(
        "<{action}Response xmlns=\"http://cloudformation.amazonaws.com/doc/2010-05-15/\">\
         <{action}Result>{result}</{action}Result>\
         <ResponseMetadata><RequestId>b9b4b068-3a41-11e5-94eb-example</RequestId></ResponseMetadata>\
         </{action}Response>"
    )
}

/// An error of CloudFormation's.
pub(crate) fn fault(code: &str, message: &str) -> String {
    format!(
        "<ErrorResponse xmlns=\"http://cloudformation.amazonaws.com/doc/2010-05-15/\">\
         <Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>\
         <RequestId>b9b4b068-3a41-11e5-94eb-example</RequestId></ErrorResponse>"
    )
}
