//! The folders that a rehearsal works in: locked, and emptied first.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use super::error::{CommandError, at};

/// Locks a folder, and waits while another rehearsal has the lock. Dropping the returned file
/// unlocks it; the system does so for a killed process.
pub(super) fn lock(folder: &Path, waiting: impl FnOnce()) -> Result<File, CommandError> {
    let path = folder.with_extension("lock");
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(at(parent))?;
    }
    let file = File::create(&path).map_err(at(&path))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            waiting();
            file.lock().map_err(at(&path))?;
        }
        Err(TryLockError::Error(source)) => return Err(at(&path)(source)),
    }
    Ok(file)
}

pub(super) fn emptied(folder: &Path) -> Result<PathBuf, CommandError> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(at(folder))?;
    }
    fs::create_dir_all(folder).map_err(at(folder))?;
    fs::canonicalize(folder).map_err(at(folder))
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;
    use std::thread;

    use super::*;

    #[test]
    fn the_second_waits_for_the_first() {
        let folder = std::env::temp_dir().join(format!("rehearsal-lock-{}", std::process::id()));
        let first = lock(&folder, || unreachable!("the folder is not locked")).unwrap();
        let (said, waits) = channel();
        thread::scope(|scope| {
            let second = scope.spawn(|| lock(&folder, || said.send(()).unwrap()).unwrap());
            waits.recv().unwrap();
            assert!(!second.is_finished());
            drop(first);
            second.join().unwrap();
        });
        fs::remove_file(folder.with_extension("lock")).unwrap();
    }
}
