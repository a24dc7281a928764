//! The configuration of a test bed and of the rehearsals on it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::git_host::GitHost;

/// Whose code runs where a command calls cargo.
#[derive(Clone, Debug)]
pub enum CodeSource {
    /// That of programs in a folder, which were built before: nothing is compiled.
    Prebuilt(PathBuf),
    /// The commit's.
    Compiled {
        /// The repository that commits are of, `owner/name`.
        repository: String,
        /// A folder that is kept for their files and for what cargo makes of them. Nobody else may
        /// use it meanwhile.
        folder: PathBuf,
    },
}

/// What a scene is made of.
#[derive(Clone, Debug)]
pub struct TestBedConfig {
    /// A folder for all of it, empty.
    pub folder: PathBuf,
    /// The account, twelve digits.
    pub account: String,
    /// The region.
    pub region: String,
    /// The repositories.
    pub git_host: GitHost,
    /// This program, which plays the stand-ins.
    pub program: PathBuf,
    /// Whose code runs.
    pub code: CodeSource,
    /// Commands of buildspecs, and what is run instead of them.
    pub replaced: Vec<(String, String)>,
    /// A folder that keeps what is deployed, for a scene that goes on from there.
    pub state: Option<PathBuf>,
}

/// What rehearsals are run with.
#[derive(Clone, Debug)]
pub struct RunConfig {
    /// A folder for everything that actions leave.
    pub folder: PathBuf,
    /// The region.
    pub region: String,
    /// The repositories.
    pub git_host: GitHost,
    /// What `PATH` is in builds: the stand-ins first.
    pub path: String,
    /// More variables for builds.
    pub variables: BTreeMap<String, String>,
    /// Commands of buildspecs, and what is run instead of them.
    pub replaced: Vec<(String, String)>,
}
