//! The twenty changes that were written down before the library.

use std::path::Path;

use crate::catalogue::{files_in, report};
use crate::scenario::Scenario;

/// A screen.
const LINES: usize = 25;

/// How many of the twenty the first screen has to name.
const AT_LEAST: usize = 14;

/// The first screen, with continued lines joined.
fn first_screen(report: &str) -> Vec<String> {
    let mut joined: Vec<String> = Vec::new();
    for line in report.lines().take(LINES) {
        let continued = line.starts_with("  ") && !line.trim().is_empty();
        match joined.last_mut() {
            Some(last) if continued => {
                last.push(' ');
                last.push_str(line.trim());
            }
            _ => joined.push(line.trim().to_owned()),
        }
    }
    joined.iter().map(|line| line.to_lowercase()).collect()
}

fn is_named(scenario: &Scenario, report: &str) -> bool {
    let screen = first_screen(report);
    screen.iter().any(|line| {
        scenario
            .names
            .iter()
            .all(|group| group.iter().any(|name| line.contains(&name.to_lowercase())))
    })
}

#[test]
fn the_first_screen_names_consequences_that_were_written_down_before() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/review/unseen");
    let files = files_in(&folder);
    assert_eq!(files.len(), 20);
    let missed: Vec<String> = files
        .iter()
        .filter(|path| {
            let scenario = Scenario::read(path);
            !is_named(&scenario, &report(&scenario))
        })
        .map(|path| {
            path.file_stem()
                .expect("a name")
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    let named = files.len() - missed.len();
    // Shown by `--nocapture`; not by name, since they are not to be looked at.
    println!("{named} of {} named", files.len());
    assert!(
        named >= AT_LEAST,
        "{named} of {} are named, fewer than {AT_LEAST}",
        files.len()
    );
}
