//! The state of the AWS services other than CloudFormation: a folder that the shims share.
//!
//! ```text
//! site.json               account and region
//! sessions/<key>.json     credentials of a role
//! keys                    the actions that credentials were created for, a line each
//! templates/<stack>.json  the deployed templates
//! registry/<repository>/<tag>.json
//! buckets/<bucket>/<key>
//! pipelines/<name>/runs, started
//!                         finished executions, a line each with the commit; whether one was requested
//! calls                   every decided request, a line each
//! changes                 every call that changed CloudFormation, a line each
//! launchers/<program>     the scripts that a release has instead of programs
//! shims                   the shims that each build used, a line each time
//! ```

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::error::{At as _, RunError};
use super::execution_queue::Status;
use crate::pipelines::permission_use::{LoggedRequest, RequestLog};
use crate::pipelines::policy::{Decision, Denial, Policies, Request};
use crate::pipelines::template::Stacks;

#[derive(Clone, Debug)]
pub struct ServiceState {
    folder: PathBuf,
}

/// The account and the region of the deployed templates.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Site {
    account: String,
    region: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Image {
    /// `sha256:` and 64 hexadecimal digits.
    pub digest: String,
    pub base: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FinishedRun {
    /// As in `ListPipelineExecutions`.
    pub status: String,
    pub commit: Option<String>,
}

/// Temporary credentials, reduced to their access key id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    pub key: String,
    pub role: String,
    pub action: String,
}

impl ServiceState {
    /// Creates an empty state for an account and region.
    ///
    /// # Errors
    /// When the folder can't be made.
    pub fn create(folder: &Path, account: &str, region: &str) -> Result<Self, RunError> {
        let services = Self {
            folder: folder.to_owned(),
        };
        let site = Site {
            account: account.to_owned(),
            region: region.to_owned(),
        };
        services.write("site.json", &site)?;
        for inner in ["sessions", "templates", "registry", "buckets", "pipelines"] {
            let path = folder.join(inner);
            fs::create_dir_all(&path).at(path)?;
        }
        Ok(services)
    }

