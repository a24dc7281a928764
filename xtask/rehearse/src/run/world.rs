//! What plays AWS's services besides CloudFormation: a folder, which the stand-ins share.
//!
//! ```text
//! site.json               account and region
//! sessions/<key>.json     who has which credentials
//! keys                    what credentials were made for, a line each
//! templates/<stack>.json  what is deployed: from it follows who may do what
//! registry/<repository>/<tag>.json
//! buckets/<bucket>/<key>
//! pipelines/<name>/status, started
//! calls                   every call that was decided, a line each
//! changes                 every call that changed something in CloudFormation, a line each
//! stand-ins               which programs were stood in for, a line each time
//! ```

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::error::{At as _, RunError};
use crate::policy::{Decision, Denial, Request, Rights};
use crate::template::Stacks;

/// The folder.
#[derive(Clone, Debug)]
pub struct World {
    folder: PathBuf,
}

/// Credentials: the access key id is all that there is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    /// The access key id.
    pub key: String,
    /// The ARN of the role that has them.
    pub role: String,
    /// The action that they were made for.
    pub action: String,
}

/// An image in the registry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Image {
    /// `sha256:` and 64 hexadecimal digits.
    pub digest: String,
    /// The image that it was built from.
    pub base: String,
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

    /// Credentials of a role, for an action.
    ///
    /// # Errors
    /// When they can't be written down.
    pub fn session(&self, role: &str, action: &str) -> Result<Session, RunError> {
        self.append("keys", action)?;
        let path = self.folder.join("keys");
        let number = fs::read_to_string(&path).at(path)?.lines().count();
        let session = Session {
            key: format!("ASIAREHEARSAL{number:07}"),
            role: role.to_owned(),
            action: action.to_owned(),
        };
        self.write(&format!("sessions/{}.json", session.key), &session)?;
        Ok(session)
    }

    /// Nobody has these credentials any more.
    pub fn forget(&self, key: &str) {
        if self.session_of(key).is_some() {
            // What is not there is forgotten.
            let _ = fs::remove_file(self.folder.join(format!("sessions/{key}.json")));
        }
    }

    /// Takes note of what was changed.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn changed(&self, line: &str) -> Result<(), RunError> {
        self.append("changes", line)
    }

    /// What was changed in CloudFormation since this was asked last: `ExecuteChangeSet` and a stack's
    /// name.
    pub fn take_changes(&self) -> Vec<String> {
        let path = self.folder.join("changes");
        let text = fs::read_to_string(&path).unwrap_or_default();
        let _ = fs::remove_file(path);
        text.lines().map(str::to_owned).collect()
    }

    /// Whose credentials these are, if anybody's.
    #[must_use]
    pub fn session_of(&self, key: &str) -> Option<Session> {
        let safe = key.chars().all(|letter| letter.is_ascii_alphanumeric());
        if !safe {
            return None;
        }
        self.read(&format!("sessions/{key}.json")).ok()
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

    /// The first of several requests that a role may not make, with the reason, by what is deployed
    /// now. All that were decided are written down.
    ///
    /// # Errors
    /// When what is deployed can't be read.
    pub fn refusal(
        &self,
        role: &str,
        requests: &[Request],
    ) -> Result<Option<(Request, Denial)>, RunError> {
        let rights = Rights::read(&self.stacks()?)?;
        let name = role.rsplit('/').next().unwrap_or(role);
        for request in requests {
            let decision = rights.decide(role, request);
            let word = if decision.is_allowed() {
                "may"
            } else {
                "may not"
            };
            let line = format!("{name} {word} {} {}", request.action, request.resource);
            self.append("calls", &line)?;
            if let Decision::Denied(denial) = decision {
                return Ok(Some((request.clone(), denial)));
            }
        }
        Ok(None)
    }

    /// Takes note that a program is stood in for.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn stands_in(&self, program: &str) -> Result<(), RunError> {
        self.append("stand-ins", program)
    }

    /// The programs that were stood in for since this was asked last, each once.
    pub fn take_stand_ins(&self) -> BTreeSet<String> {
        let path = self.folder.join("stand-ins");
        let text = fs::read_to_string(&path).unwrap_or_default();
        let _ = fs::remove_file(path);
        text.lines().map(str::to_owned).collect()
    }

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

    /// How the newest run of a pipeline ended, as `ListPipelineExecutions` says it.
    #[must_use]
    pub fn pipeline_status(&self, pipeline: &str) -> Option<String> {
        fs::read_to_string(self.pipeline(pipeline).join("status")).ok()
    }

    /// Says how the newest run of a pipeline ended.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn set_pipeline_status(&self, pipeline: &str, status: &str) -> Result<(), RunError> {
        let folder = self.pipeline(pipeline);
        fs::create_dir_all(&folder).at(&*folder)?;
        let path = folder.join("status");
        fs::write(&path, status).at(path)
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

    fn append(&self, file: &str, line: &str) -> Result<(), RunError> {
        let path = self.folder.join(file);
        let mut options = fs::OpenOptions::new();
        let mut file = options.create(true).append(true).open(&path).at(&*path)?;
        writeln!(file, "{line}").at(path)
    }

    fn read<T: DeserializeOwned>(&self, path: &str) -> Result<T, RunError> {
        let path = self.folder.join(path);
        let text = fs::read_to_string(&path).at(&*path)?;
        serde_json::from_str(&text).map_err(|source| RunError::Json { path, source })
    }

    fn write<T: Serialize>(&self, path: &str, value: &T) -> Result<(), RunError> {
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
