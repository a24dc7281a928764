//! The binaries of the workspace, built as people run them.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::LazyLock;

use crate::root;
use crate::synthesis::CRATES;

/// Runs one of the binaries, `xtask` or a stack crate's, at the root of the workspace.
pub fn run(binary: &str, arguments: &[&str]) -> Output {
    command(binary)
        .args(arguments)
        .output()
        .expect("the binary starts")
}

/// A call of one of the binaries at the root of the workspace.
#[must_use]
pub fn command(binary: &str) -> Command {
    static BUILT: LazyLock<BTreeMap<String, PathBuf>> = LazyLock::new(|| {
        let stack_crates = CRATES.iter().map(|(name, _)| *name);
        let packages: Vec<&str> = ["xtask"].into_iter().chain(stack_crates).collect();
        xtask::cargo::build(root(), &packages).unwrap_or_else(|error| panic!("{error}"))
    });
    let mut command = Command::new(&BUILT[binary]);
    command.current_dir(root());
    command
}
