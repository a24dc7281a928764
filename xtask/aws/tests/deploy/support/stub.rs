//! An HTTP server that answers for every service, in a thread.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// What answers an operation: status and body.
type Answers = dyn Fn(&str) -> (u16, String) + Send + Sync;

/// The server. It ends with the process.
pub(crate) struct Stub {
    address: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

/// An operation, and the access key of who asked for it.
type Asked = (String, String);

impl Stub {
    /// Answers by the operation's name; of REST, by method and path.
    pub(crate) fn answering(
        answers: impl Fn(&str) -> (u16, String) + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let asked: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let (kept, answers): (_, Arc<Answers>) = (Arc::clone(&asked), Arc::new(answers));
        thread::spawn(move || {
            for connection in listener.incoming() {
                let (kept, answers) = (Arc::clone(&kept), Arc::clone(&answers));
                // A client that goes away in the middle ends only its own thread.
                thread::spawn(move || serve(connection.unwrap(), &kept, &*answers));
            }
        });
        Self { address, asked }
    }

    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// The operations that were asked for, each once, sorted.
    pub(crate) fn asked(&self) -> Vec<String> {
        let asked = self.asked.lock().unwrap();
        let mut asked: Vec<String> = asked
            .iter()
            .map(|(operation, _)| operation.clone())
            .collect();
        asked.sort();
        asked.dedup();
        asked
    }

    /// The access keys that an operation was asked for with, each once, sorted.
    pub(crate) fn keys_of(&self, operation: &str) -> Vec<String> {
        let asked = self.asked.lock().unwrap();
        let of_operation = asked.iter().filter(|(one, _)| one == operation);
        let mut keys: Vec<String> = of_operation.map(|(_, key)| key.clone()).collect();
        keys.sort();
        keys.dedup();
        keys
    }
}

/// One request, and the end of the connection.
fn serve(connection: TcpStream, asked: &Mutex<Vec<Asked>>, answers: &Answers) {
    let mut reader = BufReader::new(connection);
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    let mut words = line.split_whitespace();
    let (method, path) = (
        words.next().unwrap_or_default(),
        words.next().unwrap_or_default(),
    );
    let mut operation = format!("{method} {}", path.split('?').next().unwrap_or_default());
    let mut length = 0;
    let mut key = String::new();
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).unwrap();
        let Some((name, value)) = header.trim_end().split_once(": ") else {
            break;
        };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse().unwrap(),
            "authorization" => {
                let named = value.split_once("Credential=").map(|(_, rest)| rest);
                let named = named.and_then(|rest| rest.split('/').next());
                key = named.unwrap_or_default().to_owned();
            }
            "x-amz-target" => operation = value.rsplit('.').next().unwrap().to_owned(),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let body = String::from_utf8(body).unwrap();
    if let Some(rest) = body.split("Action=").nth(1) {
        operation = rest.split('&').next().unwrap().to_owned();
    }
    asked.lock().unwrap().push((operation.clone(), key));
    let (status, answer) = answers(&operation);
    let head = format!(
        "HTTP/1.1 {status} X\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        answer.len()
    );
    let mut connection = reader.into_inner();
    connection.write_all((head + &answer).as_bytes()).unwrap();
}
