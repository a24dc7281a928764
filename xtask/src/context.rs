//! The context of a verb.

use std::path::PathBuf;

use crate::workspace::Workspace;

pub(crate) struct Context {
    pub(crate) workspace: Workspace,
    pub(crate) config: PathBuf,
    /// `--config` as it was typed.
    pub(crate) typed_config: Option<PathBuf>,
}
