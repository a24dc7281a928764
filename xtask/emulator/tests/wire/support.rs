//! A client of our own, as simple as can be: a form, a socket, and what comes back.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;

/// Escapes everything but letters and digits.
pub(crate) fn form(fields: &[(&str, &str)]) -> String {
    let mut form = String::new();
    for (name, value) in fields {
        if !form.is_empty() {
            form.push('&');
        }
        let _ = write!(form, "{name}=");
        for byte in value.bytes() {
            if byte.is_ascii_alphanumeric() {
                form.push(char::from(byte));
            } else {
                let _ = write!(form, "%{byte:02X}");
            }
        }
    }
    form
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Reply {
    /// The text of the first element of the name.
    pub(crate) fn element(&self, name: &str) -> Option<&str> {
        let (_, rest) = self.body.split_once(&format!("<{name}>"))?;
        Some(rest.split_once(&format!("</{name}>"))?.0)
    }
}

/// A client of one server.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    pub(crate) address: SocketAddr,
    pub(crate) account: &'static str,
    pub(crate) token: Option<&'static str>,
}

impl Client {
    pub(crate) const fn new(address: SocketAddr) -> Self {
        Self {
            address,
            account: "111122223333",
            token: None,
        }
    }

    /// A call of CloudFormation; nothing if there is no answer.
    pub(crate) fn call(&self, action: &str, fields: &[(&str, &str)]) -> Option<Reply> {
        let mut all = vec![("Action", action), ("Version", "2010-05-15")];
        all.extend_from_slice(fields);
        let mut headers = format!(
            "Authorization: AWS4-HMAC-SHA256 Credential={}/20260203/eu-central-1/cloudformation/\
             aws4_request, SignedHeaders=host, Signature=0f\r\n",
            self.account
        );
        if let Some(token) = self.token {
            let _ = write!(headers, "X-Amz-Security-Token: {token}\r\n");
        }
        self.send("POST", "/", &headers, &form(&all))
    }

    /// A control request to the server itself.
    pub(crate) fn control(&self, method: &str, name: &str, body: &str) -> Reply {
        self.send(method, &format!("/_local/{name}"), "", body)
            .expect("control requests are answered")
    }

    /// A request on a connection of its own.
    pub(crate) fn send(
        &self,
        method: &str,
        path: &str,
        headers: &str,
        body: &str,
    ) -> Option<Reply> {
        let mut stream = TcpStream::connect(self.address).ok()?;
        let length = body.len();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
             Content-Length: {length}\r\n{headers}\r\n{body}"
        )
        .ok()?;
        let mut text = String::new();
        stream.read_to_string(&mut text).ok()?;
        let (head, body) = text.split_once("\r\n\r\n")?;
        Some(Reply {
            status: head.split(' ').nth(1)?.parse().ok()?,
            head: head.to_lowercase(),
            body: body.to_owned(),
        })
    }
}

/// An empty place for a folder of the name.
pub(crate) fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    folder
}
