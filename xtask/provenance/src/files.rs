//! The files of a work tree, as they are on disk.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};

use crate::error::{InspectError, reading};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    File {
        /// Whether its owner may execute it.
        executable: bool,
    },
    /// A symbolic link, whatever it leads to.
    Link,
    /// A folder in which the commit holds nothing, and which holds something.
    Folder,
    /// A pipe, a socket, a device.
    Other,
}

/// A file, link or folder of the work tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) kind: Kind,
    /// Whether it is output.
    pub(crate) exempt: bool,
}

/// Everything below a root but git's own files, by its path from there. Only folders in which the commit
/// holds something are descended into; no symbolic link is followed.
pub(crate) fn files(
    root: &Path,
    folders: &BTreeSet<PathBuf>,
    modules: &BTreeSet<&Path>,
    exempt: &[PathBuf],
) -> Result<BTreeMap<PathBuf, Entry>, InspectError> {
    let walker = Walker {
        root,
        folders,
        modules,
        exempt,
    };
    let mut found = BTreeMap::new();
    walker.folder(Path::new(""), false, &mut found)?;
    Ok(found)
}

struct Walker<'a> {
    root: &'a Path,
    folders: &'a BTreeSet<PathBuf>,
    modules: &'a BTreeSet<&'a Path>,
    exempt: &'a [PathBuf],
}

impl Walker<'_> {
    fn folder(
        &self,
        folder: &Path,
        exempt: bool,
        found: &mut BTreeMap<PathBuf, Entry>,
    ) -> Result<(), InspectError> {
        let full = self.root.join(folder);
        for entry in fs::read_dir(&full).map_err(reading(&full))? {
            let entry = entry.map_err(reading(&full))?;
            let path = folder.join(entry.file_name());
            // A repository inside of this one is no part of the commit, and neither are its files.
            if path == Path::new(".git") || self.modules.contains(path.as_path()) {
                continue;
            }
            let there = entry.metadata().map_err(reading(&entry.path()))?;
            let exempt = exempt || self.exempt.contains(&entry.path());
            if there.is_dir() && self.folders.contains(&path) {
                self.folder(&path, exempt, found)?;
                continue;
            }
            if there.is_dir() && (exempt || !self.holds_something(&entry.path())?) {
                continue;
            }
            let kind = kind(&there);
            found.insert(path, Entry { kind, exempt });
        }
        Ok(())
    }

    /// Whether there is anything but empty folders, and output.
    fn holds_something(&self, folder: &Path) -> Result<bool, InspectError> {
        for entry in fs::read_dir(folder).map_err(reading(folder))? {
            let entry = entry.map_err(reading(folder))?;
            let path = entry.path();
            if self.exempt.contains(&path) {
                continue;
            }
            let there = entry.metadata().map_err(reading(&path))?;
            if !there.is_dir() || self.holds_something(&path)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

fn kind(there: &Metadata) -> Kind {
    if there.is_symlink() {
        Kind::Link
    } else if there.is_file() {
        Kind::File {
            executable: is_executable(there),
        }
    } else if there.is_dir() {
        Kind::Folder
    } else {
        Kind::Other
    }
}

#[cfg(unix)]
fn is_executable(there: &Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;

    // The owner's: what git goes by.
    there.permissions().mode() & 0o100 != 0
}

#[cfg(not(unix))]
const fn is_executable(_: &Metadata) -> bool {
    false
}
