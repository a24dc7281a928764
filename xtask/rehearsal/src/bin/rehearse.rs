//! `rehearse`: see `rehearse --help`. Called by the name of a shim, it is that shim.

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
