//! Atomic writes of files, and hints for failed writes.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// Writes a file all or nothing: a new file next to it, which is then renamed. The old file stays unchanged until
/// then; a link stays a link; a pipe or device is written to directly.
///
/// # Errors
/// When it can't be written.
pub fn write(path: &Path, content: impl AsRef<[u8]>) -> io::Result<()> {
    let content = content.as_ref();
    let there = match fs::metadata(path) {
        Ok(there) if there.is_file() => Some(there.permissions()),
        Ok(_) => return fs::write(path, content),
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        // A dangling link.
        Err(_) if path.is_symlink() => return fs::write(path, content),
        Err(_) => None,
    };
    let path = match there {
        Some(_) => fs::canonicalize(path)?,
        None => path.to_owned(),
    };
    let (staged, mut file) = create_sibling(&path)?;
    let written = file
        .write_all(content)
        .and_then(|()| there.map_or(Ok(()), |there| file.set_permissions(there)))
        // A full disk may be reported only now.
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::rename(&staged, &path));
    if written.is_err() {
        // Report the first error.
        let _ = fs::remove_file(&staged);
    }
    written
}

/// A new file in the folder of another.
fn create_sibling(path: &Path) -> io::Result<(PathBuf, File)> {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    loop {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let staged = path.with_file_name(format!(".{}-{number}.new", std::process::id()));
        match OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&staged)
        {
            Ok(file) => return Ok((staged, file)),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
}

/// A hint, for causes that have one.
#[must_use]
pub const fn help(kind: ErrorKind) -> Option<&'static str> {
    match kind {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            Some("make room there, or write somewhere else")
        }
        ErrorKind::FileTooLarge => Some("raise the limit (`ulimit -f`), or write somewhere else"),
        ErrorKind::ReadOnlyFilesystem => Some("nothing can be written there; write somewhere else"),
        ErrorKind::PermissionDenied => {
            Some("you have no permission to write there; write somewhere else, or as another user")
        }
        _ => None,
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use test_support::Scratch;

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn what_is_there_is_replaced_and_keeps_its_permissions() {
        let scratch = Scratch::new("replaced");
        let folder = scratch.path();
        let path = folder.join("a");
        write(&path, "one").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        symlink("a", folder.join("link")).unwrap();
        write(&folder.join("link"), "two").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "two");
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o640
        );
        assert!(folder.join("link").is_symlink());
        assert_eq!(names(folder), ["a", "link"]);
    }

    #[test]
    fn what_cant_be_written_leaves_nothing() {
        let scratch = Scratch::new("refused");
        let folder = scratch.path();
        fs::create_dir(folder.join("a")).unwrap();
        write(&folder.join("a"), "one").unwrap_err();
        write(&folder.join("b/c"), "one").unwrap_err();
        write(&folder.join("x".repeat(300)), "one").unwrap_err();
        assert_eq!(names(folder), ["a"]);
        let full = write(Path::new("/dev/full"), "one").unwrap_err();
        assert_eq!(full.kind(), ErrorKind::StorageFull);
    }
}
