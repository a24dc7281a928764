//! The program, as a process.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::{Client, folder};

/// A process that ends with the test.
struct Program {
    child: Child,
    client: Client,
    _stdout: BufReader<ChildStdout>,
}

impl Program {
    fn start(arguments: &[&str]) -> Self {
        let mut child = command(arguments).stdin(Stdio::piped()).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let address = line
            .trim_end()
            .strip_prefix("listening on http://")
            .unwrap();
        Self {
            client: Client::new(address.parse().unwrap()),
            child,
            _stdout: stdout,
        }
    }

    fn is_there(&self, stack: &str) -> bool {
        let reply = self.client.call("DescribeStacks", &[("StackName", stack)]);
        reply.unwrap().status == 200
    }

    fn create(&self, stack: &str) {
        let template = r#"{"Resources":{"Topic":{"Type":"AWS::SNS::Topic"}}}"#;
        let fields = [("StackName", stack), ("TemplateBody", template)];
        let reply = self.client.call("CreateStack", &fields).unwrap();
        assert_eq!(reply.status, 200, "{}", reply.body);
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_emulator"));
    command
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

#[test]
fn it_stops_when_its_parent_has_ended() {
    let mut program = Program::start(&[]);
    drop(program.child.stdin.take());
    assert!(program.child.wait().unwrap().success());
}

/// Sends a signal, and returns the time until the program has ended.
fn end_with(program: &mut Program, signal: &str) -> Duration {
    let id = program.child.id().to_string();
    let told = Command::new("kill").args(["-s", signal, &id]).status();
    assert!(told.unwrap().success());
    let told = Instant::now();
    assert!(program.child.wait().unwrap().success());
    told.elapsed()
}

/// A second, and what a machine with much else to do may take on top; less than requests had to end before.
const SOON: Duration = Duration::from_millis(1_900);

#[test]
fn it_stops_on_a_signal() {
    for signal in ["TERM", "INT"] {
        let mut program = Program::start(&[]);
        let took = end_with(&mut program, signal);
        assert!(took < SOON, "{signal}: {took:?}");
    }
}

/// A request whose answer takes a minute, one whose head and one whose body don't come to an end, and a connection
/// without any: none of them keeps the program from ending.
#[test]
fn it_stops_on_a_signal_while_requests_are_in_progress() {
    for signal in ["TERM", "INT"] {
        let folder = folder(&format!("busy-{signal}"));
        let state = folder.to_str().unwrap().to_owned();
        let mut program = Program::start(&["--state", &state]);
        program.create("a");
        program
            .client
            .control("POST", "faults", r#"{"faults":"latency=60000..60000"}"#);
        let connect = || TcpStream::connect(program.client.address).unwrap();
        let heads = [
            "",
            "POST / HTTP/1.1\r\nHost: lo",
            "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nAction=",
            "GET /?Action=ListStacks HTTP/1.1\r\nHost: localhost\r\n\r\n",
        ];
        let open: Vec<TcpStream> = heads
            .iter()
            .map(|head| {
                let mut stream = connect();
                stream.write_all(head.as_bytes()).unwrap();
                stream
            })
            .collect();
        // An answered request shows that the ones before it were accepted.
        program.client.control("GET", "status", "");
        let took = end_with(&mut program, signal);
        assert!(took < SOON, "{signal}: {took:?}");
        drop(open);
        assert!(Program::start(&["--state", &state]).is_there("a"));
    }
}

#[test]
fn what_there_is_survives_a_kill() {
    let folder = folder("killed");
    let state = folder.to_str().unwrap();
    let arguments = ["--state", state, "--speed", "0"];
    let mut program = Program::start(&arguments);
    program.create("a");
    program.create("b");
    program
        .client
        .call("DeleteStack", &[("StackName", "a")])
        .unwrap();
    program
        .client
        .control("POST", "advance", r#"{"untilIdle":true}"#);
    let described = |program: &Program| {
        let reply = program.client.call("DescribeStacks", &[("StackName", "b")]);
        reply.unwrap().element("Stacks").unwrap().to_owned()
    };
    let before = described(&program);
    program.child.kill().unwrap();
    program.child.wait().unwrap();

    let program = Program::start(&arguments);
    assert!(!program.is_there("a"));
    assert_eq!(described(&program), before);
}

#[test]
fn what_there_is_survives_an_end_and_a_reset_does_not() {
    let folder = folder("ended");
    let arguments = ["--state", folder.to_str().unwrap()];
    let mut program = Program::start(&arguments);
    program.create("a");
    drop(program.child.stdin.take());
    program.child.wait().unwrap();

    let mut program = Program::start(&arguments);
    assert!(program.is_there("a"));
    program.client.control("POST", "reset", "");
    program.child.kill().unwrap();
    program.child.wait().unwrap();

    assert!(!Program::start(&arguments).is_there("a"));
}

#[test]
fn a_folder_has_one_server() {
    let folder = folder("shared");
    let arguments = ["--state", folder.to_str().unwrap()];
    let _first = Program::start(&arguments);
    let second = command(&arguments).stdin(Stdio::null()).output().unwrap();
    assert_eq!(second.status.code(), Some(1));
    let said = String::from_utf8(second.stderr).unwrap();
    assert!(
        said.starts_with("error: another server is using `"),
        "{said}"
    );
}

#[test]
fn what_cannot_be_read_is_said() {
    let folder = folder("broken");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("cloud.json"), "{").unwrap();
    let output = command(&["--state", folder.to_str().unwrap()])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("was not written by this version"), "{said}");
}

#[test]
fn the_help_is_complete() {
    let output = command(&["--help"]).output().unwrap();
    insta::assert_snapshot!("help", String::from_utf8(output.stdout).unwrap());
}
