//! Folders that are gone after the test.

use std::fs;
use std::path::Path;

use tempfile::{Builder, TempDir};

use crate::git::git;

/// An empty folder of a test's own, outside of any repository.
#[derive(Debug)]
pub struct Scratch(TempDir);

impl Scratch {
    /// A new folder, whose name begins with this.
    ///
    /// # Panics
    /// When it can't be created.
    #[must_use]
    pub fn new(name: &str) -> Self {
        // Its real path: on macOS the folder for temporary files is a link.
        let parent = std::env::temp_dir().canonicalize().unwrap();
        let folder = Builder::new()
            .prefix(&format!("{name}-"))
            .tempdir_in(parent);
        Self(folder.unwrap())
    }

    #[must_use]
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes a file, and creates the folders around it.
    ///
    /// # Panics
    /// When it can't be written.
    pub fn write(&self, file: &str, text: &str) {
        let path = self.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Runs git in it, as [`git`] does.
    ///
    /// # Panics
    /// When git fails.
    pub fn git(&self, arguments: &[&str]) -> String {
        git(self.path(), arguments)
    }
}
