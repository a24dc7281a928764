//! The local CloudFormation, as a program.

use std::process::ExitCode;

fn main() -> ExitCode {
    emulator::command::run()
}
