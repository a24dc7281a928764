//! The HTTP client of all calls: bounded, and passing on nothing but what AWS answers.
//!
//! It stands between the SDK (and the signed requests, and where credentials come from) and the
//! connections, since that is the one way that all answers take.

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::shared::IntoShared as _;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::retry::ErrorKind;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use tokio::time::timeout;

use super::answer::{Asked, Form, Received, Unreachable, Why, Wrong, judge};
use common::error_chain::distinct_error_chain;

/// The longest body that is read. The longest that AWS sends is a template of a megabyte, in which
/// each character may be escaped.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>
const LONGEST: usize = 16 << 20;

/// A client that holds what another receives against what was asked.
#[derive(Debug)]
pub(super) struct Checked {
    client: SharedHttpClient,
    /// How long a call may take.
    longest: Duration,
    /// Whether anything was answered yet: until then something is wrong with what is asked, and not
    /// with the weather.
    answered: Arc<AtomicBool>,
}

impl Checked {
    pub(super) fn new(client: SharedHttpClient, longest: Duration) -> Self {
        Self {
            client,
            longest,
            answered: Arc::default(),
        }
    }
}

impl HttpClient for Checked {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        Connector {
            connector: self.client.http_connector(settings, components),
            longest: self.longest,
            answered: Arc::clone(&self.answered),
        }
        .into_shared()
    }
}

#[derive(Debug)]
struct Connector {
    connector: SharedHttpConnector,
    longest: Duration,
    answered: Arc<AtomicBool>,
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let asked = asked(&request);
        let connector = self.connector.clone();
        let answered = Arc::clone(&self.answered);
        let longest = self.longest;
        HttpConnectorFuture::new(async move {
            let is_first = !answered.load(Ordering::Relaxed);
            let work = async {
                let answer = connector.call(request).await;
                let response = answer.map_err(|error| unreachable(&asked, error, is_first))?;
                checked(&asked, response, is_first).await
            };
            // Where credentials come from has times of its own.
            if asked.form == Form::Any {
                return work.await;
            }
            match timeout(longest, work).await {
                Ok(Ok(response)) => {
                    answered.store(true, Ordering::Relaxed);
                    Ok(response)
                }
                Ok(Err(error)) => Err(error),
                Err(_) => Err(silent(&asked, longest, is_first)),
            }
        })
    }
}

fn asked(request: &HttpRequest) -> Asked {
    let headers = request.headers();
    let uri = request.uri();
    let (scheme, rest) = uri.split_once("://").unwrap_or(("", uri));
    let (host, path) = rest
        .find(['/', '?'])
        .map_or((rest, ""), |at| rest.split_at(at));
    let path = path.split('?').next().unwrap_or_default();
    let resource = format!("{} {path}", request.method());
    let is_form = headers
        .get("content-type")
        .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
    let body = request.body().bytes().unwrap_or_default();
    let action = std::str::from_utf8(body).ok().and_then(|body| {
        let mut pairs = body.split('&');
        pairs.find_map(|pair| pair.strip_prefix("Action="))
    });
    let (operation, form) = match (headers.get("x-amz-target"), action.filter(|_| is_form)) {
        (Some(target), _) => {
            let name = target.rsplit_once('.').map_or(target, |(_, name)| name);
            (name.to_owned(), Form::Json)
        }
        (None, Some(action)) => (action.to_owned(), Form::Query),
        (None, None) => {
            // Nothing of a HEAD comes back but its status.
            let is_call = headers.get("authorization").is_some() && request.method() != "HEAD";
            let form = if is_call { Form::Resource } else { Form::Any };
            (resource, form)
        }
    };
    Asked {
        operation,
        endpoint: format!("{scheme}://{host}"),
        form,
    }
}

/// No answer in time. A look at what has never answered is not repeated.
fn silent(asked: &Asked, longest: Duration, is_first: bool) -> ConnectorError {
    let source = Box::new(Unreachable {
        asked: asked.clone(),
        why: Why::Silent,
        said: format!("{} s", longest.as_secs()),
        is_first,
    });
    if is_first && asked.is_look() {
        ConnectorError::other(source, None)
    } else {
        ConnectorError::timeout(source)
    }
}

/// No answer, with of whom, where that is what is wrong.
fn unreachable(asked: &Asked, error: ConnectorError, is_first: bool) -> ConnectorError {
    if error.is_timeout() || error.is_user() {
        return error;
    }
    let said = innermost(&error);
    let why = Why::of(&distinct_error_chain(&error));
    let is_connection = error.is_io();
    let source = Box::new(Unreachable {
        asked: asked.clone(),
        why,
        said,
        is_first,
    });
    // What did answer may be there again in a moment.
    if is_connection && (why.may_pass() || !is_first) {
        ConnectorError::io(source)
    } else {
        ConnectorError::other(source, None)
    }
}

/// What lies behind all of a chain.
fn innermost(error: &dyn Error) -> String {
    let mut last = error;
    while let Some(source) = last.source() {
        last = source;
    }
    last.to_string()
}

/// The answer with all of its body, if it is one.
async fn checked(
    asked: &Asked,
    mut response: HttpResponse,
    is_first: bool,
) -> Result<HttpResponse, ConnectorError> {
    let body = std::mem::replace(response.body_mut(), SdkBody::taken());
    let (body, is_endless) = match Limited::new(body, LONGEST).collect().await {
        Ok(body) => (body.to_bytes(), false),
        Err(error) if error.is::<LengthLimitError>() => (Default::default(), true),
        // It ended before its end, which is worth another try.
        Err(error) => {
            return Err(ConnectorError::io(Box::new(Unreachable {
                asked: asked.clone(),
                why: Why::Broken,
                said: innermost(error.as_ref()),
                is_first,
            })));
        }
    };
    let header = |name| response.headers().get(name);
    let received = Received {
        status: response.status().as_u16(),
        content_type: header("content-type"),
        location: header("location"),
        error_type: header("x-amzn-errortype"),
        body: &body,
    };
    let verdict = if is_endless {
        Err(Box::new(
            received.unexpected(asked, Wrong::Endless(LONGEST)),
        ))
    } else {
        judge(asked, &received)
    };
    match verdict {
        Ok(()) => {
            *response.body_mut() = SdkBody::from(body);
            Ok(response)
        }
        Err(mut unexpected) => {
            unexpected.is_first = is_first;
            let kind = unexpected
                .is_worth_another()
                .then_some(ErrorKind::TransientError);
            Err(ConnectorError::other(unexpected, kind))
        }
    }
}
