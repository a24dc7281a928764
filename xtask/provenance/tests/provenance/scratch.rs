//! Repositories that are gone after the test.

use std::ops::Deref;
use std::path::Path;

use provenance::{Checkout, Source, Sources, inspect};

/// A folder, and what provenance says of it.
#[derive(Debug)]
pub(crate) struct Scratch(test_support::Scratch);

impl Deref for Scratch {
    type Target = test_support::Scratch;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl Scratch {
    pub(crate) fn new(name: &str) -> Self {
        Self(test_support::Scratch::new(name))
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

    /// Input files below a folder.
    pub(crate) fn definition(&self, folder: &str) {
        self.write(&format!("{folder}applications.toml"), "# none\n");
        self.write(&format!("{folder}environments/production.toml"), "a = 1\n");
    }

    pub(crate) fn commit(&self) -> String {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", "a"]);
        self.git(&["rev-parse", "HEAD"])
    }

    pub(crate) fn inspect(&self) -> Source {
        self.with_inputs(self.path())
    }

    pub(crate) fn with_inputs(&self, inputs: &Path) -> Source {
        inspect(&Sources {
            workspace: self.path(),
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
