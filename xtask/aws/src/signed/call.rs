//! Calls in the protocols that AWS's services speak.

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What a signature requires encoded: all but the unreserved characters, blanks as `%20`.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    /// AWS JSON: `POST /`, the operation in the header `X-Amz-Target`.
    ///
    /// Source: <https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html>
    Json {
        version: JsonVersion,
        /// The service's prefix and the operation:
        /// `AmazonEC2ContainerServiceV20141113.DescribeServices`.
        target: &'static str,
        body: serde_json::Value,
    },
    /// Query: `POST /`, a form with the operation in it, XML as the answer.
    ///
    /// Source: <https://smithy.io/2.0/aws/protocols/aws-query-protocol.html>
    Query {
        /// The operation: `DescribeVpcPeeringConnections`.
        action: &'static str,
        /// The version of the API: `2016-11-15`.
        version: &'static str,
        /// Names and values, the lists in them numbered from one.
        parameters: Vec<(String, String)>,
    },
    /// A resource: REST with JSON, XML or bytes.
    ///
    /// Source: <https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html>
    Rest {
        method: Method,
        /// The path's parts, not encoded.
        path: Vec<String>,
        /// The query, not encoded.
        query: Vec<(String, String)>,
        /// Headers in addition to those of every request.
        headers: Vec<(&'static str, String)>,
        body: Vec<u8>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonVersion {
    V1_0,
    V1_1,
}

/// A method of HTTP. Every call must be safe to repeat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    Get,
    Head,
    Put,
    Delete,
    Post,
}

impl Method {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
            Self::Post => "POST",
        }
    }
}

impl Call {
    pub(super) fn operation(&self) -> String {
        match self {
            Self::Json { target, .. } => {
                let operation = target.rsplit_once('.').map_or(*target, |(_, name)| name);
                operation.to_owned()
            }
            Self::Query { action, .. } => (*action).to_owned(),
            Self::Rest { method, path, .. } => format!("{} /{}", method.as_str(), path.join("/")),
        }
    }

    /// The request, without the address and not signed yet.
    pub(super) fn request(&self) -> Result<HttpRequest, BoxError> {
        match self {
            Self::Json {
                version,
                target,
                body,
            } => {
                let mut request = post(serde_json::to_vec(body)?)?;
                let content = match version {
                    JsonVersion::V1_0 => "application/x-amz-json-1.0",
                    JsonVersion::V1_1 => "application/x-amz-json-1.1",
                };
                request.headers_mut().try_insert("content-type", content)?;
                request.headers_mut().try_insert("x-amz-target", *target)?;
                Ok(request)
            }
            Self::Query {
                action,
                version,
                parameters,
            } => {
                let named = [("Action", *action), ("Version", *version)];
                let form = encoded_pairs(named.into_iter().chain(borrowed(parameters)));
                let mut request = post(form.into_bytes())?;
                request
                    .headers_mut()
                    .try_insert("content-type", "application/x-www-form-urlencoded")?;
                Ok(request)
            }
            Self::Rest {
                method,
                path,
                query,
                headers,
                body,
            } => {
                let path: Vec<String> = path.iter().map(|part| encoded(part)).collect();
                let mut uri = format!("/{}", path.join("/"));
                if !query.is_empty() {
                    uri.push('?');
                    uri.push_str(&encoded_pairs(borrowed(query)));
                }
                let mut request = HttpRequest::new(SdkBody::from(body.clone()));
                request.set_method(method.as_str())?;
                request.set_uri(uri)?;
                for (name, value) in headers {
                    request.headers_mut().try_insert(*name, value.clone())?;
                }
                Ok(request)
            }
        }
    }
}

fn post(body: Vec<u8>) -> Result<HttpRequest, BoxError> {
    let mut request = HttpRequest::new(SdkBody::from(body));
    request.set_method("POST")?;
    request.set_uri("/")?;
    Ok(request)
}

fn borrowed(pairs: &[(String, String)]) -> impl Iterator<Item = (&str, &str)> {
    pairs
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// Names and values as a query, or as the body of a form.
fn encoded_pairs<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    pairs
        .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)))
        .collect::<Vec<_>>()
        .join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_unreserved_characters_stay() {
        assert_eq!(encoded("a-Z_0.9~"), "a-Z_0.9~");
        assert_eq!(encoded("a b/ä+=&"), "a%20b%2F%C3%A4%2B%3D%26");
        let pairs = [("Filter.1.Name", "vpc-id"), ("a b", "c=d")];
        assert_eq!(
            encoded_pairs(pairs.into_iter()),
            "Filter.1.Name=vpc-id&a%20b=c%3Dd"
        );
    }
}
