//! The state of the server in a folder, from one run to the next.
//!
//! Two files: `cloud.json`, the whole model at some time, and `journal.ndjson`, every call since.
//! The model is deterministic, so replaying the calls at their times restores it. Saving the whole
//! model after each call would cost more than the call: an environment is megabytes.
//!
//! An entry is written before its call is performed. A server that is killed in between has
//! performed a call whose answer was lost, which clients have to handle anyway. Reads record their
//! time, so that a restart undoes nothing that was seen. The state survives the end of the process,
//! not a power failure: no write waits for the disk.

use std::error::Error;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::Cloud;
use crate::api::{Action, Caller, Time};
use crate::model_request::ModelRequest;

/// The version of the format of these files. The saved model has its own.
const FORMAT: u32 = 2;

/// The length at which the journal is replaced by a saved model: about a hundred calls with
/// templates.
const MAX_LENGTH: u64 = 4 * 1024 * 1024;

const JOURNAL: &str = "journal.ndjson";

/// A folder that can't keep the state.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    #[error("another server is using `{0}`")]
    InUse(PathBuf),
    #[error("can't read `{path}`")]
    Read {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("can't write `{path}`")]
    Write {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    /// Another version wrote it, or another program.
    #[error(
        "`{path}` was not written by this version: remove the folder to start with an empty state"
    )]
    Format {
        path: PathBuf,
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
}

/// A folder that keeps the state of the server.
#[derive(Debug)]
pub(crate) struct Journal {
    folder: PathBuf,
    file: File,
    length: u64,
    sequence: u64,
    /// Locked for as long as this lives.
    _lock: File,
}

/// The content of `cloud.json`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Saved {
    format: u32,
    sequence: u64,
    now: Time,
    /// The saved model.
    cloud: Box<RawValue>,
}

struct RestoredState {
    sequence: u64,
    now: Time,
    cloud: Cloud,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    sequence: u64,
    at: Time,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    action: Option<JournalAction>,
}

/// A change of the model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum JournalAction {
    Call { caller: Caller, action: Action },
    Control(ModelRequest),
}

impl JournalAction {
    /// Performs it again. The answer was given the first time.
    fn replay(&self, cloud: &mut Cloud, at: Time) {
        match self {
            Self::Call { caller, action } => {
                let _ = cloud.call(at, caller, action);
            }
            Self::Control(request) => {
                cloud.advance(at);
                let _ = request.perform(cloud);
            }
        }
    }
}

impl Journal {
    /// Opens a folder. Returns its model with its time, or those of `fresh`.
    pub(crate) fn open(
        folder: &Path,
        fresh: impl FnOnce() -> (Cloud, Time),
    ) -> Result<(Self, Cloud, Time), JournalError> {
        fs::create_dir_all(folder).map_err(|source| write_error(folder, source))?;
        let lock = lock(folder)?;
        let saved = folder.join("cloud.json");
        let mut state = match read(&saved)? {
            Some(text) => restore(&text).map_err(|source| format_error(&saved, source))?,
            None => {
                let (cloud, now) = fresh();
                RestoredState {
                    sequence: 0,
                    now,
                    cloud,
                }
            }
        };
        let path = folder.join(JOURNAL);
        replay(&mut state, &read(&path)?.unwrap_or_default())
            .map_err(|source| format_error(&path, source))?;
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&path)
            .map_err(|source| write_error(&path, source))?;
        let mut journal = Self {
            folder: folder.to_owned(),
            file,
            length: 0,
            sequence: state.sequence,
            _lock: lock,
        };
        journal.save(state.now, &state.cloud)?;
        Ok((journal, state.cloud, state.now))
    }

    /// Records a change that is about to happen to a cloud, or only the time. A long journal is
    /// replaced by the saved cloud first.
    pub(crate) fn record(
        &mut self,
        cloud: &Cloud,
        at: Time,
        action: Option<JournalAction>,
    ) -> Result<(), JournalError> {
        if self.length > MAX_LENGTH {
            self.save(at, cloud)?;
        }
        self.sequence += 1;
        let entry = Entry {
            sequence: self.sequence,
            at,
            action,
        };
        let mut line = serde_json::to_string(&entry)
            .map_err(|error| write_error(&self.folder, error.into()))?;
        line.push('\n');
        if let Err(source) = self.file.write_all(line.as_bytes()) {
            // Half a line would corrupt the next one.
            let _ = self.file.set_len(self.length);
            self.sequence -= 1;
            return Err(write_error(&self.folder.join(JOURNAL), source));
        }
        self.length += line.len() as u64;
        Ok(())
    }

    /// Saves the model, and truncates the journal.
    pub(crate) fn save(&mut self, now: Time, cloud: &Cloud) -> Result<(), JournalError> {
        let saved = |cloud: Vec<u8>| {
            serde_json::to_string(&Saved {
                format: FORMAT,
                sequence: self.sequence,
                now,
                cloud: serde_json::from_slice(&cloud)?,
            })
        };
        let text = cloud
            .save()
            .map_err(io::Error::other)
            .and_then(|cloud| saved(cloud).map_err(io::Error::from))
            .map_err(|source| write_error(&self.folder, source))?;
        // Atomic: a reader finds the old file or the new one, and skips entries that the new one
        // already contains.
        let (new, path) = (
            self.folder.join("cloud.json.new"),
            self.folder.join("cloud.json"),
        );
        let written = fs::write(&new, text).and_then(|()| fs::rename(&new, &path));
        if written.is_err() {
            // A partial file is useless, and takes up space on a disk that may be full.
            let _ = fs::remove_file(&new);
        }
        written
            .and_then(|()| self.file.set_len(0))
            .map_err(|source| write_error(&path, source))?;
        self.length = 0;
        Ok(())
    }
}

fn restore(text: &str) -> Result<RestoredState, Box<dyn Error + Send + Sync>> {
    let saved: Saved = serde_json::from_str(text)?;
    if saved.format != FORMAT {
        return Err(format!("its format is {}, not {FORMAT}", saved.format).into());
    }
    Ok(RestoredState {
        sequence: saved.sequence,
        now: saved.now,
        cloud: Cloud::restore(saved.cloud.get().as_bytes())?,
    })
}

fn replay(state: &mut RestoredState, journal: &str) -> Result<(), Box<dyn Error + Send + Sync>> {
    // The last line is incomplete if the server was killed while writing it: that call never
    // happened.
    for line in journal
        .split_inclusive('\n')
        .filter(|line| line.ends_with('\n'))
    {
        let entry: Entry = serde_json::from_str(line)?;
        if entry.sequence <= state.sequence {
            continue;
        }
        state.cloud.advance(entry.at);
        if let Some(action) = entry.action {
            action.replay(&mut state.cloud, entry.at);
        }
        state.sequence = entry.sequence;
        state.now = state.now.max(entry.at);
    }
    Ok(())
}

fn lock(folder: &Path) -> Result<File, JournalError> {
    let path = folder.join("lock");
    let file = File::create(&path).map_err(|source| write_error(&path, source))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(JournalError::InUse(folder.to_owned())),
        Err(TryLockError::Error(source)) => Err(write_error(&path, source)),
    }
}

fn read(path: &Path) -> Result<Option<String>, JournalError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(JournalError::Read {
            path: path.to_owned(),
            source,
        }),
    }
}

fn format_error(path: &Path, source: Box<dyn Error + Send + Sync>) -> JournalError {
    JournalError::Format {
        path: path.to_owned(),
        source,
    }
}

fn write_error(path: &Path, source: io::Error) -> JournalError {
    JournalError::Write {
        path: path.to_owned(),
        source,
    }
}
