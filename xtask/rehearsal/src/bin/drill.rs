//! `drill`: see `drill --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    rehearsal::disaster::run()
}
