//! The folder, and what is deployed.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::pipelines::run::error::{At as _, RunError};
use crate::pipelines::template::Stacks;

/// The folder.
#[derive(Clone, Debug)]
pub struct World {
    pub(super) folder: PathBuf,
}

/// Where an account is: kept beside the templates.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Site {
    account: String,
    region: String,
}

impl World {
    /// An empty one, for an account and region.
    ///
    /// # Errors
    /// When the folder can't be made.
    pub fn create(folder: &Path, account: &str, region: &str) -> Result<Self, RunError> {
        let world = Self {
            folder: folder.to_owned(),
        };
        let site = Site {
            account: account.to_owned(),
            region: region.to_owned(),
        };
        world.write("site.json", &site)?;
        for inner in ["sessions", "templates", "registry", "buckets", "pipelines"] {
            let path = folder.join(inner);
            fs::create_dir_all(&path).at(path)?;
        }
        Ok(world)
    }

    /// One that is there.
    #[must_use]
    pub fn open(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
        }
    }

    /// Where it is.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Writes down what is deployed.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn deployed(&self, stacks: &Stacks) -> Result<(), RunError> {
        let folder = self.folder.join("templates");
        if folder.exists() {
            fs::remove_dir_all(&folder).at(&*folder)?;
        }
        for name in stacks.names() {
            self.write(&format!("templates/{name}.json"), stacks.template(name)?)?;
        }
        Ok(())
    }

    /// What is deployed.
    ///
    /// # Errors
    /// When it can't be read.
    pub fn stacks(&self) -> Result<Stacks, RunError> {
        let site: Site = self.read("site.json")?;
        let mut stacks = Stacks::new(&site.account, &site.region);
        let folder = self.folder.join("templates");
        for entry in fs::read_dir(&folder).at(&*folder)? {
            let name = entry.at(&*folder)?.file_name();
            let name = name.to_string_lossy();
            let template = self.read(&format!("templates/{name}"))?;
            stacks.add(name.trim_end_matches(".json"), template);
        }
        Ok(stacks)
    }

    pub(super) fn append(&self, file: &str, line: &str) -> Result<(), RunError> {
        let path = self.folder.join(file);
        let mut options = fs::OpenOptions::new();
        let mut file = options.create(true).append(true).open(&path).at(&*path)?;
        // In one write, which is whole: programs of one pipe take note at the same time.
        file.write_all(format!("{line}\n").as_bytes()).at(path)
    }

    pub(super) fn read<T: DeserializeOwned>(&self, path: &str) -> Result<T, RunError> {
        let path = self.folder.join(path);
        let text = fs::read_to_string(&path).at(&*path)?;
        serde_json::from_str(&text).map_err(|source| RunError::Json { path, source })
    }

    pub(super) fn write<T: Serialize>(&self, path: &str, value: &T) -> Result<(), RunError> {
        let path = self.folder.join(path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).at(folder)?;
        }
        let text = serde_json::to_string(value).map_err(|source| RunError::Json {
            path: path.clone(),
            source,
        })?;
        fs::write(&path, text).at(path)
    }
}
