//! `applications list` and `applications add`.

use std::fs;
use std::path::Path;
use std::process::Output;

use tests::binaries::run;

use crate::{files, inputs, stderr, stdout};

fn applications(config: &Path, arguments: &[&str]) -> Output {
    let config = ["--config", config.to_str().unwrap()];
    run("xtask", &[&["applications"], arguments, &config].concat())
}

fn refused(output: &Output) -> &str {
    let code = Some(i32::from(cli_conventions::exit_code::INPUT));
    assert_eq!(output.status.code(), code, "{}", stderr(output));
    stderr(output)
}

#[test]
fn they_are_listed() {
    let config = inputs("applications-list");
    let output = applications(&config, &["list"]);
    let text = stdout(&output);
    assert!(
        text.lines().all(|line| line.chars().count() <= 80),
        "{text}"
    );
    insta::assert_snapshot!("applications-list", text);
    let output = applications(&config, &["list", "--env", "staging", "--format", "json"]);
    insta::assert_snapshot!("applications-list-json", stdout(&output));
}

#[test]
fn one_is_added_and_the_rest_stays() {
    let config = inputs("applications-add");
    let path = config.join("applications.toml");
    let before = fs::read_to_string(&path).unwrap();
    let there = files(&config);
    let words = "add shop --repository lemonade/shop --host shop";
    let output = applications(&config, &words.split(' ').collect::<Vec<_>>());
    insta::assert_snapshot!("applications-add", stdout(&output));
    let after = fs::read_to_string(&path).unwrap();
    let added = after.strip_prefix(&before).unwrap();
    assert!(stdout(&output).starts_with(added.trim_start()), "{added}");
    assert_eq!(files(&config), there);
    assert!(stdout(&applications(&config, &["list"])).contains("shop.lemonade.example"));
}

/// The rule for all paths of the host would be asked first.
#[test]
fn paths_of_another_host_come_before_it() {
    let config = inputs("applications-path");
    let words = "add shop --repository lemonade/shop --host www --path /shop/*";
    let output = applications(&config, &words.split(' ').collect::<Vec<_>>());
    assert!(stdout(&output).contains("\npriority = 90\n"));
}

#[test]
fn a_worker_has_no_ingress() {
    let config = inputs("applications-worker");
    let words = "add jobs --repository lemonade/jobs --no-ingress --memory 1024";
    let output = applications(&config, &words.split(' ').collect::<Vec<_>>());
    assert!(!stdout(&output).contains("ingress"));
    assert!(stdout(&output).contains("\nmemory = 1024\n"));
}

#[test]
fn what_would_be_refused_is_not_written() {
    let config = inputs("applications-refused");
    let path = config.join("applications.toml");
    let before = fs::read(&path).unwrap();
    let there = files(&config);
    let words = "add web --repository lemonade/web --host shop";
    let output = applications(&config, &words.split(' ').collect::<Vec<_>>());
    insta::assert_snapshot!("applications-add-existing", refused(&output));
    let words = "add shop --repository lemonade --host Shop --memory 1";
    let output = applications(&config, &words.split(' ').collect::<Vec<_>>());
    let message = refused(&output);
    for place in ["applications.toml:", "memory", "Shop"] {
        assert!(message.contains(place), "{place}: {message}");
    }
    assert_eq!(fs::read(&path).unwrap(), before);
    assert_eq!(files(&config), there);
}
