//! The programs, and a sample assembly.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;

use common::environment::EnvironmentName;
use tests::{root, synthesized};
use xtask::assembly_folder;
use xtask::cargo::{Profile, Program, build_programs};

/// The user `nobody`, whom file permissions bind even if the tests run as the superuser.
const NOBODY: u32 = 65_534;

/// An empty folder for one test.
pub(crate) fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("machines")
        .join(test);
    // It may hold what was made unwritable.
    if let Ok(entries) = fs::read_dir(&folder) {
        for entry in entries.flatten() {
            let _ = fs::set_permissions(entry.path(), fs::Permissions::from_mode(0o755));
        }
    }
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// A folder with staging's assembly below it, in `assembly`.
pub(crate) fn with_assembly(test: &str) -> PathBuf {
    let folder = folder(test);
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
            ("xtask", "xtask"),
        ];
        let programs = programs.map(|(package, binary)| Program { package, binary });
        build_programs(root(), &programs, Profile::Same).unwrap_or_else(|error| panic!("{error}"))
    });
    &BUILT[name]
}

/// The deploying program that the words are for, in a folder, with no variable but the path: no home, no locale, no terminal.
pub(crate) fn deployer(folder: &Path, words: &str) -> Command {
    let name = if words.contains("--local") {
        "deploy"
    } else {
        "deployer"
    };
    let mut command = Command::new(program(name));
    command
        .args(words.split_whitespace())
        .current_dir(folder)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .stdin(Stdio::null());
    command
}

/// `cargo xtask` without its `cargo`, at the root of the workspace.
pub(crate) fn xtask(words: &str) -> Command {
    let mut command = Command::new(program("xtask"));
    command
        .args(words.split_whitespace())
        .current_dir(root())
        .stdin(Stdio::null());
    command
}

/// Runs the command as a user whom file permissions bind.
pub(crate) fn as_nobody(command: &mut Command, folder: &Path) {
    if fs::metadata(folder).unwrap().uid() == 0 {
        command.uid(NOBODY).gid(NOBODY);
    }
}

/// Makes the folder read-only.
pub(crate) fn unwritable(folder: &Path) {
    fs::create_dir_all(folder).unwrap();
    fs::set_permissions(folder, fs::Permissions::from_mode(0o555)).unwrap();
}

/// Through a shell, for what only a shell does: `"$@"` is the command.
pub(crate) fn in_shell(script: &str, command: &Command) -> Command {
    let mut shell = Command::new("/bin/sh");
    shell
        .args(["-c", script, "sh"])
        .arg(command.get_program())
        .args(command.get_args())
        .stdin(Stdio::null());
    if let Some(folder) = command.get_current_dir() {
        shell.current_dir(folder);
    }
    shell
}

/// What was said on standard error; it ended with this code, and without a panic.
#[track_caller]
pub(crate) fn said(output: &Output, code: u8) -> String {
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(code.into()), "{text}");
    assert!(!text.contains("panicked"), "{text}");
    text
}
