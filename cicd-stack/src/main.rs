//! Prints the templates of bootstrap and the pipelines.

use std::process::ExitCode;

fn main() -> ExitCode {
    common::stack::run(cicd_stack::stacks)
}
