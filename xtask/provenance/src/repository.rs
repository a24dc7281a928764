//! A repository's work tree, held against its commit.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::error::{InspectError, reading};
use crate::files::{Entry as FileEntry, Kind, files};
use crate::git::{self, FILES_LIMIT, GitError, READ_LIMIT};

/// A work tree and the commit that is checked out in it.
#[derive(Debug)]
pub(crate) struct Repository {
    /// Its topmost folder, without symbolic links on the way.
    pub(crate) root: PathBuf,
    pub(crate) commit: String,
}

/// What a commit holds at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    kind: EntryKind,
    id: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum EntryKind {
    File {
        executable: bool,
    },
    Link,
    /// A submodule: its commit.
    Module,
}

/// What differs between a work tree and its commit.
#[derive(Debug, Default)]
pub(crate) struct Differences {
    /// Paths from the root, sorted.
    pub(crate) changed: BTreeSet<String>,
    /// The files that the commit holds, from the root.
    pub(crate) held: BTreeSet<PathBuf>,
}

impl Repository {
    /// The repository around a folder, which has no symbolic links on its way.
    pub(crate) fn around(folder: &Path) -> Result<Self, InspectError> {
        let asked = ["rev-parse", "--show-toplevel", "HEAD^{commit}"];
        let said = git::call(folder, &asked, READ_LIMIT)?;
        let said = said.strip_suffix(b"\n").unwrap_or(&said);
        let at = said.iter().rposition(|byte| *byte == b'\n').unwrap_or(0);
        let (root, commit) = said.split_at(at);
        let root = path(root);
        let root = root.canonicalize().map_err(reading(&root))?;
        if !folder.starts_with(&root) {
            let folder = folder.to_owned();
            return Err(InspectError::Elsewhere { folder, root });
        }
        let commit = String::from_utf8_lossy(commit).trim().to_owned();
        Ok(Self { root, commit })
    }

    /// The branch that is checked out, if one is.
    pub(crate) fn branch(&self) -> Option<String> {
        let asked = ["symbolic-ref", "--quiet", "--short", "HEAD"];
        // Fails where no branch is checked out, and says nothing then.
        let said = git::call(&self.root, &asked, READ_LIMIT).ok()?;
        Some(String::from_utf8_lossy(&said).trim().to_owned())
    }

    /// The branches of `origin` that hold the commit, as far as they were fetched.
    pub(crate) fn published_on(&self) -> Result<BTreeSet<String>, InspectError> {
        let asked = [
            "for-each-ref",
            "--contains",
            &self.commit,
            "--format=%(refname)",
            "refs/remotes/origin",
        ];
        let said = git::call(&self.root, &asked, READ_LIMIT)?;
        Ok(String::from_utf8_lossy(&said)
            .lines()
            .filter_map(|name| name.strip_prefix("refs/remotes/origin/"))
            .filter(|branch| *branch != "HEAD")
            .map(str::to_owned)
            .collect())
    }

    /// Every file that is there and not in the commit, and everything of the commit that is not there as it
    /// is in the commit. What lies below an `exempt` path is output, and no source.
    pub(crate) fn differences(&self, exempt: &[PathBuf]) -> Result<Differences, InspectError> {
        let tree = self.tree()?;
        let mut folders = BTreeSet::new();
        for path in tree.keys() {
            folders.extend(path.ancestors().skip(1).map(Path::to_owned));
        }
        let modules: BTreeSet<&Path> = tree
            .iter()
            .filter(|(_, entry)| entry.kind == EntryKind::Module)
            .map(|(path, _)| path.as_path())
            .collect();
        let found = files(&self.root, &folders, &modules, exempt)?;
        let mut changed = BTreeSet::new();
        for (path, one) in &found {
            if !tree.contains_key(path) && !one.exempt {
                let slash = if one.kind == Kind::Folder { "/" } else { "" };
                changed.insert(format!("{}{slash}", path.display()));
            }
        }
        let blobs = tree
            .iter()
            .filter(|(_, entry)| entry.kind != EntryKind::Module);
        let contents = self.contents(blobs.clone().map(|(_, entry)| entry.id.as_str()))?;
        let modes = self.has_modes();
        for ((path, entry), content) in blobs.zip(&contents) {
            let one = found.get(path);
            if !self.is_same(path, entry, content, one, modes, exempt)? {
                changed.insert(path.display().to_string());
            }
        }
        for path in modules {
            let expected = tree.get(path).map(|entry| entry.id.as_str());
            if !self.is_module(path, expected)? {
                changed.insert(path.display().to_string());
            }
        }
        let files = tree
            .into_iter()
            .filter(|(_, entry)| matches!(entry.kind, EntryKind::File { .. }));
        Ok(Differences {
            changed,
            held: files.map(|(path, _)| path).collect(),
        })
    }

