//! The toolchain, which every stage of the definition installs first.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tests::root;

use crate::support::{empty, executable};

/// What stands in for the installer of rustup; it is noticed when it runs.
const OTHER: &str = "#!/bin/sh\ntouch ran\n";

/// A package that needs nothing, in a folder of its own, where the installer is another one.
fn package(name: &str) -> PathBuf {
    let folder = empty(name);
    let write = |file: &str, text: &str| fs::write(folder.join(file), text).unwrap();
    let manifest = "[package]\nname = \"small\"\nedition = \"2024\"\nrust-version = \"1.85\"\n[lib]\npath = \"lib.rs\"\n[workspace]\n";
    write("Cargo.toml", manifest);
    write("lib.rs", "");
    write("installer", OTHER);
    let curl = "#!/bin/bash\nwhile [[ $1 != --output ]]; do shift; done\ncp installer \"$2\"\n";
    executable(&folder.join("bin/curl"), curl);
    folder
}

/// Sources the script in a folder; gives how it ended, and whether the installer has run.
fn sourced(folder: &Path) -> (Output, bool) {
    let path = std::env::var("PATH").unwrap();
    let output = Command::new("bash")
        .args(["-c", ". \"$0\""])
        .arg(root().join("buildspecs/toolchain.sh"))
        .current_dir(folder)
        .env("PATH", format!("{}:{path}", folder.join("bin").display()))
        .env("TMPDIR", folder)
        .output()
        .unwrap();
    (output, folder.join("ran").exists())
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn an_installer_that_is_not_the_chosen_one_never_runs() {
    let folder = package("toolchain-other");
    let (output, ran) = sourced(&folder);
    assert!(!output.status.success());
    assert!(said(&output).contains("did NOT match"), "{output:?}");
    assert!(!ran);
}

/// What is compiled is what was reviewed.
#[test]
fn a_lock_file_that_lags_behind_stops_the_stage() {
    let folder = package("toolchain-locked");
    executable(&folder.join("bin/sha256sum"), "#!/bin/sh\n");
    let (output, ran) = sourced(&folder);
    assert!(ran, "{output:?}");
    assert!(!output.status.success());
    assert!(said(&output).contains("--locked"), "{output:?}");

    let lock = "version = 4\n\n[[package]]\nname = \"small\"\nversion = \"0.0.0\"\n";
    fs::write(folder.join("Cargo.lock"), lock).unwrap();
    let (output, _) = sourced(&folder);
    assert!(output.status.success(), "{output:?}");
}
