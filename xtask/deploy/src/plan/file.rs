//! Plans as files.
//!
//! The version is read first, so that a file of another version is refused as that, and not for a
//! field that this one doesn't know.

use common::terminal_text::displayed;
use hmac_sha256::Hash;
use serde::Deserialize;

use super::model::{Plan, VERSION};

/// Why a text is no plan.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A plan of another version.
    #[error(
        "the plan is of version {found}, and this program reads version {VERSION}\n  = help: make \
         the plan again"
    )]
    Version {
        /// Its version.
        found: u32,
    },
    /// A template is not the one that was planned and reviewed: its text was changed, and what it
    /// says of itself was not.
    #[error(
        "a template of the plan was changed: it is not the one with the digest {}\n  = help: \
         change the definition, and make the plan again",
        displayed(.digest)
    )]
    Template {
        /// The digest that it stands under.
        digest: String,
    },
    /// Not a plan at all.
    #[error("this is not a plan")]
    Format(#[from] serde_json::Error),
}

#[derive(Deserialize)]
struct Versioned {
    version: u32,
}

impl Plan {
    /// Reads a plan.
    ///
    /// # Errors
    /// When the text is no plan of [`VERSION`], or a template in it is not the one that was planned.
    pub fn load(text: &str) -> Result<Self, LoadError> {
        let Versioned { version } = serde_json::from_str(text)?;
        if version != VERSION {
            return Err(LoadError::Version { found: version });
        }
        let plan: Self = serde_json::from_str(text)?;
        for (digest, template) in &plan.templates {
            let found: String = Hash::hash(template.as_bytes())
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect();
            if found != *digest {
                let digest = digest.clone();
                return Err(LoadError::Template { digest });
            }
        }
        Ok(plan)
    }

    /// Writes a plan, so that [`Plan::load`] reads the same.
    ///
    /// # Errors
    /// Never for plans that were made here; what `serde_json` reports is passed on.
    pub fn save(&self) -> Result<String, serde_json::Error> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }
}
