//! A server written in Python, for the time of a test.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use xtask::tools::PythonTools;
use xtask::workspace::Workspace;

use test_support::Scratch;

/// How long it may take to start. It takes two seconds on an idle machine.
const START: Duration = Duration::from_secs(60);

/// A running server. It goes with its value, and what it has started too.
#[derive(Debug)]
pub(crate) struct Server {
    process: Child,
    port: u16,
    _folder: Scratch,
}

impl Server {
    /// Starts a program of `tests/clients` in an empty folder, and waits until it takes
    /// connections at a free port, which `configure` passes to it.
    pub(crate) fn start(program: &str, configure: impl FnOnce(&mut Command, &Path, u16)) -> Self {
        let workspace = Workspace::around(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();
        let tools = PythonTools::clients(&workspace);
        if let Err(missing) = tools.require() {
            panic!("{missing}");
        }
        let folder = Scratch::new(program);
        // Free at the moment; unlikely to be taken in between.
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        let said = folder.path().join("log");
        let log = fs::File::create(&said).unwrap();
        let mut command = Command::new(tools.program(program));
        configure(&mut command, folder.path(), port);
        let process = command
            .current_dir(folder.path())
            .env("HOME", folder.path())
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            // It may start others; all of them go together.
            .process_group(0)
            .spawn()
            .unwrap();
        let mut server = Self {
            process,
            port,
            _folder: folder,
        };
        server.wait(program, &said);
        server
    }

    fn wait(&mut self, program: &str, said: &Path) {
        let start = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            let ended = self.process.try_wait().unwrap();
            assert!(
                ended.is_none() && start.elapsed() < START,
                "{program} does not start ({ended:?}):\n{}",
                fs::read_to_string(said).unwrap()
            );
            thread::sleep(Duration::from_millis(50));
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub(crate) fn connect(&self) -> TcpStream {
        TcpStream::connect(("127.0.0.1", self.port)).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let group = format!("-{}", self.process.id());
        let _ = Command::new("kill").args(["-KILL", "--", &group]).status();
        let _ = self.process.wait();
    }
}
