//! HTTP/1.1 around the request handler.

use std::cell::RefCell;
use std::net::TcpListener;
use std::rc::Rc;
use std::time::Duration;

use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::request_handler::{ApiRequest, Reply, RequestHandler};

/// The limit of a body: far more than a form with a template, which has at most 51,200 bytes before
/// escaping.
const MAX_BODY: usize = 1024 * 1024;

/// The time that requests in progress get when the server stops.
const SHUTDOWN_GRACE: Duration = Duration::from_millis(500);

/// The time that the head of a request may take, and its body. A connection that waits for longer is closed.
const READ_TIMEOUT: Duration = Duration::from_secs(10);

/// The wait after a connection could not be accepted, because too many are open.
const ACCEPT_RETRY: Duration = Duration::from_millis(20);

type Shared = Rc<RefCell<RequestHandler>>;
type Answer = Result<Response<Full<Bytes>>, NoAnswer>;

/// Ends a connection without an answer.
#[derive(Debug, thiserror::Error)]
#[error("the call gets no answer")]
struct NoAnswer;

/// Serves until it is stopped, then lets requests in progress finish.
pub(super) async fn serve(
    listener: TcpListener,
    handler: RequestHandler,
    mut stop: watch::Receiver<()>,
) -> std::io::Result<RequestHandler> {
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let handler = Rc::new(RefCell::new(handler));
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            // Also when the sender is dropped.
            _ = stop.changed() => break,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => {
                match accepted {
                    Ok((stream, _)) => {
                        let handler = Rc::clone(&handler);
                        connections.spawn_local(connection(stream, handler, stop.clone()));
                    }
                    // A client that disconnects before it is served is no failure of the server, and neither are
                    // more connections than it can have: they wait until others end.
                    Err(_) => tokio::time::sleep(ACCEPT_RETRY).await,
                }
            }
        }
    }
    drop(listener);
    let ended = async { while connections.join_next().await.is_some() {} };
    let _ = tokio::time::timeout(SHUTDOWN_GRACE, ended).await;
    connections.shutdown().await;
    Rc::into_inner(handler)
        .map(RefCell::into_inner)
        .ok_or_else(|| std::io::Error::other("a connection outlives the server"))
}

async fn connection(stream: TcpStream, handler: Shared, mut stop: watch::Receiver<()>) {
    // Answers are small: waiting to fill a packet would be all of their latency.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| answer(Rc::clone(&handler), request));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(READ_TIMEOUT)
        .serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    loop {
        tokio::select! {
            // Broken connections are left to the client.
            _ = connection.as_mut() => break,
            _ = stop.changed() => connection.as_mut().graceful_shutdown(),
        }
    }
}

async fn answer(handler: Shared, request: Request<Incoming>) -> Answer {
    let (head, body) = request.into_parts();
    let body = Limited::new(body, MAX_BODY).collect();
    let body = match tokio::time::timeout(READ_TIMEOUT, body).await {
        Ok(Ok(body)) => body.to_bytes(),
        Ok(Err(_)) => return Ok(plain(StatusCode::PAYLOAD_TOO_LARGE)),
        Err(_) => return Ok(plain(StatusCode::REQUEST_TIMEOUT)),
    };
    if let Some(name) = head.uri.path().strip_prefix("/_local/") {
        let reply = handler
            .borrow_mut()
            .control_request(head.method.as_str(), name, &body);
        return response(reply);
    }
    if head.uri.path() != "/" {
        return Ok(plain(StatusCode::NOT_FOUND));
    }
    let arrival = handler.borrow_mut().arrival();
    let latency = handler.borrow().latency(arrival);
    if !latency.is_zero() {
        tokio::time::sleep(latency).await;
    }
    let header = |name| head.headers.get(name).and_then(|value| value.to_str().ok());
    let call = ApiRequest {
        authorization: header("authorization"),
        token: header("x-amz-security-token"),
        target: header("x-amz-target"),
        body: if head.method == Method::GET {
            head.uri.query().unwrap_or_default().as_bytes()
        } else {
            &body
        },
    };
    let reply = handler.borrow_mut().call(arrival, &call).ok_or(NoAnswer)?;
    response(reply)
}

fn response(reply: Reply) -> Answer {
    let mut response = Response::new(Full::new(Bytes::from(reply.body)));
    *response.status_mut() = StatusCode::from_u16(reply.status).map_err(|_| NoAnswer)?;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(reply.content_type));
    if let Ok(id) = HeaderValue::from_str(&reply.request_id) {
        headers.insert("x-amzn-requestid", id);
    }
    Ok(response)
}

fn plain(status: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = status;
    response
}
