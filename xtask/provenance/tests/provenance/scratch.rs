//! Repositories that are gone after the test.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use provenance::{Checkout, Source, Sources, inspect};

/// A folder of a test's own, outside of any repository.
#[derive(Debug)]
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    pub(crate) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("provenance-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path.canonicalize().unwrap())
    }

    /// A repository with one commit on `stable`: code, and the input files.
    pub(crate) fn repository(name: &str) -> Self {
        let scratch = Self::new(name);
        scratch.git(&["init", "--quiet", "--initial-branch", "stable"]);
        scratch.definition("");
        scratch.write("network-stack/src/lib.rs", "// code\n");
        scratch.write("run.sh", "#!/bin/sh\n");
        scratch.write(".gitignore", "/target\n*.local.toml\n");
        scratch.commit();
        scratch
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// Input files below a folder.
    pub(crate) fn definition(&self, folder: &str) {
        self.write(&format!("{folder}applications.toml"), "# none\n");
        self.write(&format!("{folder}environments/production.toml"), "a = 1\n");
    }

    pub(crate) fn write(&self, file: &str, text: &str) {
        let path = self.0.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn commit(&self) -> String {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", "a"]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// Runs git in it, without the user's settings.
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        let output = Command::new("git")
            .current_dir(&self.0)
            .args(["-c", "user.name=t", "-c", "user.email=t@example.com"])
            .args(["-c", "protocol.file.allow=always"])
            .args(arguments)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_SYSTEM", "/dev/null")
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "git {arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    pub(crate) fn inspect(&self) -> Source {
        self.with_inputs(&self.0)
    }

    pub(crate) fn with_inputs(&self, inputs: &Path) -> Source {
        inspect(&Sources {
            workspace: &self.0,
            inputs,
            outputs: Vec::new(),
        })
    }

    #[track_caller]
    pub(crate) fn checkout(&self) -> Checkout {
        checkout(self.inspect())
    }
}

#[track_caller]
pub(crate) fn checkout(source: Source) -> Checkout {
    match source {
        Source::Checkout(checkout) => checkout,
        Source::Unknown { why } => panic!("{why}"),
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
