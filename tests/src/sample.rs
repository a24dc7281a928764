//! The definition that tests speak of: `tests/definition`.
//!
//! What is checked in at the root is Lemonade's, and may change any day: tests that name an
//! application, count stacks or show a line of a file take this one, or whoever adds an
//! application would have to change them. It changes with the tests alone.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use common::Definition;

use crate::{Synthesis, root, synthesize};

/// Its files, by their paths.
pub const FILES: [&str; 3] = [
    "applications.toml",
    "environments/production.toml",
    "environments/staging.toml",
];

/// Its folder.
#[must_use]
pub fn folder() -> PathBuf {
    root().join("tests/definition")
}

/// Its environments, production first, synthesized once for all tests of a file.
#[must_use]
pub fn sample() -> &'static [Synthesis] {
    static ALL: LazyLock<Vec<Synthesis>> = LazyLock::new(|| {
        let definition = Definition::load(&folder()).unwrap_or_else(|errors| panic!("{errors}"));
        definition.environments.iter().map(synthesize).collect()
    });
    &ALL
}

/// Puts its files into a folder, in the place of those that are there.
///
/// # Panics
/// When the folder can't be written to.
pub fn bring(into: &Path) {
    for file in FILES {
        let path = into.join(file);
        path.parent()
            .map_or(Ok(()), fs::create_dir_all)
            .and_then(|()| fs::copy(folder().join(file), &path))
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
}
