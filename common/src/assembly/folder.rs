//! The reading of an assembly's folder.
//!
//! The version is read first, and nothing is believed that does not fit together: the digest of
//! every template is taken again, so that one that is not what the list was made with is refused.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::list::{ListError, check};
use super::model::{Assembly, FILE_NAME, LOCATIONS_FILE, Locations, VERSION, template_file};
use crate::naming::StackName;
use crate::stack::TemplateText;
use crate::template::check::DefinitionDigest;
use crate::terminal_text::{displayed, displayed_path};

/// Why a folder can't be read as an assembly.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the messages give the meaning of the fields")]
pub enum ReadError {
    /// The folder, or `assembly.json` in it, does not exist.
    #[error("{} holds no assembly", displayed_path(.folder))]
    Missing { folder: PathBuf },
    /// A file can't be read.
    #[error("can't read {}", displayed_path(.path))]
    Io { path: PathBuf, source: io::Error },
    /// A file is not what it should be.
    #[error("malformed {}", displayed_path(.path))]
    Malformed {
        path: PathBuf,
        source: serde_json::Error,
    },
    /// Made for another reader.
    #[error("{} has version {found}, and this reads version {VERSION}", displayed_path(.path))]
    Version { path: PathBuf, found: u64 },
    /// The list does not fit together.
    #[error("malformed {}", displayed_path(.path))]
    List { path: PathBuf, source: ListError },
    /// A template is not the one that the list was made with.
    #[error(
        "{} is not the template of {stack} that the assembly was made with: its digest is {}, not \
         {}\n  = help: something has changed it since; synthesize again, or take the \
         release again from where it was published",
        displayed_path(.path),
        displayed(.found.as_deref().unwrap_or("missing")),
        displayed(.expected)
    )]
    Template {
        path: PathBuf,
        stack: StackName,
        /// The digest that the list says.
        expected: String,
        /// The one that the text has, where it shows one at all.
        found: Option<String>,
    },
}

#[derive(Deserialize)]
struct Versioned {
    version: u64,
}

/// The assembly in a folder, with its templates and locations inside.
///
/// # Errors
/// When there is none, it is of another version, or its files don't fit together.
pub fn read(folder: &Path) -> Result<Assembly, ReadError> {
    let path = folder.join(FILE_NAME);
    let text = match fs::read_to_string(&path) {
        Err(source) if source.kind() == io::ErrorKind::NotFound => {
            return Err(ReadError::Missing {
                folder: folder.to_owned(),
            });
        }
        other => other.map_err(|source| ReadError::Io {
            path: path.clone(),
            source,
        })?,
    };
    let malformed = |source| ReadError::Malformed {
        path: path.clone(),
        source,
    };
    let Versioned { version } = serde_json::from_str(&text).map_err(malformed)?;
    if version != u64::from(VERSION) {
        return Err(ReadError::Version {
            path,
            found: version,
        });
    }
    let mut assembly: Assembly = serde_json::from_str(&text).map_err(malformed)?;
    check(&assembly).map_err(|source| ReadError::List { path, source })?;
    let mut locations = read_locations(folder)?;
    for stack in &mut assembly.stacks {
        stack.locations = locations.remove(&stack.id).unwrap_or_default();
        let path = folder.join(template_file(&stack.name));
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(source) => return Err(ReadError::Io { path, source }),
        };
        let found = match DefinitionDigest::of(&text) {
            Some(digest) if digest.actual != stack.digest => Some(digest.actual),
            Some(digest) if digest.shown != stack.digest => Some(digest.shown.to_owned()),
            Some(_) if text.len() != stack.bytes => {
                return Err(ReadError::List {
                    path: folder.join(FILE_NAME),
                    source: ListError::Size {
                        stack: stack.name.clone(),
                        listed: stack.bytes,
                        found: text.len(),
                    },
                });
            }
            Some(_) => {
                stack.template = Some(TemplateText::from(text.as_str()));
                continue;
            }
            None => None,
        };
        return Err(ReadError::Template {
            path,
            stack: stack.name.clone(),
            expected: stack.digest.clone(),
            found,
        });
    }
    Ok(assembly)
}

/// The locations of resources, by stack id. Assemblies of older commits have none.
fn read_locations(folder: &Path) -> Result<Locations, ReadError> {
    let path = folder.join(LOCATIONS_FILE);
    match fs::read_to_string(&path) {
        Ok(text) => {
            serde_json::from_str(&text).map_err(|source| ReadError::Malformed { path, source })
        }
        Err(source) if source.kind() == io::ErrorKind::NotFound => Ok(Locations::new()),
        Err(source) => Err(ReadError::Io { path, source }),
    }
}
