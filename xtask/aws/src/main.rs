//! `deployer`: see `deployer --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    deploy::main::<aws::sdk::Aws>()
}
