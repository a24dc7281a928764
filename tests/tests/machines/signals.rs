//! Signals: the terminal is restored, the messages are true, and kept state is found again.

use std::fs::{File, OpenOptions};
use std::io::Read as _;
use std::process::{Child, Command, Output, Stdio};

use cli_conventions::exit_code::{DETACHED, SUCCESS};
use rustix::process::{Pid, Signal, WaitOptions, kill_process, waitpid};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

use crate::support::{deployer, said, with_assembly};

const HIDE: &str = "\u{1b}[?25l";
const SHOW: &str = "\u{1b}[?25h";

/// A program at a terminal, with what it has shown.
struct AtTerminal {
    child: Child,
    screen: File,
    shown: String,
}

impl AtTerminal {
    fn start(mut command: Command) -> Self {
        let screen = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&screen).unwrap();
        unlockpt(&screen).unwrap();
        let size = Winsize {
            ws_row: 24,
            ws_col: 80,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        tcsetwinsize(&screen, size).unwrap();
        let name = ptsname(&screen, Vec::new()).unwrap();
        let line = || {
            let mut options = OpenOptions::new();
            options.read(true).write(true);
            options.open(name.to_str().unwrap()).unwrap()
        };
        command.stdin(line()).stdout(line()).stderr(line());
        let child = command.spawn().unwrap();
        drop(command);
        Self {
            child,
            screen: File::from(screen),
            shown: String::new(),
        }
    }

    /// Reads until this was shown so many times, or until the end.
    fn until(&mut self, text: &str, times: usize) {
        let mut some = [0; 4096];
        while self.shown.matches(text).count() < times {
            match self.screen.read(&mut some) {
                Ok(read) if read > 0 => {
                    self.shown += &String::from_utf8_lossy(&some[..read]);
                }
                _ => break,
            }
        }
    }

    fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    fn send(&self, signal: Signal) {
        kill_process(self.pid(), signal).unwrap();
    }

    fn ended(mut self) -> (Option<i32>, String) {
        self.until("\u{0}", 1);
        (self.child.wait().unwrap().code(), self.shown)
    }
}

/// Time goes so slowly there that nothing ends before it is left.
const DEPLOY: &str = "deploy --env staging --local --local-speed 1 --only network";

fn is_visible(shown: &str) -> bool {
    shown.rfind(SHOW) > shown.rfind(HIDE)
}

#[test]
fn the_cursor_is_shown_again_after_every_signal() {
    let folder = with_assembly("cursor");
    for signal in [Signal::INT, Signal::TERM, Signal::HUP, Signal::QUIT] {
        let mut running = AtTerminal::start(deployer(&folder, DEPLOY));
        running.until(HIDE, 1);
        assert!(!is_visible(&running.shown), "{}", running.shown);
        running.send(signal);
        let (code, shown) = running.ended();
        assert_eq!(code, Some(DETACHED.into()), "{signal:?}: {shown}");
        assert!(is_visible(&shown), "{signal:?}: {shown:?}");
        assert!(!shown.contains("panicked"), "{shown}");
    }
}

#[test]
fn the_cursor_is_shown_while_it_is_stopped() {
    let folder = with_assembly("stopped");
    let mut running = AtTerminal::start(deployer(&folder, DEPLOY));
    running.until(HIDE, 1);
    running.send(Signal::TSTP);
    let (_, status) = waitpid(Some(running.pid()), WaitOptions::UNTRACED)
        .unwrap()
        .unwrap();
    assert!(status.stopped(), "{status:?}");
    running.until(SHOW, 1);
    assert!(is_visible(&running.shown), "{}", running.shown);

    running.send(Signal::CONT);
    running.until(HIDE, 2);
    assert!(!is_visible(&running.shown), "{}", running.shown);
    running.send(Signal::INT);
    let (code, shown) = running.ended();
    assert_eq!(code, Some(DETACHED.into()), "{shown}");
    assert!(is_visible(&shown), "{shown:?}");
}

/// A deployment that was left once it had begun; its output is a file.
fn left(folder: &std::path::Path, words: &str) -> Output {
    let mut command = deployer(folder, words);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let mut shown = String::new();
    let mut some = [0; 1024];
    while !shown.contains("CREATE_IN_PROGRESS") {
        let read = stdout.read(&mut some).unwrap();
        assert!(read > 0, "{shown}");
        shown += &String::from_utf8_lossy(&some[..read]);
    }
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    let mut rest = Vec::new();
    stdout.read_to_end(&mut rest).unwrap();
    child.wait_with_output().unwrap()
}

/// In one line, however it was broken.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The emulator ends with the command.
#[test]
fn what_goes_on_without_the_command_is_told() {
    let folder = with_assembly("left");
    let text = flat(&said(&left(&folder, DEPLOY), DETACHED));
    assert!(!text.contains("CloudFormation is still working"), "{text}");
    assert!(
        text.contains(
            "the local CloudFormation stops with this command, and the state of network is lost"
        ),
        "{text}"
    );

    let whole = "deploy --env staging --local target/cloud --local-speed 1 --only network";
    assert!(text.ends_with(whole), "{text}");

    let kept = DEPLOY.replace("--local ", "--local kept ");
    let text = flat(&said(&left(&folder, &kept), DETACHED));
    assert!(text.contains("its state is kept in kept"), "{text}");
    assert!(text.contains("= help: to resume from there:"), "{text}");
    // It continues from there.
    let faster = kept.replace("--local-speed 1 ", "--local-speed 60000 ");
    said(&deployer(&folder, &faster).output().unwrap(), SUCCESS);
}

/// The server notices a moment later that it is not needed any more.
#[test]
fn a_folder_is_free_again_after_a_kill() {
    let folder = with_assembly("killed");
    let words = DEPLOY.replace("--local ", "--local kept ");
    let mut running = AtTerminal::start(deployer(&folder, &words));
    running.until(HIDE, 1);
    running.send(Signal::KILL);
    running.child.wait().unwrap();
    let again = "status --env staging --local kept --local-speed 60000 --only network --wait 60";
    let output = deployer(&folder, again).output().unwrap();
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(!text.contains("another server"), "{text}");
    assert!(!text.contains("did not start"), "{text}");
}
