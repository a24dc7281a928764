//! Reads an assembly from its folder.
//!
//! The version is read first, and nothing is believed that does not fit together: a template that
//! is not the one that the list was made with is refused.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::model::{Assembly, FILE_NAME, VERSION, template_file};
use crate::naming::StackName;
use crate::stack::TemplateText;
use crate::template::check::DIGEST_OUTPUT;

/// Why a folder can't be read as an assembly.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// There is none.
    #[error("{} holds no assembly", .folder.display())]
    Missing {
        /// The folder.
        folder: PathBuf,
    },
    /// A file can't be read.
    #[error("can't read {}", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file is not what it should be.
    #[error("malformed {}", .path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Why.
        source: serde_json::Error,
    },
    /// Made for another reader.
    #[error("{} has version {found}, and this reads version {VERSION}", .path.display())]
    Version {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: u64,
    },
    /// A template is not the one that the assembly lists.
    #[error("the template of {stack} is not the one that the assembly was made with")]
    Template {
        /// Whose.
        stack: StackName,
    },
}

#[derive(Deserialize)]
struct Versioned {
    version: u64,
}

/// The assembly in a folder, with its templates inside.
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
    for stack in &mut assembly.stacks {
        let path = folder.join(template_file(&stack.name));
        let text = fs::read_to_string(&path).map_err(|source| ReadError::Io {
            path: path.clone(),
            source,
        })?;
        let template: serde_json::Value =
            serde_json::from_str(&text).map_err(|source| ReadError::Malformed { path, source })?;
        let digest = template
            .pointer(&format!("/Outputs/{DIGEST_OUTPUT}/Value"))
            .and_then(serde_json::Value::as_str);
        if digest != Some(stack.digest.as_str()) || text.len() != stack.bytes {
            return Err(ReadError::Template {
                stack: stack.name.clone(),
            });
        }
        stack.template = Some(TemplateText::from(text.as_str()));
    }
    Ok(assembly)
}