    fn tree(&self) -> Result<BTreeMap<PathBuf, Entry>, InspectError> {
        let asked = ["ls-tree", "-r", "-z", "--full-tree", &self.commit];
        let listed = git::call(&self.root, &asked, FILES_LIMIT)?;
        let mut tree = BTreeMap::new();
        for line in listed
            .split(|byte| *byte == 0)
            .filter(|line| !line.is_empty())
        {
            let unknown = || InspectError::Listing(String::from_utf8_lossy(line).into_owned());
            let tab = line
                .iter()
                .position(|byte| *byte == b'\t')
                .ok_or_else(unknown)?;
            let (head, name) = line.split_at(tab);
            let head = String::from_utf8_lossy(head);
            let mut words = head.split(' ');
            let kind = match words.next() {
                Some("100644" | "100664") => EntryKind::File { executable: false },
                Some("100755") => EntryKind::File { executable: true },
                Some("120000") => EntryKind::Link,
                Some("160000") => EntryKind::Module,
                _ => return Err(unknown()),
            };
            let id = words.nth(1).ok_or_else(unknown)?.to_owned();
            let name = name.get(1..).unwrap_or_default();
            tree.insert(path(name), Entry { kind, id });
        }
        Ok(tree)
    }

    /// What objects hold, in the order in which they are asked for.
    fn contents<'a>(
        &self,
        ids: impl Iterator<Item = &'a str>,
    ) -> Result<Vec<Vec<u8>>, InspectError> {
        let asked: Vec<&str> = ids.collect();
        let input = asked.iter().flat_map(|id| [id.as_bytes(), b"\n"].concat());
        let batch = ["cat-file", "--batch", "--buffer"];
        let said = git::call_with(&self.root, &batch, input.collect(), FILES_LIMIT)?;
        let mut rest = said.as_slice();
        let mut contents = Vec::with_capacity(asked.len());
        for id in asked {
            let unknown = || InspectError::Listing(format!("no object {id}"));
            let end = rest
                .iter()
                .position(|byte| *byte == b'\n')
                .ok_or_else(unknown)?;
            let (head, body) = rest.split_at(end);
            let head = String::from_utf8_lossy(head);
            let size = head
                .strip_prefix(id)
                .and_then(|head| head.strip_prefix(" blob "));
            let size: usize = size
                .and_then(|size| size.parse().ok())
                .ok_or_else(unknown)?;
            contents.push(body.get(1..=size).ok_or_else(unknown)?.to_vec());
            rest = body.get(size + 2..).ok_or_else(unknown)?;
        }
        Ok(contents)
    }

    /// Whether the file system keeps what is executable, as git found when it made the repository.
    fn has_modes(&self) -> bool {
        let asked = ["config", "--type=bool", "--default=true", "core.fileMode"];
        git::call(&self.root, &asked, READ_LIMIT).is_ok_and(|said| said.trim_ascii() == b"true")
    }

    fn is_same(
        &self,
        path: &Path,
        entry: &Entry,
        content: &[u8],
        found: Option<&FileEntry>,
        modes: bool,
        exempt: &[PathBuf],
    ) -> Result<bool, InspectError> {
        let Some(found) = found else {
            return Ok(false);
        };
        let full = self.root.join(path);
        match (entry.kind, found.kind) {
            (EntryKind::File { executable }, Kind::File { executable: is }) => {
                let there = fs::read(&full).map_err(reading(&full))?;
                Ok(there == content && (!modes || executable == is))
            }
            (EntryKind::Link, Kind::Link) => {
                let to = fs::read_link(&full).map_err(reading(&full))?;
                Ok(bytes(to.into_os_string()) == content && self.stays_inside(&full, exempt))
            }
            _ => Ok(false),
        }
    }

    /// Whether a symbolic link leads to what the commit holds. One that leads nowhere gives nothing to read.
    fn stays_inside(&self, link: &Path, exempt: &[PathBuf]) -> bool {
        let Ok(to) = link.canonicalize() else {
            return true;
        };
        let is_below = |folder: &PathBuf| to.starts_with(folder);
        to.starts_with(&self.root)
            && !to.starts_with(self.root.join(".git"))
            && !exempt.iter().any(is_below)
    }

    /// Whether a submodule is its commit and nothing else, or was not fetched at all.
    fn is_module(&self, path: &Path, expected: Option<&str>) -> Result<bool, InspectError> {
        let folder = self.root.join(path);
        match fs::symlink_metadata(&folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
            Err(error) => return Err(reading(&folder)(error)),
            Ok(there) if !there.is_dir() => return Ok(false),
            Ok(_) => {}
        }
        let mut entries = fs::read_dir(&folder).map_err(reading(&folder))?;
        if entries.next().is_none() {
            return Ok(true);
        }
        match Self::around(&folder) {
            Ok(module) if module.root == folder && Some(module.commit.as_str()) == expected => {
                Ok(module.differences(&[])?.changed.is_empty())
            }
            Ok(_) | Err(InspectError::Git(GitError::Failed { .. })) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

/// A path as git prints it.
#[cfg(unix)]
fn path(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStringExt as _;

    PathBuf::from(OsString::from_vec(bytes.to_vec()))
}

#[cfg(not(unix))]
fn path(bytes: &[u8]) -> PathBuf {
    PathBuf::from(OsString::from(String::from_utf8_lossy(bytes).into_owned()))
}

#[cfg(unix)]
fn bytes(text: OsString) -> Vec<u8> {
    use std::os::unix::ffi::OsStringExt as _;

    text.into_vec()
}

#[cfg(not(unix))]
fn bytes(text: OsString) -> Vec<u8> {
    text.to_string_lossy().replace('\\', "/").into_bytes()
}
