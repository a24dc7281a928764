//! What is written down for whoever looks afterwards.

use std::collections::BTreeSet;
use std::fs;

use super::World;
use crate::pipelines::run::error::RunError;

impl World {
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

    /// Takes note that a program is stood in for, in the build that has this key.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn stands_in(&self, key: &str, program: &str) -> Result<(), RunError> {
        self.append("stand-ins", &format!("{key} {program}"))
    }

    /// The programs that were stood in for in the build that has this key, each once.
    #[must_use]
    pub fn stand_ins(&self, key: &str) -> BTreeSet<String> {
        let text = fs::read_to_string(self.folder.join("stand-ins")).unwrap_or_default();
        text.lines()
            .filter_map(|line| line.split_once(' '))
            .filter(|(of, _)| *of == key)
            .map(|(_, program)| program.to_owned())
            .collect()
    }
}
