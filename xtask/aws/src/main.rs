//! `deployer`: plans and deploys an environment. See `deployer --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    aws::main()
}
