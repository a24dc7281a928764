//! What there is, kept in a folder from one run to the next.
//!
//! Two files: `cloud.json`, the whole model at some time, and `journal.ndjson`, every call since.
//! The model is deterministic, so the calls at their times give it back as it was. Saving it whole
//! after each call would cost more than the call: an environment is megabytes.
//!
//! An entry is written before its call is performed. A server that is killed in between has
//! performed a call whose answer was lost, which clients have to cope with anyway. Reading calls
//! leave their time, so that nothing that was seen is undone by a restart. It survives the death of
//! the process, not of the machine: nothing waits for the disk.

use std::error::Error;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::Cloud;
use crate::api::{Action, Caller, Time};
use crate::world_order::WorldOrder;

/// Changes with the meaning of the files. What the model itself saves has its own.
const FORMAT: u32 = 2;

/// When the journal is this long, the model is written instead: a hundred calls with templates.
const LONG: u64 = 4 * 1024 * 1024;

/// The calls since the model was written.
const JOURNAL: &str = "journal.ndjson";

/// Why a folder keeps nothing.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// Another server has it.
    #[error("another server is using `{0}`")]
    InUse(PathBuf),
    /// It can't be read.
    #[error("can't read `{path}`")]
    Read {
        /// What.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// It can't be written.
    #[error("can't write `{path}`")]
    Write {
        /// What.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Another version wrote it, or something else.
    #[error("`{path}` is not what this version keeps: remove the folder to begin anew")]
    Format {
        /// What.
        path: PathBuf,
        /// Why.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
}

/// A folder that keeps what there is.
#[derive(Debug)]
pub(crate) struct Journal {
    folder: PathBuf,
    file: File,
    length: u64,
    sequence: u64,
    /// Held for as long as this lives.
    _lock: File,
}

/// What `cloud.json` is.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Saved {
    format: u32,
    sequence: u64,
    now: Time,
    /// What the model saves.
    cloud: Box<RawValue>,
}

/// What a folder keeps.
struct Kept {
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
    what: Option<What>,
}

/// What changed something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum What {
    /// A call.
    Call {
        /// Who called.
        caller: Caller,
        /// What was called.
        action: Action,
    },
    /// An order to the world behind CloudFormation.
    Order(WorldOrder),
}

impl What {
    /// Does it again. The answer was given the first time.
    fn replay(&self, cloud: &mut Cloud, at: Time) {
        match self {
            Self::Call { caller, action } => {
                let _ = cloud.call(at, caller, action);
            }
            Self::Order(order) => {
                cloud.advance(at);
                let _ = order.perform(cloud);
            }
        }
    }
}

impl Journal {
    /// Opens a folder: gives what it keeps, with the time it was, or what `fresh` makes.
    pub(crate) fn open(
        folder: &Path,
        fresh: impl FnOnce() -> (Cloud, Time),
    ) -> Result<(Self, Cloud, Time), JournalError> {
        fs::create_dir_all(folder).map_err(|source| write_error(folder, source))?;
        let lock = lock(folder)?;
        let saved = folder.join("cloud.json");
        let mut kept = match read(&saved)? {
            Some(text) => restore(&text).map_err(|source| format_error(&saved, source))?,
            None => {
                let (cloud, now) = fresh();
                Kept {
                    sequence: 0,
                    now,
                    cloud,
                }
            }
        };
        let path = folder.join(JOURNAL);
        replay(&mut kept, &read(&path)?.unwrap_or_default())
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
            sequence: kept.sequence,
            _lock: lock,
        };
        journal.save(kept.now, &kept.cloud)?;
        Ok((journal, kept.cloud, kept.now))
    }

    /// Notes what is about to happen to this cloud, or only that it is later.
    pub(crate) fn record(
        &mut self,
        cloud: &Cloud,
        at: Time,
        what: Option<What>,
    ) -> Result<(), JournalError> {
        if self.length > LONG {
            self.save(at, cloud)?;
        }
        self.sequence += 1;
        let entry = Entry {
            sequence: self.sequence,
            at,
            what,
        };
        let mut line = serde_json::to_string(&entry)
            .map_err(|error| write_error(&self.folder, error.into()))?;
        line.push('\n');
        if let Err(source) = self.file.write_all(line.as_bytes()) {
            // Half a line would spoil whatever is written after it.
            let _ = self.file.set_len(self.length);
            self.sequence -= 1;
            return Err(write_error(&self.folder.join(JOURNAL), source));
        }
        self.length += line.len() as u64;
        Ok(())
    }

    /// Writes the model; the entries until now are no longer needed.
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
        // Whole or not at all: a reader finds the old file or the new one, and skips entries that
        // the new one already has.
        let (new, path) = (
            self.folder.join("cloud.json.new"),
            self.folder.join("cloud.json"),
        );
        let written = fs::write(&new, text).and_then(|()| fs::rename(&new, &path));
        if written.is_err() {
            // Half of it is of no use, and takes room on a disk that may be full.
            let _ = fs::remove_file(&new);
        }
        written
            .and_then(|()| self.file.set_len(0))
            .map_err(|source| write_error(&path, source))?;
        self.length = 0;
        Ok(())
    }
}

fn restore(text: &str) -> Result<Kept, Box<dyn Error + Send + Sync>> {
    let saved: Saved = serde_json::from_str(text)?;
    if saved.format != FORMAT {
        return Err(format!("its format is {}, not {FORMAT}", saved.format).into());
    }
    Ok(Kept {
        sequence: saved.sequence,
        now: saved.now,
        cloud: Cloud::restore(saved.cloud.get().as_bytes())?,
    })
}

fn replay(kept: &mut Kept, journal: &str) -> Result<(), Box<dyn Error + Send + Sync>> {
    // The last line has no end when the server was killed while it wrote: that call never was.
    for line in journal
        .split_inclusive('\n')
        .filter(|line| line.ends_with('\n'))
    {
        let entry: Entry = serde_json::from_str(line)?;
        if entry.sequence <= kept.sequence {
            continue;
        }
        kept.cloud.advance(entry.at);
        if let Some(what) = entry.what {
            what.replay(&mut kept.cloud, entry.at);
        }
        kept.sequence = entry.sequence;
        kept.now = kept.now.max(entry.at);
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
