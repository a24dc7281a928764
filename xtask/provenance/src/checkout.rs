//! The sources of a definition: a checkout of its code, and the folder of its input files.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use common::error_chain::error_chain;
use common::input::{APPLICATIONS, ENVIRONMENTS};
use serde::{Deserialize, Serialize};

use crate::error::{InspectError, reading};
use crate::repository::{Differences, Repository};

/// Where the sources of a definition are.
#[derive(Clone, Debug)]
pub struct Sources<'a> {
    /// The workspace that the stack crates are built in.
    pub workspace: &'a Path,
    pub inputs: &'a Path,
    /// Files and folders that are output, and may be in the repository without being part of its commit.
    pub outputs: Vec<PathBuf>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Source {
    Checkout(Checkout),
    /// It can't be told.
    Unknown {
        why: String,
    },
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Checkout {
    pub commit: String,
    /// The branch; nothing where a commit is checked out without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// Files that differ from the commit, with those that it does not hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changed: Vec<String>,
    /// The branches of `origin` that hold the commit, as far as they were fetched.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub published_on: BTreeSet<String>,
    /// The input files, where they are not of this repository.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inputs: Option<Inputs>,
}

/// Input files that are not of the code's repository.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Inputs {
    pub folder: PathBuf,
    /// The commit of their own repository, if they are of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// Files that differ from that commit, with those that it does not hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changed: Vec<String>,
}

/// What the sources are at this moment. Never fails: what can't be found out is unknown, which is for the
/// guard to judge.
#[must_use]
pub fn inspect(sources: &Sources<'_>) -> Source {
    match checkout(sources) {
        Ok(checkout) => Source::Checkout(checkout),
        Err(error) => Source::Unknown {
            why: error_chain(&error),
        },
    }
}

impl Source {
    /// What was synthesized between two inspections: files may have changed in between, and nothing tells
    /// which of them were read before and which after.
    #[must_use]
    pub fn unless_changed(self, later: Self) -> Self {
        match (self, later) {
            (earlier, later) if earlier == later => later,
            (Self::Checkout(mut earlier), Self::Checkout(later))
                if earlier.commit == later.commit
                    && earlier.branch == later.branch
                    && earlier.inputs == later.inputs =>
            {
                let mut changed: BTreeSet<String> = earlier.changed.into_iter().collect();
                changed.extend(later.changed);
                earlier.changed = changed.into_iter().collect();
                // Another run may have fetched in between.
                earlier.published_on = later.published_on;
                Self::Checkout(earlier)
            }
            (unknown @ Self::Unknown { .. }, _) | (_, unknown @ Self::Unknown { .. }) => unknown,
            (Self::Checkout(_), Self::Checkout(_)) => Self::Unknown {
                why: "another commit was checked out during synthesis; run it again".to_owned(),
            },
        }
    }
}

fn checkout(sources: &Sources<'_>) -> Result<Checkout, InspectError> {
    let workspace = canonical(sources.workspace)?;
    let folder = canonical(sources.inputs)?;
    let repository = Repository::around(&workspace)?;
    let mut exempt = vec![workspace.join("target")];
    exempt.extend(sources.outputs.iter().filter_map(|path| output(path)));
    let Differences { mut changed, held } = repository.differences(&exempt)?;
    let inputs = match Repository::around(&folder) {
        Ok(around) if around.root == repository.root => {
            // One may be below what is exempt, or lead out of the repository.
            for file in input_files(&folder)? {
                let full = canonical(&file)?;
                let inside = full.strip_prefix(&repository.root).ok();
                if inside.is_none_or(|path| !held.contains(path)) {
                    let shown = file.strip_prefix(&repository.root).unwrap_or(&file);
                    changed.insert(shown.display().to_string());
                }
            }
            None
        }
        Ok(around) => Some(Inputs {
            folder,
            changed: around.differences(&[])?.changed.into_iter().collect(),
            commit: Some(around.commit),
        }),
        Err(InspectError::Git(crate::git::GitError::Failed { .. })) => Some(Inputs {
            folder,
            ..Inputs::default()
        }),
        Err(error) => return Err(error),
    };
    Ok(Checkout {
        branch: repository.branch(),
        changed: changed.into_iter().collect(),
        published_on: repository.published_on()?,
        inputs,
        commit: repository.commit,
    })
}

/// The files that [`common::Definition::load`] reads.
fn input_files(folder: &Path) -> Result<Vec<PathBuf>, InspectError> {
    let environments = folder.join(ENVIRONMENTS);
    let mut files = vec![folder.join(APPLICATIONS)];
    if environments.is_dir() {
        for entry in fs::read_dir(&environments).map_err(reading(&environments))? {
            let path = entry.map_err(reading(&environments))?.path();
            if path.to_string_lossy().ends_with(".toml") {
                files.push(path);
            }
        }
    }
    // What is missing, the definition says.
    files.retain(|file| file.exists());
    Ok(files)
}

/// Where an output is. One that a build could read is none.
fn output(path: &Path) -> Option<PathBuf> {
    let is_source = path
        .extension()
        .is_some_and(|extension| ["rs", "toml", "lock"].iter().any(|one| extension == *one));
    if is_source {
        return None;
    }
    let path = std::path::absolute(path).ok()?;
    let parent = path.parent()?.canonicalize().ok()?;
    Some(parent.join(path.file_name()?))
}

fn canonical(path: &Path) -> Result<PathBuf, InspectError> {
    path.canonicalize().map_err(reading(path))
}
