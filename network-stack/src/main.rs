//! Prints the network's template.

use std::process::ExitCode;

fn main() -> ExitCode {
    common::stack::run(network_stack::stacks)
}
