//! `conformance`: see `conformance --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    aws::conformance::program::main()
}
