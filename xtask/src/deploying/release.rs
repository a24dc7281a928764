//! Releases: an assembly and the program that deploys it, without sources or cargo.

use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;

use common::environment::EnvironmentName;

use super::handover::Handover;
use super::program::{DEPLOYER, run_to_completion};
use crate::Error;
use crate::cargo::{Profile, build_programs, lock_build_folder};
use crate::workspace::Workspace;
use cli_conventions::exit_code;

/// The file that marks a folder as a release.
const DESCRIPTION: &str = "release.json";

pub(crate) fn make(
    workspace: &Workspace,
    config: &Path,
    environment: EnvironmentName,
    output: &Path,
) -> Result<(), Error> {
    // Absolute, since the description is made in another folder.
    let output = &std::path::absolute(output).map_err(writing(output))?;
    let outputs = vec![output.clone()];
    let synthesized = Handover::synthesize(workspace, config, environment, outputs)?;
    let assembly = synthesized.assembly();
    // Until the program is copied.
    let _lock = lock_build_folder(workspace)?;
    let built = build_programs(workspace.root(), &[DEPLOYER], Profile::Release)?;
    let Some(program) = built.get(DEPLOYER.binary) else {
        return Err(Error::NoBinary {
            package: DEPLOYER.package.to_owned(),
        });
    };
    refuse_foreign(output)?;
    // All or nothing: staged next to it, then renamed.
    let name = output.file_name().unwrap_or_default().display();
    let staged = output.with_file_name(format!(".{name}.new"));
    remove(&staged)?;
    let written = write(&staged, assembly, program, environment).and_then(|()| {
        remove(output)?;
        fs::rename(&staged, output).map_err(writing(output))
    });
    if written.is_err() {
        // Report the first error; the next run removes what stays.
        let _ = remove(&staged);
    }
    written
}

fn write(
    output: &Path,
    assembly: &Path,
    program: &Path,
    environment: EnvironmentName,
) -> Result<(), Error> {
    let (into, bin) = (output.join("assembly"), output.join("bin"));
    for folder in [&into, &bin] {
        fs::create_dir_all(folder).map_err(writing(folder))?;
    }
    let entries = fs::read_dir(assembly).map_err(reading(assembly))?;
    for entry in entries {
        let path = entry.map_err(reading(assembly))?.path();
        // The release has its own record of the sources.
        if !path.ends_with(provenance::FILE_NAME) {
            copy(&path, &into)?;
        }
    }
    copy(program, &bin)?;

    // Last, by the program that will read it.
    let mut describe = Command::new(program);
    describe
        .arg("describe-release")
        .args(["--env", environment.as_str()])
        .arg("--assembly")
        .arg(assembly)
        .arg("--output")
        .arg(output.join(DESCRIPTION));
    match run_to_completion(describe)? {
        exit_code::SUCCESS => Ok(()),
        _ => Err(Error::Release),
    }
}

fn remove(folder: &Path) -> Result<(), Error> {
    match fs::remove_dir_all(folder) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => Err(writing(folder)(source)),
        _ => Ok(()),
    }
}

/// Only an older release is replaced.
fn refuse_foreign(output: &Path) -> Result<(), Error> {
    let occupied = match fs::read_dir(output) {
        Ok(mut entries) => entries.next().is_some(),
        Err(source) if source.kind() == io::ErrorKind::NotFound => false,
        Err(source) => return Err(reading(output)(source)),
    };
    if occupied && !output.join(DESCRIPTION).is_file() {
        return Err(Error::NotARelease {
            path: output.to_owned(),
        });
    }
    Ok(())
}

fn copy(file: &Path, folder: &Path) -> Result<(), Error> {
    let to = folder.join(file.file_name().unwrap_or_default());
    fs::copy(file, &to).map(drop).map_err(writing(&to))
}

fn writing(path: &Path) -> impl FnOnce(io::Error) -> Error {
    let path = path.to_owned();
    move |source| Error::Write { path, source }
}

fn reading(path: &Path) -> impl FnOnce(io::Error) -> Error {
    let path = path.to_owned();
    move |source| Error::Read { path, source }
}
