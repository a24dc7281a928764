//! The catalogue: a change a file, and the report of it.

use std::fs;
use std::path::{Path, PathBuf};

use review::consequences;
use review::report::{Compared, Report, Revision, text};

use crate::scenario::Scenario;

/// The scenario files of a folder, by name.
pub(crate) fn files_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{folder:?}: {error}"));
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "toml")
        })
        .collect();
    files.sort();
    files
}

/// The report of a scenario. Nothing is deployed for it, so it has no forecast.
pub(crate) fn report(scenario: &Scenario) -> String {
    let revision = Revision { commit: None };
    let compared = scenario
        .environments()
        .into_iter()
        .map(|(before, after)| Compared {
            before,
            after: Ok(after),
            forecast: None,
            variants: Vec::new(),
        });
    let command = "cargo xtask review --base next".to_owned();
    let report = Report::new(revision.clone(), revision, command, compared.collect());
    text(&report)
}

#[test]
fn every_change_of_the_catalogue_has_its_consequences() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/catalogue");
    for path in files_in(&folder) {
        let scenario = Scenario::read(&path);
        let report = format!(
            "{}\n{}\n\n{}",
            scenario.about,
            scenario.consequence,
            report(&scenario)
        );
        let name = path.file_stem().expect("a name").to_string_lossy();
        insta::with_settings!({ snapshot_path => "../catalogue", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(name.as_ref(), report);
        });
    }
}

#[test]
fn nothing_changes_without_a_change() {
    for (before, after) in crate::scenario::unchanged() {
        assert_eq!(consequences(&before, &after), []);
    }
}
