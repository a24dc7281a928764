//! An AWS that is neither AWS nor ours: ministack, from PyPI, pinned in `tests/clients`.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use deploy::aws::{Aws, Settings, connect};
use xtask::tools::PythonTools;
use xtask::workspace::Workspace;

use super::scratch::Scratch;

/// How long it may take to start. It takes two seconds on an idle machine.
const START: Duration = Duration::from_secs(60);

/// A running server. It goes with its value.
#[derive(Debug)]
pub(crate) struct Ministack {
    process: Child,
    port: u16,
    folder: Scratch,
}

impl Ministack {
    /// Starts it at a free port.
    pub(crate) fn start() -> Self {
        let workspace = Workspace::around(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();
        let tools = PythonTools::clients(&workspace);
        if let Err(missing) = tools.require() {
            panic!("{missing}");
        }
        let folder = Scratch::new("ministack");
        // Free when this asked; nobody else is likely to take it within a moment.
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        let log = fs::File::create(folder.path().join("log")).unwrap();
        let process = Command::new(tools.program("ministack"))
            .current_dir(folder.path())
            .env("BIND_HOST", "127.0.0.1")
            .env("MINISTACK_HOST", "127.0.0.1")
            .env("GATEWAY_PORT", port.to_string())
            .env("HOME", folder.path())
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            // It starts others; all of them go together.
            .process_group(0)
            .spawn()
            .unwrap();
        let mut server = Self {
            process,
            port,
            folder,
        };
        server.wait();
        server
    }

    /// Until it takes connections.
    fn wait(&mut self) {
        let start = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            let ended = self.process.try_wait().unwrap();
            assert!(
                ended.is_none() && start.elapsed() < START,
                "ministack does not start ({ended:?}):\n{}",
                fs::read_to_string(self.folder.path().join("log")).unwrap()
            );
            thread::sleep(Duration::from_millis(50));
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// It, as an account of it: the access key says which.
    pub(crate) async fn account(&self, account: &str) -> Aws {
        connect(settings(&self.url(), account)).await.unwrap()
    }
}

fn settings(url: &str, account: &str) -> Settings {
    let mut settings = Settings::new("eu-west-1");
    settings.endpoint_url = Some(url.to_owned());
    settings.credentials = Some(SharedCredentialsProvider::new(Credentials::new(
        account, "secret", None, None, "test",
    )));
    settings
}

/// An account behind something that fails: little is left to the SDK, so that the engine sees it.
pub(crate) async fn impatient(url: &str, account: &str) -> Aws {
    let mut settings = settings(url, account);
    settings.attempts = 2;
    settings.attempt_timeout = Duration::from_secs(3);
    connect(settings).await.unwrap()
}

impl Drop for Ministack {
    fn drop(&mut self) {
        let group = format!("-{}", self.process.id());
        let _ = Command::new("kill").args(["-KILL", "--", &group]).status();
        let _ = self.process.wait();
    }
}
