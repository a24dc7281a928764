//! Answers, and the three shapes that errors come in.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use serde::de::DeserializeOwned;

use super::call::Call;
use super::error::{Fault, SignedError};
use super::service::Service;
use super::xml::Element;

/// An answer that is no error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    pub service: &'static str,
    pub operation: String,
    pub status: u16,
    /// The headers, names in lowercase.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Response {
    /// The body as JSON.
    ///
    /// # Errors
    /// When it is something else.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, SignedError> {
        serde_json::from_slice(&self.body).map_err(|error| self.unreadable(error))
    }

    /// The body as XML.
    ///
    /// # Errors
    /// When it is something else.
    pub fn xml(&self) -> Result<Element, SignedError> {
        let text = std::str::from_utf8(&self.body).map_err(|error| self.unreadable(error))?;
        Element::parse(text).map_err(|error| self.unreadable(error))
    }

    /// An answer that does not hold what it should.
    pub(crate) fn unreadable(
        &self,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> SignedError {
        SignedError::Unreadable {
            service: self.service,
            operation: self.operation.clone(),
            source: source.into(),
        }
    }
}

/// What an answer is: the status decides.
pub(super) fn read(
    service: &Service,
    call: &Call,
    response: &HttpResponse,
) -> Result<Response, Fault> {
    let status = response.status().as_u16();
    let body = response.body().bytes().unwrap_or_default();
    if response.status().is_success() {
        return Ok(Response {
            service: service.name,
            operation: call.operation(),
            status,
            headers: response
                .headers()
                .iter()
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
            body: body.to_vec(),
        });
    }
    let (code, message) = code_and_message(response.headers().get("x-amzn-errortype"), body);
    Err(Fault {
        status,
        code: code.into(),
        message: message.into(),
    })
}

/// Code and message. XML has both in an element `Error` somewhere inside; JSON has the code in a
/// header or as `__type`, with a namespace before and an address behind it.
///
/// Source: <https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html#operation-error-serialization>
fn code_and_message(header: Option<&str>, body: &[u8]) -> (String, String) {
    let text = String::from_utf8_lossy(body);
    if text.trim_start().starts_with('<') {
        let document = Element::parse(&text).ok();
        let error = document.as_ref().and_then(|it| it.find("Error"));
        let field = |name: &str| error.and_then(|error| error.child_text(name));
        let field = |name: &str| field(name).unwrap_or_default().to_owned();
        return (field("Code"), field("Message"));
    }
    let value: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
    let field = |names: [&str; 2]| {
        names
            .into_iter()
            .find_map(|name| value.get(name)?.as_str())
            .unwrap_or_default()
            .to_owned()
    };
    let code = header.map_or_else(|| field(["__type", "code"]), str::to_owned);
    let code = code
        .rsplit_once('#')
        .map_or(code.as_str(), |(_, name)| name);
    let code = code.split_once(':').map_or(code, |(name, _)| name);
    (code.to_owned(), field(["message", "Message"]))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Header, body, code, message.
    const FAULTS: &[(Option<&str>, &str, &str, &str)] = &[
        // EC2.
        (
            None,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>You are not authorized to perform this operation.</Message></Error></Errors><RequestID>a</RequestID></Response>",
            "UnauthorizedOperation",
            "You are not authorized to perform this operation.",
        ),
        // Query.
        (
            None,
            "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type><Code>ExpiredToken</Code><Message>The security token included in the request is expired</Message></Error></ErrorResponse>",
            "ExpiredToken",
            "The security token included in the request is expired",
        ),
        // S3.
        (
            None,
            "<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message><Key>a &amp; b</Key></Error>",
            "NoSuchKey",
            "The specified key does not exist.",
        ),
        // JSON 1.1, JSON 1.0, REST.
        (
            None,
            r#"{"__type":"ClusterNotFoundException","message":"Cluster not found."}"#,
            "ClusterNotFoundException",
            "Cluster not found.",
        ),
        (
            None,
            r#"{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","Message":"no"}"#,
            "ResourceNotFoundException",
            "no",
        ),
        (
            Some("NotFoundException:http://internal.amazon.com/coral/"),
            r#"{"message":"no"}"#,
            "NotFoundException",
            "no",
        ),
        // A proxy.
        (None, "<html><body>Bad Gateway</body></html>", "", ""),
        (None, "<html><body>Bad", "", ""),
        (None, "", "", ""),
    ];

    #[test]
    fn every_shape_of_an_error_is_read() {
        for &(header, body, code, message) in FAULTS {
            assert_eq!(
                code_and_message(header, body.as_bytes()),
                (code.to_owned(), message.to_owned()),
                "{body}"
            );
        }
    }
}
