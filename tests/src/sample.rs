//! The sample definition of the tests: `tests/definition`.
//!
//! The definition at the root is Lemonade's, and may change any day. Tests that name an application, count stacks or
//! show a line of a file use this one, so that a new application changes no test.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use common::Definition;

use crate::{Synthesis, root, synthesize};

pub const FILES: [&str; 3] = [
    "applications.toml",
    "environments/production.toml",
    "environments/staging.toml",
];

#[must_use]
pub fn folder() -> PathBuf {
    root().join("tests/definition")
}

/// The environments, production first, synthesized once per test binary.
#[must_use]
pub fn sample() -> &'static [Synthesis] {
    static ALL: LazyLock<Vec<Synthesis>> = LazyLock::new(|| {
        let definition = Definition::load(&folder()).unwrap_or_else(|errors| panic!("{errors}"));
        definition.environments.iter().map(synthesize).collect()
    });
    &ALL
}

/// Copies its files into a folder.
///
/// # Panics
/// When the folder can't be written to.
pub fn copy_to(into: &Path) {
    for file in FILES {
        let path = into.join(file);
        path.parent()
            .map_or(Ok(()), fs::create_dir_all)
            .and_then(|()| fs::copy(folder().join(file), &path))
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
}
