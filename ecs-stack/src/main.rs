//! Prints the templates of the cluster and of the applications.

use std::process::ExitCode;

fn main() -> ExitCode {
    common::stack::run(ecs_stack::stacks)
}
