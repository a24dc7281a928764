//! The programs, and a working folder.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;

use common::environment::EnvironmentName;
use tests::{root, synthesized};
use xtask::assembly_folder;
use xtask::cargo::{Profile, Program, build_programs};

/// An empty folder for one test, with staging's assembly in `assembly`.
pub(crate) fn with_assembly(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("verbs")
        .join(test);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    let staging = synthesized()
        .iter()
        .find(|one| one.assembly.environment == EnvironmentName::Staging)
        .unwrap();
    let written =
        assembly_folder::write(&folder, std::slice::from_ref(&staging.assembly), None).unwrap();
    fs::rename(&written[0], folder.join("assembly")).unwrap();
    folder
}

/// Where the programs are, built as people build them.
pub(crate) fn program(name: &str) -> &'static Path {
    static BUILT: LazyLock<BTreeMap<String, PathBuf>> = LazyLock::new(|| {
        let programs = [
            ("aws", "deployer"),
            ("deploy", "deploy"),
            ("emulator", "emulator"),
        ];
        let programs = programs.map(|(package, binary)| Program { package, binary });
        build_programs(root(), &programs, Profile::Same).unwrap_or_else(|error| panic!("{error}"))
    });
    &BUILT[name]
}

/// Runs the deploying program that the words are for in a folder, with the definition that is here.
pub(crate) fn deployer(folder: &Path, words: &str) -> Output {
    let name = if words.contains("--local") {
        "deploy"
    } else {
        "deployer"
    };
    Command::new(program(name))
        .args(words.split_whitespace())
        .args(["--env", "staging"])
        .current_dir(folder)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("LANG", "C.UTF-8")
        .env("LEMONADE_CALLED_AS", "cargo xtask")
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// What it printed; it ended well.
#[track_caller]
pub(crate) fn printed(output: &Output) -> String {
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{output:?}\n{error}");
    String::from_utf8(output.stdout.clone()).unwrap()
}
