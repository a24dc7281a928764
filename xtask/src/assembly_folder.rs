//! Assemblies on disk, written all or nothing.
//!
//! A reader finds a complete assembly of an environment or none: everything is written into staging folders, which are
//! then renamed. A lock separates two runs that write to the same folder. A folder that is no assembly is never
//! replaced.

use std::fs::{self, File};
use std::io;
use std::mem::take;
use std::path::{Path, PathBuf};

use common::assembly::{Assembly, FILE_NAME, LOCATIONS_FILE, Locations, template_file};
use provenance::{Record, Source};

use crate::Error;

/// Writes each assembly into a folder named after its environment, with the record of its sources; returns the
/// folders.
///
/// # Errors
/// When something can't be written; then the folders are as they were.
pub fn write(
    out: &Path,
    assemblies: &[Assembly],
    source: Option<&Source>,
) -> Result<Vec<PathBuf>, Error> {
    fs::create_dir_all(out).map_err(at(out))?;
    let _lock = lock(&out.join(".lock"))?;

    let folders: Vec<Folder> = assemblies.iter().map(|one| Folder::of(out, one)).collect();
    for folder in &folders {
        folder.recover()?;
    }
    let staged = folders
        .iter()
        .zip(assemblies)
        .try_for_each(|(folder, one)| folder.stage(one, source));
    if let Err(error) = staged {
        for folder in &folders {
            // Report the first error; the next run removes what is left.
            let _ = remove(&folder.staged);
        }
        return Err(error);
    }
    for folder in &folders {
        folder.publish()?;
    }
    Ok(folders.into_iter().map(|folder| folder.published).collect())
}

/// Waits for the lock, which the returned file holds until it is dropped.
pub(crate) fn lock(path: &Path) -> Result<File, Error> {
    let file = File::create(path).map_err(at(path))?;
    file.lock().map_err(at(path))?;
    Ok(file)
}

pub(crate) fn at(path: &Path) -> impl FnOnce(io::Error) -> Error {
    let path = path.to_owned();
    move |source| Error::Write { path, source }
}

fn remove(folder: &Path) -> Result<(), Error> {
    match fs::remove_dir_all(folder) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => Err(at(folder)(source)),
        _ => Ok(()),
    }
}

/// The folder of one environment, with its staging folders.
struct Folder {
    published: PathBuf,
    staged: PathBuf,
    replaced: PathBuf,
}

impl Folder {
    fn of(out: &Path, assembly: &Assembly) -> Self {
        let name = assembly.environment;
        Self {
            published: out.join(name.to_string()),
            staged: out.join(format!(".{name}.new")),
            replaced: out.join(format!(".{name}.old")),
        }
    }

    /// Cleans up after a killed run.
    fn recover(&self) -> Result<(), Error> {
        if self.replaced.exists() && !self.published.exists() {
            fs::rename(&self.replaced, &self.published).map_err(at(&self.published))?;
        }
        remove(&self.replaced)?;
        remove(&self.staged)?;
        let foreign = self.published.exists()
            && !self.published.join(FILE_NAME).is_file()
            && fs::read_dir(&self.published)
                .map_err(at(&self.published))?
                .next()
                .is_some();
        if foreign {
            Err(Error::NotAnAssembly {
                path: self.published.clone(),
            })
        } else {
            Ok(())
        }
    }

    /// Writes everything into the staging folder.
    fn stage(&self, assembly: &Assembly, source: Option<&Source>) -> Result<(), Error> {
        fs::create_dir(&self.staged).map_err(at(&self.staged))?;
        let mut assembly = assembly.clone();
        let mut locations = Locations::new();
        for stack in &mut assembly.stacks {
            let path = self.staged.join(template_file(&stack.name));
            let template = stack.template.take();
            let template = template.as_deref().unwrap_or_default();
            fs::write(&path, template).map_err(at(&path))?;
            locations.insert(stack.id.clone(), take(&mut stack.locations));
        }
        let path = self.staged.join(LOCATIONS_FILE);
        let text = serde_json::to_string_pretty(&locations).map_err(Error::Json)? + "\n";
        fs::write(&path, text).map_err(at(&path))?;
        let path = self.staged.join(FILE_NAME);
        let text = serde_json::to_string_pretty(&assembly).map_err(Error::Json)? + "\n";
        fs::write(&path, text).map_err(at(&path))?;
        if let Some(source) = source {
            Record::new(&self.staged, &assembly, source.clone())
                .and_then(|record| record.write(&self.staged))
                .map_err(Error::Record)?;
        }
        Ok(())
    }

    /// Replaces the old folder with the staged one. No portable call exchanges two folders: a run that is killed in
    /// between leaves the old one aside, and the next run restores it.
    fn publish(&self) -> Result<(), Error> {
        if self.published.exists() {
            fs::rename(&self.published, &self.replaced).map_err(at(&self.published))?;
        }
        if let Err(source) = fs::rename(&self.staged, &self.published) {
            let _ = fs::rename(&self.replaced, &self.published);
            return Err(at(&self.published)(source));
        }
        remove(&self.replaced)
    }
}
