//! The deploying verbs on the emulator: see `deploy --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    deploy::main::<deploy::Emulator>()
}
