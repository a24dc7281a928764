//! Terminals: narrow ones, without colours, ASCII only, and none.

use std::fs::{File, OpenOptions};
use std::io::Read as _;
use std::process::Command;

use cli_conventions::exit_code::SUCCESS;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

use crate::support::{deployer, said, with_assembly};

/// Runs a command at a terminal of so many columns; gives what it showed.
fn at_a_terminal(mut command: Command, columns: u16) -> String {
    let screen = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&screen).unwrap();
    unlockpt(&screen).unwrap();
    let size = Winsize {
        ws_row: 24,
        ws_col: columns,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    tcsetwinsize(&screen, size).unwrap();
    let name = ptsname(&screen, Vec::new()).unwrap();
    let line = || {
        OpenOptions::new()
            .read(true)
            .write(true)
            .open(name.to_str().unwrap())
            .unwrap()
    };
    let mut child = command
        .stdin(line())
        .stdout(line())
        .stderr(line())
        .spawn()
        .unwrap();
    // The command holds the terminal too, and reading ends when no process does.
    drop(command);
    let mut shown = Vec::new();
    let mut screen = File::from(screen);
    let mut some = [0; 4096];
    while let Ok(read) = screen.read(&mut some)
        && read > 0
    {
        shown.extend_from_slice(&some[..read]);
    }
    let text = String::from_utf8(shown).unwrap();
    let code = child.wait().unwrap().code();
    assert_eq!(code, Some(SUCCESS.into()), "{text}");
    assert!(!text.contains("panicked"), "{text}");
    text
}

/// What is seen of a text: without the codes that paint and move.
fn seen(text: &str) -> String {
    let mut seen = String::new();
    let mut rest = text.chars();
    while let Some(letter) = rest.next() {
        if letter != '\u{1b}' {
            seen.push(letter);
            continue;
        }
        // A control sequence ends with a letter.
        for code in rest.by_ref().skip(1) {
            if code.is_ascii_alphabetic() {
                break;
            }
        }
    }
    seen
}

const PLAN: &str = "plan --env staging --local --local-speed 6000 --only network --only ecs";

#[test]
fn lines_fit_a_narrow_terminal() {
    let folder = with_assembly("narrow");
    for columns in [40, 60] {
        let text = seen(&at_a_terminal(deployer(&folder, PLAN), columns));
        for line in text.lines() {
            let word = line.trim().split(' ').count() == 1;
            let width = line.trim_end().chars().count();
            assert!(width <= columns.into() || word, "{columns}: {line}");
        }
    }
}

/// A terminal of no width, or of less than can be read, breaks the lines itself.
#[test]
fn a_terminal_that_tells_nonsense() {
    let folder = with_assembly("nonsense");
    for columns in [0, 1] {
        let text = at_a_terminal(deployer(&folder, PLAN), columns);
        assert!(seen(&text).contains("network"), "{text}");
    }
}

#[test]
fn colours_and_letters_are_what_the_machine_can_show() {
    let folder = with_assembly("look");
    let with = |variables: &[(&str, &str)]| {
        let mut command = deployer(&folder, PLAN);
        command.envs(variables.iter().copied());
        at_a_terminal(command, 80)
    };
    assert!(with(&[("TERM", "xterm")]).contains("\u{1b}["));
    for variables in [
        [("TERM", "xterm"), ("NO_COLOR", "1")],
        [("TERM", "dumb"), ("LANG", "C")],
    ] {
        let text = with(&variables);
        assert!(!text.contains('\u{1b}'), "{variables:?}: {text}");
    }
    assert!(with(&[("TERM", "xterm"), ("LANG", "C")]).is_ascii());
}

/// During a deployment, a small terminal is drawn on as well as a large one.
#[test]
fn a_deployment_is_drawn_on_a_small_terminal() {
    let folder = with_assembly("draw");
    let mut command = deployer(
        &folder,
        "deploy --env staging --local --local-speed 6000 --only network",
    );
    command.env("TERM", "xterm").env("LANG", "C");
    let text = at_a_terminal(command, 30);
    assert!(text.is_ascii());
    // The cursor comes back.
    assert!(text.contains("\u{1b}[?25h"), "{text}");
    for line in seen(&text).split(['\r', '\n']) {
        let word = line.trim().split(' ').count() == 1;
        let width = line.trim_end().chars().count();
        assert!(
            width <= 30 || word || line.contains("cargo xtask") || line.contains("deploy deploy"),
            "{line}"
        );
    }
}

/// No terminal: a log, without colours, in 80 columns.
#[test]
fn a_file_gets_plain_lines() {
    let folder = with_assembly("file");
    let output = deployer(&folder, PLAN).output().unwrap();
    said(&output, SUCCESS);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.is_ascii() && !text.contains('\u{1b}'), "{text}");
    assert!(
        text.lines().all(|line| line.chars().count() <= 80),
        "{text}"
    );
}
