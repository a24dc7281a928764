//! Rehearses the pipelines; and, called by another name, plays a program in one.

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args();
    let called = arguments.next().unwrap_or_default();
    let name = Path::new(&called).file_name().unwrap_or_default();
    let arguments: Vec<String> = arguments.collect();
    match rehearsal::pipelines::run::shim::runner(&name.to_string_lossy(), &arguments) {
        Some(code) => code,
        None => rehearsal::pipelines::main(),
    }
}
