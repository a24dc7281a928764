//! Sample assemblies, and the program.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use common::resources::sns::Topic;
use common::template::Template;
use serde_json::json;

/// An empty folder for one test.
pub(crate) fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("cli")
        .join(test);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// A folder with the assembly of an environment below it, in `assembly`: one stack of one topic.
pub(crate) fn with_assembly(test: &str, environment: &str) -> PathBuf {
    let folder = folder(test);
    let assembly = folder.join("assembly");
    fs::create_dir(&assembly).unwrap();
    let name = format!("lemonade-{environment}-network");
    let mut template = Template::new("A topic");
    template.add("Topic", Topic::new());
    let template = template.check().unwrap();
    let list = json!({
        "version": 1,
        "environment": environment,
        "account": "444455556666",
        "region": "eu-west-1",
        "branch": "next",
        "order": [[name]],
        "stacks": [{
            "name": name,
            "id": "network",
            "crate": "network-stack",
            "environment": environment,
            "digest": template.digest(),
            "bytes": template.minified().len(),
            "resources": 1,
            "quotas": {},
            "tags": {},
            "terminationProtection": false,
        }],
    });
    fs::write(assembly.join("assembly.json"), list.to_string()).unwrap();
    let file = assembly.join(format!("{name}.template.json"));
    fs::write(file, template.minified()).unwrap();
    folder
}

/// Runs the program in a folder, without a terminal and without credentials.
pub(crate) fn deployer(folder: &Path, words: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_deployer"))
        .args(words.split_whitespace())
        .current_dir(folder)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// What it complained of, with the exit code that it has to give.
pub(crate) fn complaint(output: &Output, code: u8) -> String {
    let complaint = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(output.status.code(), Some(code.into()), "{complaint}");
    assert!(output.stdout.is_empty(), "{output:?}");
    complaint
}
