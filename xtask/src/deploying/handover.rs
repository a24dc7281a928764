//! The handover: an assembly in a folder that only one run uses.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use common::environment::EnvironmentName;
use provenance::Source;

use crate::Error;
use crate::assembly_folder::{self, at};
use crate::synthesis::synthesize_recorded;
use crate::workspace::Workspace;

/// The age of a folder that a killed run must have left: a program reads its folder right after its start.
const ABANDONED: Duration = Duration::from_secs(24 * 60 * 60);

/// A folder with an assembly, which is removed on drop.
#[derive(Debug)]
pub(crate) struct Handover {
    folder: PathBuf,
    assembly: PathBuf,
}

impl Handover {
    /// Synthesizes an environment from the current files.
    pub(crate) fn synthesize(
        workspace: &Workspace,
        config: &Path,
        environment: EnvironmentName,
        outputs: Vec<PathBuf>,
    ) -> Result<Self, Error> {
        let (assemblies, source) = synthesize_recorded(workspace, config, &[environment], outputs)?;
        let handover = Self::empty(workspace, environment)?;
        assembly_folder::write(&handover.folder, &assemblies, Some(&source))?;
        Ok(handover)
    }

    /// An empty folder.
    pub(crate) fn empty(
        workspace: &Workspace,
        environment: EnvironmentName,
    ) -> Result<Self, Error> {
        let all = workspace.target().join("handover");
        fs::create_dir_all(&all).map_err(at(&all))?;
        clear(&all);
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        let mut number = since.as_nanos();
        loop {
            let folder = all.join(format!("{}-{number}", std::process::id()));
            match create(&folder) {
                Ok(()) => {
                    let assembly = folder.join(environment.as_str());
                    return Ok(Self { folder, assembly });
                }
                // Another machine on the same disk may have a process of the same number.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
                Err(error) => return Err(at(&folder)(error)),
            }
        }
    }

    /// The folder that assemblies are written to.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(crate) fn assembly(&self) -> &Path {
        &self.assembly
    }

    pub(crate) fn record(&self, source: &Source) -> Result<(), Error> {
        let assembly = common::assembly::read(&self.assembly).map_err(Error::Assembled)?;
        provenance::Record::new(&self.assembly, &assembly, source.clone())
            .and_then(|record| record.write(&self.assembly))
            .map_err(Error::Record)
    }

    /// Leaves the removal of the folder to the program that gets the assembly.
    pub(crate) fn release(mut self) {
        self.folder = PathBuf::new();
    }
}

impl Drop for Handover {
    fn drop(&mut self) {
        if self.folder.as_os_str().is_empty() {
            return;
        }
        // A later run removes what stays.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Removes what killed runs have left, as far as possible.
fn clear(all: &Path) {
    let Ok(entries) = fs::read_dir(all) else {
        return;
    };
    for entry in entries.filter_map(Result::ok) {
        let changed = entry.metadata().and_then(|there| there.modified());
        let age = changed
            .ok()
            .and_then(|at| SystemTime::now().duration_since(at).ok());
        if age.is_some_and(|age| age > ABANDONED) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

#[cfg(unix)]
fn create(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;

    fs::DirBuilder::new().mode(0o700).create(folder)
}

#[cfg(not(unix))]
fn create(folder: &Path) -> io::Result<()> {
    fs::create_dir(folder)
}
