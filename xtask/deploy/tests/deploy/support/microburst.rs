//! A proxy that makes calls fail as AWS does: microburst, from PyPI, pinned in `tests/clients`.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use xtask::tools::PythonTools;
use xtask::workspace::Workspace;

use super::scratch::Scratch;

/// How long it may take to start. It takes a second on an idle machine.
const START: Duration = Duration::from_secs(60);

/// A running proxy. It goes with its value.
#[derive(Debug)]
pub(crate) struct Microburst {
    process: Child,
    port: u16,
    folder: Scratch,
}

impl Microburst {
    /// Starts it at a free port, before another server, with these rules.
    pub(crate) fn start(upstream: &str, rules: &[Value]) -> Self {
        let workspace = Workspace::around(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();
        let tools = PythonTools::clients(&workspace);
        if let Err(missing) = tools.require() {
            panic!("{missing}");
        }
        let folder = Scratch::new("microburst");
        // JSON is YAML.
        let config = folder.path().join("rules.yml");
        fs::write(&config, json!({ "rules": rules }).to_string()).unwrap();
        // Free when this asked; nobody else is likely to take it within a moment.
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        let log = fs::File::create(folder.path().join("log")).unwrap();
        let process = Command::new(tools.program("microburst"))
            .current_dir(folder.path())
            .args(["--upstream", upstream, "--port", &port.to_string()])
            .args(["--no-resign", "--config"])
            .arg(&config)
            .env("HOME", folder.path())
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut proxy = Self {
            process,
            port,
            folder,
        };
        proxy.wait();
        proxy
    }

    /// Until it takes connections.
    fn wait(&mut self) {
        let start = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            let ended = self.process.try_wait().unwrap();
            assert!(
                ended.is_none() && start.elapsed() < START,
                "microburst does not start ({ended:?}):\n{}",
                fs::read_to_string(self.folder.path().join("log")).unwrap()
            );
            thread::sleep(Duration::from_millis(50));
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// How often each rule made a call fail, in the rules' order.
    pub(crate) fn fired(&self) -> Vec<u64> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
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

impl Drop for Microburst {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
