//! `cargo xtask review`, of the definition as it is and an edit.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use cli_conventions::exit_code;
use tests::binaries::run;
use tests::{root, sample};

/// A copy of the input files with an edit, for one test.
fn proposal(test: &str, file: &str, from: &str, to: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("review")
        .join(test);
    let _ = fs::remove_dir_all(&folder);
    for name in sample::FILES {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let text = fs::read_to_string(root().join(name)).unwrap();
        let edited = if name == file {
            text.replacen(from, to, 1)
        } else {
            text.clone()
        };
        assert_eq!(name == file, edited != text, "{name}");
        fs::write(path, edited).unwrap();
    }
    folder
}

fn review(config: &Path, options: &[&str]) -> Output {
    let config = config.to_str().unwrap();
    let arguments = ["review", "--base=HEAD", "--env=staging", "--config", config];
    run("xtask", &[&arguments, options].concat())
}

/// What was printed, in one line, so that no width breaks what is looked for.
fn printed(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stdout);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The line of the first occurrence, from 1.
fn line_of(text: &str, file: &Path) -> usize {
    let content = fs::read_to_string(file).unwrap();
    content
        .lines()
        .position(|line| line.starts_with(text))
        .unwrap()
        + 1
}

#[test]
fn a_change_is_told_with_the_line_that_causes_it() {
    let file = "environments/staging.toml";
    let config = proposal("retention", file, "\nlogs_days = ", "\nlogs_days = 1 # ");
    let forms = config.join("forms");
    let output = review(&config, &["--out", forms.to_str().unwrap()]);
    let said = printed(&output);
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(
        said.contains("log lines older than 1 days are deleted"),
        "{said}"
    );
    let place = format!("{file}:{}", line_of("logs_days", &config.join(file)));
    assert!(said.contains(&place), "{place}: {said}");
    // A person applies one of the stacks that change.
    assert!(
        said.contains("before deploying: cargo xtask bootstrap --env staging"),
        "{said}"
    );
    assert!(said.contains("settles in 1 pass"), "{said}");
    let json: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(forms.join("report.json")).unwrap()).unwrap();
    assert_eq!(json["version"], 1);
    let markdown = fs::read_to_string(forms.join("report.md")).unwrap();
    assert!(
        markdown.contains("log lines older than 1 days are deleted"),
        "{markdown}"
    );
}

#[test]
fn a_proposal_that_is_no_definition_is_told_with_its_mistake() {
    let config = proposal(
        "refused",
        "environments/staging.toml",
        "min = ",
        "min = 0 # ",
    );
    let output = review(&config, &["--require-acknowledged"]);
    let said = printed(&output);
    assert_eq!(
        output.status.code(),
        Some(i32::from(exit_code::BLOCKED)),
        "{said}"
    );
    assert!(
        said.contains("staging: refused: the proposal is not a valid definition"),
        "{said}"
    );
    assert!(said.contains("environments/staging.toml"), "{said}");
}
