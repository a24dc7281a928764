//! Exports that are renamed and keep their value.
//!
//! An importer does not differ by the new name: it replaces no resource and broadens no permission.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use cloudformation::template::{edit_imports, exports, imports, references};
use cloudformation::{ExportName, Replacement};
use review::difference::Difference;

/// The exports that a stack renames: old name and new name.
pub(super) fn renamed(
    before: &Value,
    after: &Value,
    dropped: &BTreeSet<ExportName>,
    difference: &Difference,
) -> Vec<(ExportName, ExportName)> {
    // The same text is another value where a referenced resource is replaced.
    let differing: BTreeSet<&str> = difference
        .resources
        .iter()
        .filter(|one| one.replacement != Replacement::Never || one.properties.is_empty())
        .map(|one| one.logical_id.as_str())
        .collect();
    let new = exports(after);
    exports(before)
        .filter(|(name, ..)| dropped.contains(*name))
        .filter_map(|(name, _, output)| {
            let value = output.get("Value")?;
            let is_another = references(value)
                .iter()
                .any(|reference| differing.contains(reference.target.as_str()));
            let mut same = new
                .clone()
                .filter(|(.., other)| !is_another && other.get("Value") == Some(value));
            let (new_name, ..) = same.next()?;
            Some((name.into(), new_name.into()))
        })
        .collect()
}

/// The template with imports under their new names; none where it imports no renamed export.
pub(super) fn with_new_names(
    template: &Value,
    renamed: &BTreeMap<ExportName, ExportName>,
) -> Option<Value> {
    let affected = !renamed.is_empty()
        && imports(template)
            .iter()
            .any(|name| renamed.contains_key(name.as_str()));
    affected.then(|| {
        let mut template = template.clone();
        edit_imports(&mut template, &mut |name| {
            if let Some(new) = renamed.get(name.as_str()) {
                *name = new.to_string();
            }
        });
        template
    })
}
