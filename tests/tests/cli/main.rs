//! The command lines, as people and scripts call them.

mod applications;
mod handover;
mod help;
mod next_steps;
mod output;
mod revision;
mod stack_binaries;
mod synth;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use tests::sample;

/// An empty folder for one test.
fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("cli")
        .join(test);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// A copy of the sample's input files, for one test to spoil.
fn inputs(test: &str) -> PathBuf {
    let copy = folder(test);
    sample::copy_to(&copy);
    copy
}

fn stdout(output: &Output) -> &str {
    assert!(output.status.success(), "{}", stderr(output));
    std::str::from_utf8(&output.stdout).unwrap()
}

fn stderr(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).unwrap()
}

/// The files below a folder, sorted.
fn files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path.strip_prefix(folder).unwrap().display().to_string());
            }
        }
    }
    found.retain(|file| file != ".lock");
    found.sort();
    found
}
