//! `simulate`: see `simulate --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    rehearsal::capacity::run()
}
