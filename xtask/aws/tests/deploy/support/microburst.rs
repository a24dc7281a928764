//! A proxy that makes calls fail as AWS does: microburst, from PyPI, pinned in `tests/clients`.

use std::fs;
use std::io::{Read as _, Write as _};

use serde_json::{Value, json};

use super::server::Server;

/// A running proxy.
#[derive(Debug)]
pub(crate) struct Microburst(Server);

impl Microburst {
    /// Starts it before another server, with these rules.
    pub(crate) fn start(upstream: &str, rules: &[Value]) -> Self {
        Self(Server::start("microburst", |command, folder, port| {
            // JSON is YAML.
            let config = folder.join("rules.yml");
            fs::write(&config, json!({ "rules": rules }).to_string()).unwrap();
            command
                .args(["--upstream", upstream, "--port", &port.to_string()])
                .args(["--no-resign", "--config"])
                .arg(config);
        }))
    }

    pub(crate) fn url(&self) -> String {
        self.0.url()
    }

    /// How often each rule made a call fail, in the rules' order.
    pub(crate) fn fired(&self) -> Vec<u64> {
        let mut stream = self.0.connect();
        stream
            .write_all(b"GET /_microburst/rules HTTP/1.0\r\nHost: localhost\r\n\r\n")
            .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        let rules: Vec<Value> = serde_json::from_str(body).unwrap();
        rules
            .iter()
            .map(|rule| rule["fired_count"].as_u64().unwrap())
            .collect()
    }
}
