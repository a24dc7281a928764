//! The catalogue: a change a file, and the report of it.

use std::fs;
use std::path::{Path, PathBuf};

use review::{Consequence, consequences};

use crate::scenario::Scenario;

fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(folder);
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{folder:?}: {error}"));
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

fn text(found: &[Consequence]) -> String {
    found
        .iter()
        .map(|one| {
            let subjects: Vec<String> = one.subjects.iter().map(review::Subject::path).collect();
            format!(
                "{:?} {} {}: {}\n    {:?} {:?} -> {:?}\n",
                one.weight,
                one.kind,
                subjects.join(", "),
                one.text,
                one.property,
                one.from,
                one.to
            )
        })
        .collect()
}

#[test]
fn every_change_of_the_catalogue_has_its_consequences() {
    for path in files("catalogue") {
        let scenario = Scenario::read(&path);
        let mut report = format!("{}\n{}\n", scenario.about, scenario.consequence);
        for (before, after) in scenario.environments() {
            report += &format!("\n{}\n{}", after.name, text(&consequences(&before, &after)));
        }
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
