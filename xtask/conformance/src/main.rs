//! `conformance`: see `conformance --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    conformance::program::main()
}
