//! `source.json` in the folder of an assembly: its provenance.
//!
//! Apart from `assembly.json`, which is the same whatever commit it was made from. The digest ties the two
//! together.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use common::assembly::{self, Assembly, template_file};
use serde::{Deserialize, Serialize};

use crate::checkout::Source;

/// The version of the format. It goes up when a reader of the old one would misread the new.
pub const VERSION: u32 = 1;

pub const FILE_NAME: &str = "source.json";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Record {
    /// [`VERSION`] of the format.
    pub version: u32,
    /// The digest of the assembly's files: see [`assembly_digest`].
    pub assembly_digest: String,
    pub source: Source,
}

/// Why a record can't be read or written.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    #[error("can't read {}", .path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("can't write {}", .path.display())]
    Write { path: PathBuf, source: io::Error },
    /// Not the JSON of a record.
    #[error("malformed {}", .path.display())]
    Malformed {
        path: PathBuf,
        source: serde_json::Error,
    },
    /// Another version of the format.
    #[error("{} has version {found}; this program reads version {VERSION}", .path.display())]
    Version { path: PathBuf, found: u64 },
}

impl Record {
    /// The record of an assembly that lies in a folder.
    ///
    /// # Errors
    /// When one of the assembly's files can't be read.
    pub fn new(folder: &Path, assembly: &Assembly, source: Source) -> Result<Self, RecordError> {
        Ok(Self {
            version: VERSION,
            assembly_digest: assembly_digest(folder, assembly)?,
            source,
        })
    }

    /// The record in an assembly's folder, if there is one.
    ///
    /// # Errors
    /// When there is one that can't be understood.
    pub fn read(folder: &Path) -> Result<Option<Self>, RecordError> {
        let path = folder.join(FILE_NAME);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(RecordError::Read { path, source }),
        };
        let malformed = |source| RecordError::Malformed {
            path: path.clone(),
            source,
        };
        // The version first: a newer format may have fields that are unknown here.
        let value: serde_json::Value = serde_json::from_slice(&bytes).map_err(malformed)?;
        match value.get("version").and_then(serde_json::Value::as_u64) {
            Some(found) if found != u64::from(VERSION) => Err(RecordError::Version { path, found }),
            _ => serde_json::from_value(value).map(Some).map_err(malformed),
        }
    }

    /// Writes it into the assembly's folder.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn write(&self, folder: &Path) -> Result<(), RecordError> {
        let path = folder.join(FILE_NAME);
        let text = serde_json::to_string_pretty(self).map_err(|source| RecordError::Malformed {
            path: path.clone(),
            source,
        })?;
        fs::write(&path, text + "\n").map_err(|source| RecordError::Write { path, source })
    }
}

/// SHA-256 over `assembly.json` and every template that it lists, in the order of their names.
///
/// # Errors
/// When one of the files can't be read.
pub fn assembly_digest(folder: &Path, assembly: &Assembly) -> Result<String, RecordError> {
    let mut files: Vec<String> = assembly
        .stacks
        .iter()
        .map(|stack| template_file(&stack.name))
        .collect();
    files.push(assembly::FILE_NAME.to_owned());
    files.sort();
    let mut hash = hmac_sha256::Hash::new();
    for file in files {
        let path = folder.join(&file);
        let content = fs::read(&path).map_err(|source| RecordError::Read { path, source })?;
        for part in [file.as_bytes(), &content] {
            // The length first, so that no two lists run together to the same bytes.
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
    }
    Ok(common::hex(&hash.finalize()))
}
