//! Closed outputs, and machines with an empty environment.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::Stdio;

use cli_conventions::exit_code::{FAILURE, SUCCESS, USAGE};

use crate::support::{deployer, in_shell, said, with_assembly, xtask};

/// `… | head -1` is no failure.
#[test]
fn whoever_reads_stops_reading() {
    let folder = with_assembly("pipe");
    let commands = [
        deployer(
            &folder,
            "plan --env staging --local --local-speed 6000 --format json",
        ),
        deployer(&folder, "deploy --env staging --local --local-speed 60000"),
        xtask("check --format json"),
    ];
    for mut command in commands {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut reader = BufReader::with_capacity(16, child.stdout.take().unwrap());
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        assert!(!line.is_empty(), "{command:?}");
        drop(reader);
        let mut text = String::new();
        let mut stderr = child.stderr.take().unwrap();
        stderr.read_to_string(&mut text).unwrap();
        let code = child.wait().unwrap().code();
        assert_eq!(code, Some(SUCCESS.into()), "{command:?}: {text}");
        assert_eq!(text, "", "{command:?}");
    }
}

/// A program without any stream, as some supervisors start one.
#[test]
fn nothing_listens_at_all() {
    let folder = with_assembly("closed");
    let command = deployer(
        &folder,
        "deploy --env staging --local --local-speed 6000 --only network",
    );
    for (streams, code) in [(">&- 2>&-", SUCCESS), ("<&- 2>&-", SUCCESS)] {
        let script = format!("exec \"$@\" {streams}");
        let output = in_shell(&script, &command).output().unwrap();
        said(&output, code);
    }
    // The message is lost, and the exit code stays.
    let refused = deployer(&folder, "plan --env staging --assembly nowhere");
    let output = in_shell("exec \"$@\" 2>&-", &refused).output().unwrap();
    said(&output, FAILURE);
    let output = in_shell("exec \"$@\" 2>/dev/full", &refused)
        .output()
        .unwrap();
    said(&output, FAILURE);
}

/// Without a home and without a locale; `deployer` is started so by every test here.
#[test]
fn a_machine_without_a_home() {
    let mut command = xtask("check --env staging");
    command.env_remove("HOME").env("LANG", "C");
    let output = command.output().unwrap();
    said(&output, SUCCESS);
    assert!(output.stdout.is_ascii());
}

/// rustup, which starts cargo, panics there.
#[test]
fn a_home_that_is_no_path() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;

    for home in [&b"relative"[..], b"/home/\xff", b"\xff"] {
        let mut command = xtask("synth --env staging --out target/never");
        command.env("HOME", OsStr::from_bytes(home));
        command.env_remove("CARGO_HOME").env_remove("RUSTUP_HOME");
        let text = said(&command.output().unwrap(), USAGE);
        assert!(text.starts_with("error: the variable HOME is \""), "{text}");
        assert_eq!(text.lines().count(), 2, "{text}");
    }
}
