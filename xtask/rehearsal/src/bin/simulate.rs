//! Simulates what the definition does.

use std::process::ExitCode;

fn main() -> ExitCode {
    rehearsal::capacity::run()
}
