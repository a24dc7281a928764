//! The checked-in tree: formatting, writing, comparing.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::emit::{Files, HEADER};
use crate::error::Error;
use crate::fetch::run;

/// The files as rustfmt leaves them, through a scratch directory. The hand-written modules go
/// along: rustfmt follows every `mod`.
pub(crate) fn formatted(files: &Files, tree: &Path, scratch: &Path) -> Result<Files, Error> {
    if scratch.exists() {
        fs::remove_dir_all(scratch).map_err(Error::io(scratch))?;
    }
    for path in listed(tree, "rs")? {
        if !generated(&tree.join(&path))? {
            let text = read(&tree.join(&path))?;
            put(&scratch.join(&path), &text)?;
        }
    }
    for (path, text) in files {
        put(&scratch.join(path), text)?;
    }
    run(Command::new("rustfmt")
        .args(["--edition", "2024"])
        .arg(scratch.join("lib.rs")))?;
    let mut formatted = Files::new();
    for path in files.keys() {
        formatted.insert(path.clone(), read(&scratch.join(path))?);
    }
    Ok(formatted)
}

/// What differs between the files and the tree: changed, missing, or generated and no longer
/// wanted.
pub(crate) fn differences(files: &Files, tree: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut differences = Vec::new();
    for (path, text) in files {
        let current = tree.join(path);
        if !current.exists() || read(&current)? != *text {
            differences.push(path.clone());
        }
    }
    let mut present = listed(tree, "rs")?;
    present.extend(listed(tree, "json")?);
    for path in present {
        if !files.contains_key(&path) && generated(&tree.join(&path))? {
            differences.push(path);
        }
    }
    differences.sort();
    Ok(differences)
}

/// Brings the tree to the files, touching only what differs.
pub(crate) fn write(files: &Files, tree: &Path) -> Result<Vec<PathBuf>, Error> {
    let differences = differences(files, tree)?;
    for path in &differences {
        let current = tree.join(path);
        match files.get(path) {
            Some(text) => put(&current, text)?,
            None => fs::remove_file(&current).map_err(Error::io(&current))?,
        }
    }
    Ok(differences)
}

/// The files below a directory with this extension, relative to it.
fn listed(tree: &Path, wanted: &str) -> Result<Vec<PathBuf>, Error> {
    let mut files = Vec::new();
    let mut directories = vec![tree.to_owned()];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(&directory).map_err(Error::io(&directory))? {
            let path = entry.map_err(Error::io(&directory))?.path();
            if path.is_dir() {
                directories.push(path);
            } else if path
                .extension()
                .is_some_and(|extension| extension == wanted)
            {
                files.extend(path.strip_prefix(tree).map(Path::to_owned));
            }
        }
    }
    files.sort();
    Ok(files)
}

/// Whether a file is one of ours. JSON has no comments: every JSON file in a tree is generated.
fn generated(path: &Path) -> Result<bool, Error> {
    let is_json = path
        .extension()
        .is_some_and(|extension| extension == "json");
    Ok(is_json || read(path)?.starts_with(HEADER))
}

fn read(path: &Path) -> Result<String, Error> {
    fs::read_to_string(path).map_err(Error::io(path))
}

fn put(path: &Path, text: &str) -> Result<(), Error> {
    if let Some(directory) = path.parent() {
        fs::create_dir_all(directory).map_err(Error::io(directory))?;
    }
    fs::write(path, text).map_err(Error::io(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn directory(name: &str) -> PathBuf {
        let directory =
            std::env::temp_dir().join(format!("bindings-{name}-{}", std::process::id()));
        fs::create_dir_all(&directory).unwrap();
        directory
    }

    #[test]
    fn only_generated_files_are_replaced_and_removed() {
        let tree = directory("tree");
        put(&tree.join("handle.rs"), "// by hand\n").unwrap();
        put(&tree.join("gone.rs"), &format!("{HEADER}\n")).unwrap();
        let files = Files::from([(
            PathBuf::from("zoo/cage.rs"),
            format!("{HEADER}\nstruct A;\n"),
        )]);

        let expected = ["gone.rs", "zoo/cage.rs"].map(PathBuf::from);
        assert_eq!(differences(&files, &tree).unwrap(), expected);
        assert_eq!(write(&files, &tree).unwrap(), expected);
        assert!(differences(&files, &tree).unwrap().is_empty());
        assert!(tree.join("handle.rs").exists());
        fs::remove_dir_all(&tree).unwrap();
    }
}