    #[must_use]
    pub fn open(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
        }
    }

    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Stores the deployed templates.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn set_deployed(&self, stacks: &Stacks) -> Result<(), RunError> {
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
    pub fn deployed_stacks(&self) -> Result<Stacks, RunError> {
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

    // Credentials and decisions.

    /// Creates credentials of a role for an action.
    ///
    /// # Errors
    /// When they can't be written down.
    pub fn create_session(&self, role: &str, action: &str) -> Result<Session, RunError> {
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

    pub fn revoke_session(&self, key: &str) {
        if self.find_session(key).is_some() {
            // A file that is missing is revoked already.
            let _ = fs::remove_file(self.folder.join(format!("sessions/{key}.json")));
        }
    }

    /// The session of an access key id.
    #[must_use]
    pub fn find_session(&self, key: &str) -> Option<Session> {
        let safe = key.chars().all(|letter| letter.is_ascii_alphanumeric());
        if !safe {
            return None;
        }
        self.read(&format!("sessions/{key}.json")).ok()
    }

    /// Records the decision about a request. The role is given by ARN.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn record_decision(
        &self,
        role: &str,
        request: &Request,
        decision: &Decision,
    ) -> Result<(), RunError> {
        let logged = LoggedRequest::new(role, request, decision);
        let line = serde_json::to_string(&logged).map_err(|source| RunError::Json {
            path: self.folder.join("calls"),
            source,
        })?;
        self.append("calls", &line)
    }

    /// Every recorded decision.
    ///
    /// # Errors
    /// When what was written down can't be read.
    pub fn request_log(&self) -> Result<RequestLog, RunError> {
        let path = self.folder.join("calls");
        let text = fs::read_to_string(&path).unwrap_or_default();
        let logged = text.lines().map(serde_json::from_str::<LoggedRequest>);
        let logged: Result<RequestLog, _> = logged.collect();
        logged.map_err(|source| RunError::Json { path, source })
    }

    /// The first request that is denied to a role by the deployed policies, with the reason. Every
    /// decision is recorded.
    ///
    /// # Errors
    /// When what is deployed can't be read.
    pub fn first_denied(
        &self,
        role: &str,
        requests: &[Request],
    ) -> Result<Option<(Request, Denial)>, RunError> {
        let rights = Policies::read(&self.deployed_stacks()?)?;
        for request in requests {
            let decision = rights.decide(role, request);
            self.record_decision(role, request, &decision)?;
            if let Decision::Denied(denial) = decision {
                return Ok(Some((request.clone(), denial)));
            }
        }
        Ok(None)
    }

    // Images, objects and pipeline executions.

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

    /// The images of a repository by tag, with the times of their pushes in seconds since 1970.
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

    /// Pushes an image.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn push_image(&self, repository: &str, tag: &str, image: &Image) -> Result<(), RunError> {
        self.write(&format!("registry/{repository}/{tag}.json"), image)
    }

    #[must_use]
    pub fn object_path(&self, bucket: &str, key: &str) -> PathBuf {
        self.folder.join("buckets").join(bucket).join(key)
    }

    /// The finished executions of a pipeline, the newest first.
    #[must_use]
    pub fn finished_runs(&self, pipeline: &str) -> Vec<FinishedRun> {
        let text = fs::read_to_string(self.pipeline(pipeline).join("runs")).unwrap_or_default();
        let run = |line: &str| {
            let mut words = line.split_whitespace().map(str::to_owned);
            Some(FinishedRun {
                status: words.next()?,
                commit: words.next(),
            })
        };
        text.lines().rev().filter_map(run).collect()
    }

    /// Records the end of an execution, with its commit where the source was read.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn record_run(
        &self,
        pipeline: &str,
        status: Status,
        commit: Option<&str>,
    ) -> Result<(), RunError> {
        let status = status.as_str();
        let folder = self.pipeline(pipeline);
        fs::create_dir_all(&folder).at(&*folder)?;
        let line = match commit {
            Some(commit) => format!("{status} {commit}"),
            None => status.to_owned(),
        };
        self.append(&format!("pipelines/{pipeline}/runs"), &line)
    }

    /// Requests an execution of a pipeline.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn request_start(&self, pipeline: &str) -> Result<(), RunError> {
        let folder = self.pipeline(pipeline);
        fs::create_dir_all(&folder).at(&*folder)?;
        let path = folder.join("started");
        fs::write(&path, "").at(path)
    }

    /// Whether an execution was requested since the last call.
    #[must_use]
    pub fn take_start_request(&self, pipeline: &str) -> bool {
        fs::remove_file(self.pipeline(pipeline).join("started")).is_ok()
    }

    fn pipeline(&self, name: &str) -> PathBuf {
        self.folder.join("pipelines").join(name)
    }

    // Records of a rehearsal.

    /// Records a change in CloudFormation.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn record_change(&self, line: &str) -> Result<(), RunError> {
        self.append("changes", line)
    }

    /// The changes in CloudFormation since the last call: `ExecuteChangeSet` and a stack's name.
    pub fn take_changes(&self) -> Vec<String> {
        let path = self.folder.join("changes");
        let text = fs::read_to_string(&path).unwrap_or_default();
        let _ = fs::remove_file(path);
        text.lines().map(str::to_owned).collect()
    }

    /// Records that a build with this key used a shim.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn stands_in(&self, key: &str, program: &str) -> Result<(), RunError> {
        self.append("shims", &format!("{key} {program}"))
    }

    /// The shims that the build with this key used, each once.
    #[must_use]
    pub fn stand_ins(&self, key: &str) -> BTreeSet<String> {
        let text = fs::read_to_string(self.folder.join("shims")).unwrap_or_default();
        text.lines()
            .filter_map(|line| line.split_once(' '))
            .filter(|(of, _)| *of == key)
            .map(|(_, program)| program.to_owned())
            .collect()
    }

    // Files.

    fn append(&self, file: &str, line: &str) -> Result<(), RunError> {
        let path = self.folder.join(file);
        let mut options = fs::OpenOptions::new();
        let mut file = options.create(true).append(true).open(&path).at(&*path)?;
        // One atomic write: the programs of a pipe record at the same time.
        file.write_all(format!("{line}\n").as_bytes()).at(path)
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
