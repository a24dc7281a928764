//! The registry, buckets and pipelines.

use std::fs;
use std::path::PathBuf;
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};

use super::World;
use crate::pipelines::run::error::{At as _, RunError};

/// An image in the registry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Image {
    /// `sha256:` and 64 hexadecimal digits.
    pub digest: String,
    /// The image that it was built from.
    pub base: String,
}

/// A run of a pipeline that ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// How, as `ListPipelineExecutions` says it.
    pub status: String,
    /// The commit that its source was.
    pub commit: Option<String>,
}

impl World {
    /// An image by repository and tag.
    ///
    /// # Errors
    /// When it is there and can't be read.
    pub fn image(&self, repository: &str, tag: &str) -> Result<Option<Image>, RunError> {
        let path = format!("registry/{repository}/{tag}.json");
        if self.folder.join(&path).exists() {
            self.read(&path).map(Some)
        } else {
            Ok(None)
        }
    }

    /// The images of a repository, by their tags, each with when it was pushed, in seconds since
    /// 1970. None of one that nothing was pushed to.
    ///
    /// # Errors
    /// When they can't be read.
    pub fn images(&self, repository: &str) -> Result<Vec<(String, Image, f64)>, RunError> {
        let folder = self.folder.join("registry").join(repository);
        if !folder.exists() {
            return Ok(Vec::new());
        }
        let mut images = Vec::new();
        for entry in fs::read_dir(&folder).at(&*folder)? {
            let entry = entry.at(&*folder)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let Some(tag) = name.strip_suffix(".json") else {
                continue;
            };
            let written = entry.metadata().and_then(|about| about.modified());
            let pushed = written.at(entry.path())?.duration_since(UNIX_EPOCH);
            let image = self.read(&format!("registry/{repository}/{name}"))?;
            let pushed = pushed.map_or(0.0, |since| since.as_secs_f64());
            images.push((tag.to_owned(), image, pushed));
        }
        Ok(images)
    }

    /// Puts an image into the registry.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn push(&self, repository: &str, tag: &str, image: &Image) -> Result<(), RunError> {
        self.write(&format!("registry/{repository}/{tag}.json"), image)
    }

    /// Where an object of a bucket is.
    #[must_use]
    pub fn object(&self, bucket: &str, key: &str) -> PathBuf {
        self.folder.join("buckets").join(bucket).join(key)
    }

    /// The runs of a pipeline that ended, the newest first.
    #[must_use]
    pub fn runs(&self, pipeline: &str) -> Vec<Ended> {
        let text = fs::read_to_string(self.pipeline(pipeline).join("runs")).unwrap_or_default();
        let run = |line: &str| {
            let mut words = line.split_whitespace().map(str::to_owned);
            Some(Ended {
                status: words.next()?,
                commit: words.next(),
            })
        };
        text.lines().rev().filter_map(run).collect()
    }

    /// Says how a run of a pipeline ended, and which commit it was about, where its source was read.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn run_ended(
        &self,
        pipeline: &str,
        status: &str,
        commit: Option<&str>,
    ) -> Result<(), RunError> {
        let folder = self.pipeline(pipeline);
        fs::create_dir_all(&folder).at(&*folder)?;
        let line = match commit {
            Some(commit) => format!("{status} {commit}"),
            None => status.to_owned(),
        };
        self.append(&format!("pipelines/{pipeline}/runs"), &line)
    }

    /// Asks for a run of a pipeline.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn start_pipeline(&self, pipeline: &str) -> Result<(), RunError> {
        let folder = self.pipeline(pipeline);
        fs::create_dir_all(&folder).at(&*folder)?;
        let path = folder.join("started");
        fs::write(&path, "").at(path)
    }

    /// Whether a run was asked for since this was asked last.
    #[must_use]
    pub fn take_start(&self, pipeline: &str) -> bool {
        fs::remove_file(self.pipeline(pipeline).join("started")).is_ok()
    }

    fn pipeline(&self, name: &str) -> PathBuf {
        self.folder.join("pipelines").join(name)
    }
}
