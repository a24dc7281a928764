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
    asked: Arc<Mutex<Vec<String>>>,
}

impl Stub {
    /// Answers by the operation's name; of REST, by method and path.
    pub(crate) fn answering(
        answers: impl Fn(&str) -> (u16, String) + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
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
        let mut asked = self.asked.lock().unwrap().clone();
        asked.sort();
        asked.dedup();
        asked
    }
}

/// One request, and the end of the connection.
fn serve(connection: TcpStream, asked: &Mutex<Vec<String>>, answers: &Answers) {
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
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).unwrap();
        let Some((name, value)) = header.trim_end().split_once(": ") else {
            break;
        };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse().unwrap(),
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
    asked.lock().unwrap().push(operation.clone());
    let (status, answer) = answers(&operation);
    let head = format!(
        "HTTP/1.1 {status} X\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        answer.len()
    );
    let mut connection = reader.into_inner();
    connection.write_all((head + &answer).as_bytes()).unwrap();
}
