//! The configuration of a test bed and of the rehearsals on it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::git_host::GitHost;

/// The code that runs where a command calls cargo.
#[derive(Clone, Debug)]
pub enum CodeSource {
    /// The code of prebuilt programs in this folder; nothing is compiled.
    Prebuilt(PathBuf),
    Compiled {
        /// The repository of the commits, `owner/name`.
        repository: String,
        /// The folder of the checkout and of cargo's output, reused by all builds. Nothing else may
        /// use it meanwhile.
        folder: PathBuf,
    },
}

#[derive(Clone, Debug)]
pub struct TestBedConfig {
    /// An empty folder for all files.
    pub folder: PathBuf,
    /// The account, twelve digits.
    pub account: String,
    pub region: String,
    pub git_host: GitHost,
    /// The binary that the shims link to.
    pub program: PathBuf,
    pub code: CodeSource,
    /// Commands of buildspecs and their replacements.
    pub replaced: Vec<(String, String)>,
    /// A folder that keeps the state of CloudFormation for another test bed.
    pub state: Option<PathBuf>,
}

#[derive(Clone, Debug)]
pub struct RunConfig {
    /// The folder of the actions' files.
    pub folder: PathBuf,
    pub region: String,
    pub git_host: GitHost,
    /// The `PATH` of builds, with the shims first.
    pub path: String,
    pub variables: BTreeMap<String, String>,
    /// Commands of buildspecs and their replacements.
    pub replaced: Vec<(String, String)>,
}
