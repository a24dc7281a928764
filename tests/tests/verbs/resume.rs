//! The resume command that a failure prints, followed literally.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use cli_conventions::exit_code::{STACK_FAILED, SUCCESS};
use tests::binaries::command;
use tests::sample;

use crate::support::program;

/// A CloudFormation on this machine, of its own.
struct Server {
    child: Child,
    address: String,
}

impl Server {
    fn start() -> Self {
        let mut child = Command::new(program("emulator"))
            .args(["--speed", "6000"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let stdout = child.stdout.take().unwrap();
        BufReader::new(stdout).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on http://").unwrap();
        Self {
            address: address.to_owned(),
            child,
        }
    }

    fn order(&self, name: &str, body: &str) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let length = body.len();
        write!(
            stream,
            "POST /_local/{name} HTTP/1.1\r\nHost: here\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn output(command: &mut Command, folder: &Path) -> Output {
    command
        .current_dir(folder)
        .env("AWS_ACCESS_KEY_ID", "444455556666")
        .env("AWS_SECRET_ACCESS_KEY", "local")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

#[track_caller]
fn text(output: &Output, code: u8) -> String {
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(code.into()), "{text}{output:?}");
    text
}

/// Pastes the command that stands behind a text into a shell.
fn paste(said: &str, behind: &str, folder: &Path) -> (String, Output) {
    let (_, rest) = said.split_once(behind).unwrap_or_else(|| panic!("{said}"));
    let line = rest.trim_start_matches('\n').lines().next().unwrap().trim();
    let xtask = command("xtask");
    let mut shell = Command::new("sh");
    shell
        .args([
            "-c",
            &format!("cargo() {{ shift; \"$XTASK\" \"$@\"; }}; {line}"),
        ])
        .env("XTASK", xtask.get_program());
    (line.to_owned(), output(&mut shell, folder))
}

#[test]
fn the_printed_command_deploys_the_same_definition() {
    let name = format!("resume-{}", std::process::id());
    // Below the workspace, where `cargo xtask` is called.
    let folder = tests::root().join("target").join(name);
    let _ = fs::remove_dir_all(&folder);
    let config = folder.join("it's \"the\" $HOME definition");
    fs::create_dir_all(&config).unwrap();
    sample::copy_to(&config);
    // Not what is checked in: another range of addresses, which the network's template shows.
    let path = config.join("environments/staging.toml");
    let staging = fs::read_to_string(&path).unwrap();
    let other = staging.replacen("10.20.0.0/16", "10.40.0.0/16", 1);
    assert_ne!(other, staging);
    fs::write(&path, other).unwrap();

    let server = Server::start();
    let fault =
        r#"{"logicalId": "Vpc", "on": "create", "times": 1, "effect": {"fail": {"reason": "no"}}}"#;
    server.order("fail", fault);
    let url = format!("http://{}", server.address);
    let mut deploy = command("xtask");
    deploy
        .args([
            "deploy",
            "--env",
            "staging",
            "--only",
            "network",
            "--yes",
            "--endpoint-url",
            &url,
        ])
        .args(["--config", "it's \"the\" $HOME definition"]);
    let failed = text(&output(&mut deploy, &folder), STACK_FAILED);

    let (line, resumed) = paste(&failed, "resume with:", &folder);
    let quoted = r#"--config 'it'\''s "the" $HOME definition'"#;
    assert!(line.contains(quoted), "{line}");
    text(&resumed, SUCCESS);
    // It is the definition that was deployed, and not the one that is checked in.
    let mut status = command("xtask");
    status
        .args([
            "status",
            "--env",
            "staging",
            "--only",
            "network",
            "--endpoint-url",
            &url,
        ])
        .args(["--config", "it's \"the\" $HOME definition"]);
    text(&output(&mut status, &folder), SUCCESS);

    // The same of a plan that is saved.
    let mut plan = command("xtask");
    plan.args([
        "plan",
        "--env",
        "staging",
        "--only",
        "application-web",
        "--endpoint-url",
        &url,
    ])
    .args([
        "--config",
        "it's \"the\" $HOME definition",
        "--out",
        "the plan.json",
    ]);
    let output = output(&mut plan, &folder);
    text(&output, SUCCESS);
    let printed = String::from_utf8(output.stdout).unwrap();
    let (line, _) = paste(&printed, "deploy it with:", &folder);
    assert!(
        line.contains(quoted) && line.ends_with("--plan 'the plan.json'"),
        "{line}"
    );
    fs::remove_dir_all(&folder).unwrap();
}

/// What no terminal is there to be asked for is saved and deployed with the commands that are printed.
#[test]
fn production_is_bootstrapped_without_a_terminal() {
    let name = format!("unattended-{}", std::process::id());
    let folder = tests::root().join("target").join(name);
    fs::create_dir_all(&folder).unwrap();
    let server = Server::start();
    let url = format!("http://{}", server.address);
    let definition = tests::root().join("tests/definition");
    let mut bootstrap = command("xtask");
    bootstrap
        .args(["bootstrap", "--env", "production", "--endpoint-url", &url])
        .arg("--config")
        .arg(&definition)
        // The state of this checkout is not known while its tests run.
        .args(["--break-glass", "it's a test"])
        .env("AWS_ACCESS_KEY_ID", "111122223333");
    let output = |command: &mut Command| {
        command
            .current_dir(&folder)
            .env("AWS_ACCESS_KEY_ID", "111122223333")
            .env("AWS_SECRET_ACCESS_KEY", "local")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .stdin(Stdio::null())
            .output()
            .unwrap()
    };
    let refused = text(&output(&mut bootstrap), cli_conventions::exit_code::REFUSED);
    let commands: Vec<&str> = refused
        .lines()
        .map(str::trim)
        .filter(|line| line.starts_with("cargo xtask "))
        .collect();
    assert_eq!(commands.len(), 2, "{refused}");
    for line in commands {
        let mut shell = Command::new("sh");
        shell
            .args([
                "-c",
                &format!("cargo() {{ shift; \"$XTASK\" \"$@\"; }}; {line}"),
            ])
            .env("XTASK", command("xtask").get_program());
        text(&output(&mut shell), SUCCESS);
    }
    fs::remove_dir_all(&folder).unwrap();
}
