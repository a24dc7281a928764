//! Exports and the stacks that import them: locks between stacks.
//!
//! An export's name is unique in its account and region. While a stack imports it, it can be neither
//! removed nor given another value.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html>

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Export {
    pub(crate) stack_id: String,
    pub(crate) stack_name: String,
    pub(crate) value: String,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Exports {
    exports: BTreeMap<String, Export>,
    /// The stacks that import an export. Names are unique here: deleted stacks import nothing.
    importers: BTreeMap<String, BTreeSet<String>>,
}

impl Exports {
    pub(crate) const fn new() -> Self {
        Self {
            exports: BTreeMap::new(),
            importers: BTreeMap::new(),
        }
    }

    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.exports.get(name).map(|export| export.value.as_str())
    }

    pub(crate) fn all(&self) -> &BTreeMap<String, Export> {
        &self.exports
    }

    pub(crate) fn importers(&self, name: &str) -> impl Iterator<Item = &str> {
        self.importers
            .get(name)
            .into_iter()
            .flatten()
            .map(String::as_str)
    }

    pub(crate) fn import(&mut self, stack: &str, names: &BTreeSet<String>) {
        for name in names {
            self.importers
                .entry(name.clone())
                .or_default()
                .insert(stack.to_owned());
        }
    }

    pub(crate) fn release<'a>(&mut self, stack: &str, names: impl IntoIterator<Item = &'a String>) {
        for name in names {
            if let Some(importers) = self.importers.get_mut(name) {
                importers.remove(stack);
                if importers.is_empty() {
                    self.importers.remove(name);
                }
            }
        }
    }

    /// Replaces the exports of a stack.
    ///
    /// # Errors
    ///
    /// The refusal in CloudFormation's words; nothing has changed.
    pub(crate) fn replace(
        &mut self,
        stack_id: &str,
        stack_name: &str,
        exports: &BTreeMap<String, String>,
    ) -> Result<(), String> {
        for (name, value) in exports {
            match self.exports.get(name) {
                Some(export) if export.stack_id != stack_id => {
                    return Err(format!(
                        "Export with name {name} is already exported by stack {}",
                        export.stack_name
                    ));
                }
                Some(export) if export.value != *value => self.check_free(name, "updated")?,
                _ => {}
            }
        }
        let removed: Vec<String> = self
            .exports
            .iter()
            .filter(|(name, export)| export.stack_id == stack_id && !exports.contains_key(*name))
            .map(|(name, _)| name.clone())
            .collect();
        for name in &removed {
            self.check_free(name, "deleted")?;
        }
        for name in &removed {
            self.exports.remove(name);
        }
        for (name, value) in exports {
            self.exports.insert(
                name.clone(),
                Export {
                    stack_id: stack_id.to_owned(),
                    stack_name: stack_name.to_owned(),
                    value: value.clone(),
                },
            );
        }
        Ok(())
    }

    /// Checks that no stack imports an export.
    fn check_free(&self, name: &str, verb: &str) -> Result<(), String> {
        let importers: Vec<&str> = self.importers(name).collect();
        match importers.split_last() {
            None => Ok(()),
            Some((last, [])) => Err(format!(
                "Export {name} cannot be {verb} as it is in use by {last}"
            )),
            Some((last, others)) => Err(format!(
                "Export {name} cannot be {verb} as it is in use by {} and {last}",
                others.join(", ")
            )),
        }
    }
}
