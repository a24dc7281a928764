//! Calls in the protocols that AWS's services speak.

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;

use super::encoding::{encode, form};

/// A call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    /// AWS JSON: `POST /`, the operation in the header `X-Amz-Target`.
    ///
    /// Source: <https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html>
    Json {
        /// Which of the two versions.
        version: JsonVersion,
        /// The service's prefix and the operation:
        /// `AmazonEC2ContainerServiceV20141113.DescribeServices`.
        target: &'static str,
        /// What is asked.
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
        /// What to do with it.
        method: Method,
        /// The path's parts, not encoded.
        path: Vec<String>,
        /// The query, not encoded.
        query: Vec<(String, String)>,
        /// Headers, beside those of every request.
        headers: Vec<(&'static str, String)>,
        /// The body; empty if there is none.
        body: Vec<u8>,
    },
}

/// A version of AWS JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonVersion {
    /// 1.0.
    V1_0,
    /// 1.1.
    V1_1,
}

/// What is done with a resource. All of them are safe to repeat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// It is read.
    Get,
    /// Its headers are read.
    Head,
    /// It is written.
    Put,
    /// It is deleted.
    Delete,
    /// Something is asked that takes a body.
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
    /// What is called, for messages.
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
                let given = parameters
                    .iter()
                    .map(|(name, value)| (name.as_str(), value.as_str()));
                let mut request = post(form(named.into_iter().chain(given)).into_bytes())?;
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
                let path: Vec<String> = path.iter().map(|part| encode(part)).collect();
                let mut uri = format!("/{}", path.join("/"));
                if !query.is_empty() {
                    uri.push('?');
                    uri.push_str(&form(
                        query
                            .iter()
                            .map(|(name, value)| (name.as_str(), value.as_str())),
                    ));
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
