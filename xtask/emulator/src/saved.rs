//! Saving a cloud, and going on with it.

use serde::{Deserialize, Serialize};

use crate::Cloud;

/// The version of the format. It goes up when a reader of the old one would misread the new.
const VERSION: u32 = 2;

/// Why a saved cloud can't be read, or a cloud not saved.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SavedError {
    /// It is no saved cloud.
    #[error("not the saved state of a local cloudformation")]
    Unreadable(#[source] serde_json::Error),
    /// It was saved by a version with another format.
    #[error("saved in format {found}, this version reads format {VERSION}")]
    Version {
        /// Its format.
        found: u32,
    },
}

#[derive(Serialize)]
struct Saving<'a> {
    version: u32,
    cloud: &'a Cloud,
}

#[derive(Deserialize)]
struct Head {
    version: u32,
}

#[derive(Deserialize)]
struct Saved {
    cloud: Cloud,
}

impl Cloud {
    /// Everything, as JSON.
    ///
    /// # Errors
    ///
    /// The state can't be written as JSON, which is a bug.
    pub fn save(&self) -> Result<Vec<u8>, SavedError> {
        serde_json::to_vec(&Saving {
            version: VERSION,
            cloud: self,
        })
        .map_err(SavedError::Unreadable)
    }

    /// A cloud that goes on where it was saved.
    ///
    /// # Errors
    ///
    /// The text is not what [`Cloud::save`] gave, or of another version.
    pub fn restore(saved: &[u8]) -> Result<Self, SavedError> {
        let head: Head = serde_json::from_slice(saved).map_err(SavedError::Unreadable)?;
        if head.version != VERSION {
            return Err(SavedError::Version {
                found: head.version,
            });
        }
        let saved: Saved = serde_json::from_slice(saved).map_err(SavedError::Unreadable)?;
        Ok(saved.cloud)
    }
}
