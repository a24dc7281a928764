//! Full and read-only disks.

use std::fs::{self, OpenOptions};

use cli_conventions::exit_code::{FAILURE, STACK_FAILED, SUCCESS};

use crate::support::{
    as_nobody, deployer, folder, in_shell, said, unwritable, with_assembly, xtask,
};

/// A disk without room, as a file.
fn full() -> fs::File {
    OpenOptions::new().write(true).open("/dev/full").unwrap()
}

#[test]
fn what_is_printed_goes_to_a_full_disk() {
    let folder = with_assembly("print");
    let plan = "plan --env staging --local --local-speed 6000 --only network";
    for format in ["", "--format json"] {
        let mut command = deployer(&folder, &format!("{plan} {format}"));
        let output = command.stdout(full()).output().unwrap();
        insta::allow_duplicates! {
            insta::assert_snapshot!(said(&output, FAILURE), @"
            error: can't print: No space left on device (os error 28)
              = help: make room there, or write somewhere else
            ");
        }
    }
    let output = xtask("check --env staging")
        .stdout(full())
        .output()
        .unwrap();
    insta::assert_snapshot!(said(&output, FAILURE), @"
    error: can't print: No space left on device (os error 28)
      = help: make room there, or write somewhere else
    ");
}

/// CloudFormation does not wait for the deployer's log: the deployment continues.
#[test]
fn a_deployment_goes_on_when_its_log_does_not() {
    let folder = with_assembly("log");
    let mut command = deployer(
        &folder,
        "deploy --env staging --local state --local-speed 6000 --only network",
    );
    let output = command.stdout(full()).output().unwrap();
    assert_eq!(said(&output, SUCCESS), "");
    let mut command = deployer(&folder, "status --env staging --local state --only network");
    said(&command.output().unwrap(), SUCCESS);
}

#[test]
fn a_plan_is_saved_to_a_full_disk() {
    let folder = with_assembly("plan");
    let mut command = deployer(
        &folder,
        "plan --env staging --local --local-speed 6000 --only network --out /dev/full",
    );
    let output = command.output().unwrap();
    assert!(output.stdout.is_empty());
    insta::assert_snapshot!(said(&output, FAILURE), @"
    error: can't write /dev/full: No space left on device (os error 28)
      = help: make room there, or write somewhere else
    ");
}

/// What was saved before is whole, and nothing else is there.
#[test]
fn a_plan_is_saved_whole_or_not_at_all() {
    let folder = with_assembly("whole");
    let plan = "plan --env staging --local --local-speed 6000 --only network --out plan.json";
    // What the server keeps is in memory, and what the program prints is not bounded.
    let limited = |words: &str| in_shell("ulimit -f 8; exec \"$@\"", &deployer(&folder, words));
    let names = || {
        let entries = fs::read_dir(&folder).unwrap();
        let mut names: Vec<_> = entries.map(|one| one.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let before = names();
    let text = said(&limited(plan).output().unwrap(), FAILURE);
    assert!(
        text.contains("error: can't write plan.json: File too large"),
        "{text}"
    );
    assert!(text.contains("raise the limit"), "{text}");
    assert_eq!(names(), before);

    said(&deployer(&folder, plan).output().unwrap(), SUCCESS);
    let saved = fs::read(folder.join("plan.json")).unwrap();
    let after = names();
    said(&limited(plan).output().unwrap(), FAILURE);
    assert_eq!(fs::read(folder.join("plan.json")).unwrap(), saved);
    assert_eq!(names(), after);
}

#[test]
fn a_folder_for_the_state_that_is_not_to_be_written_to() {
    let folder = with_assembly("state");
    unwritable(&folder.join("state"));
    let mut command = deployer(&folder, "deploy --env staging --local state");
    as_nobody(&mut command, &folder);
    let text = said(&command.output().unwrap(), FAILURE);
    assert_eq!(
        text.trim_end(),
        "error: the emulator can't be used: can't write `state/lock`: Permission denied (os error 13)"
    );
}

/// The state of the local CloudFormation outgrows what it may: nothing that was not kept was done,
/// the call is not made again and again, and what is there afterwards is whole.
#[test]
fn the_state_outgrows_its_disk() {
    let folder = with_assembly("outgrown");
    let words = "deploy --env staging --local state --local-speed 6000";
    let command = deployer(&folder, words);
    // In blocks of 512 bytes; the signal that comes with it would end the program.
    let limited = "trap '' XFSZ; ulimit -f 64; exec \"$@\"";
    let output = in_shell(limited, &command).output().unwrap();
    let text = said(&output, STACK_FAILED);
    let seen: Vec<&str> = text.split_whitespace().collect();
    assert!(
        seen.join(" ")
            .contains("can't write `state/journal.ndjson`: File too large"),
        "{text}"
    );
    // With free space, it continues from there.
    let output = deployer(&folder, &format!("{words} --only network"))
        .output()
        .unwrap();
    said(&output, SUCCESS);
}

#[test]
fn templates_are_written_where_something_is_in_the_way() {
    let folder = folder("synth");
    fs::write(folder.join("file"), "").unwrap();
    let mut command = xtask("synth --env staging --out");
    command.arg(folder.join("file/out"));
    let text = said(&command.output().unwrap(), FAILURE);
    assert_eq!(
        text.replace(&folder.display().to_string(), "FOLDER"),
        "error: can't write FOLDER/file/out: Not a directory (os error 20)\n"
    );
}

/// Not even the superuser makes a folder in `/sys`, whether it is mounted for reading alone, as in
/// containers, or not. Which of these words the kernel says of it depends on that.
const NOT_WRITABLE: &str = "/sys/kernel";

#[track_caller]
fn is_refused(text: &str) {
    let refusals = [
        "Read-only file system",
        "Operation not permitted",
        "Permission denied",
    ];
    assert!(
        text.contains(NOT_WRITABLE) && refusals.iter().any(|refusal| text.contains(refusal)),
        "{text}"
    );
}

#[test]
fn nothing_is_written_to_what_can_only_be_read() {
    let folder = with_assembly("read-only");
    let plan = "plan --env staging --local --local-speed 6000 --only network --out";
    let mut saved = deployer(&folder, &format!("{plan} {NOT_WRITABLE}/plan.json"));
    let saved = saved.output().unwrap();
    assert!(saved.stdout.is_empty());
    is_refused(&said(&saved, FAILURE));

    let mut state = deployer(
        &folder,
        &format!("deploy --env staging --local {NOT_WRITABLE}/state"),
    );
    is_refused(&said(&state.output().unwrap(), FAILURE));

    let mut templates = xtask(&format!("synth --env staging --out {NOT_WRITABLE}/out"));
    is_refused(&said(&templates.output().unwrap(), FAILURE));
}

/// Nothing can be built then, and cargo reports it.
#[test]
fn the_target_directory_can_only_be_read() {
    let mut command = xtask("synth --env staging");
    command.env("CARGO_TARGET_DIR", format!("{NOT_WRITABLE}/target"));
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success(), "{text}");
    assert!(!text.contains("panicked"), "{text}");
    is_refused(&text);
}

/// Where the target directory should be, there is a file.
#[test]
fn the_target_directory_is_a_file() {
    let folder = folder("target");
    fs::write(folder.join("target"), "").unwrap();
    let mut command = xtask("synth --env staging");
    command.env("CARGO_TARGET_DIR", folder.join("target"));
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success(), "{text}");
    assert!(!text.contains("panicked"), "{text}");
    assert!(
        text.contains("Not a directory") || text.contains("File exists"),
        "{text}"
    );
}

/// A disk that is too small for cargo is cargo's to tell; nothing of a synthesis is left.
#[test]
fn a_disk_that_is_too_small_to_build_on() {
    let folder = folder("small");
    let mut command = xtask("synth --env staging --out");
    command.arg(folder.join("out"));
    let limited = "trap '' XFSZ; ulimit -f 8; exec \"$@\"";
    let output = in_shell(limited, &command).output().unwrap();
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        !output.status.success() && !text.contains("panicked"),
        "{text}"
    );
    assert!(text.contains("File too large"), "{text}");
    assert!(!folder.join("out/staging").exists());
}
