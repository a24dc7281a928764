//! The reading of a definition's files, which is the only access to the disk.

use std::io::ErrorKind;
use std::path::Path;

use super::error::InputErrors;
use super::findings::Findings;
use super::source::SourceFile;

/// The file with the applications of all environments, in the folder of the inputs.
pub const APPLICATIONS: &str = "applications.toml";

/// The folder that holds a file per environment.
pub const ENVIRONMENTS: &str = "environments";

/// The files, sorted by path. A file or folder that isn't there is left out: the
/// parser reports that it is missing.
pub(crate) fn read(directory: &Path) -> Result<Vec<SourceFile>, InputErrors> {
    let mut findings = Findings::default();
    if !directory.is_dir() {
        let help = ["the definition's directory holds `environments/` and `applications.toml`"];
        let path = directory.display().to_string();
        findings.push_file(&path, "missing directory", &help.map(str::to_owned));
    }
    let mut paths = vec![APPLICATIONS.to_owned()];
    match std::fs::read_dir(directory.join(ENVIRONMENTS)) {
        Ok(entries) => {
            for entry in entries {
                match entry {
                    Ok(entry) => {
                        let name = entry.file_name().to_string_lossy().into_owned();
                        if name.ends_with(".toml") {
                            paths.push(format!("{ENVIRONMENTS}/{name}"));
                        }
                    }
                    Err(error) => findings.push_file(ENVIRONMENTS, unreadable(&error), &[]),
                }
            }
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => findings.push_file(ENVIRONMENTS, unreadable(&error), &[]),
    }
    paths.sort();
    let mut files = Vec::new();
    for path in paths {
        match std::fs::read(directory.join(&path)) {
            Ok(content) => files.push(SourceFile { path, content }),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => findings.push_file(&path, unreadable(&error), &[]),
        }
    }
    findings.into_result(&files)?;
    Ok(files)
}

fn unreadable(error: &std::io::Error) -> String {
    format!("the file can't be read: {error}")
}
