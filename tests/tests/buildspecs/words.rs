//! The text of buildspecs and scripts.

use std::fs;

use clap::Parser as _;
use tests::root;

use crate::support::yaml;

/// The scripts call the command line as it is: every call of it can be read. `deployer` takes the
/// words of the verbs that `cargo xtask` hands on.
#[test]
fn every_call_of_the_command_line_can_be_read() {
    let digest = format!("sha256:{}", "0a".repeat(32));
    let mut calls = 0;
    for entry in fs::read_dir(root().join("buildspecs")).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        for line in text.lines() {
            let line = line.trim_start_matches([' ', '-']);
            let Some(words) = ["cargo xtask ", "./bin/deployer ", "\"$deployer\" "]
                .iter()
                .find_map(|program| line.strip_prefix(program))
            else {
                continue;
            };
            let words = words
                .split(['|', '>'])
                .next()
                .unwrap()
                .replace("$environment", "staging")
                .replace("$from", "next")
                .replace("$ENVIRONMENT", "staging")
                .replace("$APPLICATION", "web")
                .replace("$digest", &digest)
                .replace("$assembly", "assembly")
                .replace(" \"$@\"", " --only cicd")
                .replace('"', "");
            let words: Vec<&str> = std::iter::once("xtask")
                .chain(words.split_whitespace())
                .collect();
            // What follows a deploying verb is parsed by the program that deploys.
            let read = xtask::command()
                .try_get_matches_from(&words)
                .and_then(|matches| match matches.subcommand_name() {
                    Some("synth" | "check" | "test" | "release" | "snapshots") => Ok(()),
                    _ => deploy::cli::Cli::try_parse_from(&words).map(drop),
                });
            if let Err(error) = read {
                panic!("{}: {line}\n{error}", path.display());
            }
            calls += 1;
        }
    }
    assert!(calls >= 8, "only {calls} calls were found");
}

/// The image's own version changes unasked. Tests and checks take Python, and fetch with npm. The script of
/// the deployment runs with any.
#[test]
fn what_takes_python_says_which() {
    let buildspec = yaml("buildspecs/check.yml");
    let versions = &buildspec["phases"]["install"]["runtime-versions"];
    for runtime in ["python", "nodejs"] {
        let version = versions[runtime].as_str();
        let version = version.unwrap_or_else(|| panic!("{runtime}"));
        assert!(version.starts_with(|first: char| first.is_ascii_digit()));
    }
}
