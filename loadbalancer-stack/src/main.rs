//! Prints the entry's template.

use std::process::ExitCode;

fn main() -> ExitCode {
    common::stack::run(loadbalancer_stack::stacks)
}
