//! What an assembly was made from, found out: git and releases.

use deploy::guard::{Expected, RELEASE_FILE, Release, Source, assembly_digest, source};

use crate::support::assembly;
use crate::support::scratch::Scratch;

const TEMPLATE: &str = "assembly/lemonade-production-network.template.json";

/// A repository with one commit on `stable`.
fn repository(name: &str) -> Scratch {
    let scratch = Scratch::new(name);
    scratch.git(&["init", "--quiet", "--initial-branch", "stable"]);
    scratch.write("a.txt", "a");
    scratch.git(&["add", "."]);
    scratch.git(&["commit", "--quiet", "--message", "a"]);
    scratch
}

fn found(scratch: &Scratch) -> Source {
    let assembly = assembly::of("production");
    source(&assembly, &scratch.path().join("assembly"), scratch.path())
}

#[test]
fn a_checkout() {
    let scratch = repository("checkout");
    let head = scratch.git(&["rev-parse", "HEAD"]);
    let Source::Checkout(checkout) = found(&scratch) else {
        panic!("no checkout");
    };
    assert_eq!(checkout.commit, head);
    assert_eq!(checkout.branch.as_deref(), Some("stable"));
    assert!(checkout.changed.is_empty());
    assert!(checkout.published_on.is_empty());

    scratch.write("a.txt", "b");
    scratch.write("new/b.txt", "b");
    let Source::Checkout(checkout) = found(&scratch) else {
        panic!("no checkout");
    };
    assert_eq!(checkout.changed, ["a.txt", "new/"]);
}

#[test]
fn what_is_made_from_the_sources_is_none_of_them() {
    let scratch = repository("output");
    let changed = |folder: &str| {
        let assembly = assembly::of("production");
        match source(&assembly, &scratch.path().join(folder), scratch.path()) {
            Source::Checkout(checkout) => checkout.changed,
            other => panic!("{other:?}"),
        }
    };
    scratch.write("release/assembly/assembly.json", "{}");
    scratch.write("release/bin/deployer", "");
    assert!(changed("release/assembly").is_empty());
    assert_eq!(changed("elsewhere"), ["release/"]);
    scratch.write("new.rs", "");
    assert_eq!(changed("release/assembly"), ["new.rs"]);
    // In a folder that the repository has, it is a change like others.
    scratch.write("release/tracked", "");
    scratch.git(&["add", "release/tracked"]);
    assert!(!changed("release/assembly").is_empty());
}

#[test]
fn a_clone_of_a_commit() {
    let origin = repository("origin");
    origin.git(&["branch", "main"]);
    let clone = Scratch::new("clone");
    let from = origin.path().display().to_string();
    clone.git(&["clone", "--quiet", &from, "."]);
    clone.git(&["checkout", "--quiet", "--detach"]);
    let Source::Checkout(checkout) = found(&clone) else {
        panic!("no checkout");
    };
    assert_eq!(checkout.branch, None);
    let branches: Vec<&str> = checkout.published_on.iter().map(String::as_str).collect();
    assert_eq!(branches, ["main", "stable"]);

    // A commit that was not pushed.
    clone.write("a.txt", "c");
    clone.git(&["commit", "--quiet", "--all", "--message", "c"]);
    let Source::Checkout(checkout) = found(&clone) else {
        panic!("no checkout");
    };
    assert!(checkout.published_on.is_empty());
    let expected = Expected::of(&assembly::of("production"));
    assert!(!checkout.is_from_branch(&expected));
}

#[test]
fn outside_of_everything() {
    let scratch = Scratch::new("outside");
    let Source::Unknown { why } = found(&scratch) else {
        panic!("sources in an empty folder");
    };
    assert!(why.contains("not a git repository"), "{why}");
}

/// A release, in a folder that is no repository.
fn released(name: &str) -> Scratch {
    let sources = repository(&format!("{name}-sources"));
    let assembly = assembly::of("production");
    let Source::Checkout(checkout) = found(&sources) else {
        panic!("no checkout");
    };
    let scratch = Scratch::new(name);
    scratch.write("assembly/assembly.json", "{}");
    scratch.write(TEMPLATE, "{}");
    let digest = assembly_digest(&scratch.path().join("assembly"), &assembly).unwrap();
    let release = Release::new(&Expected::of(&assembly), &checkout, digest);
    release.write(&scratch.path().join(RELEASE_FILE)).unwrap();
    scratch
}

#[test]
fn a_release_says_what_it_is() {
    let scratch = released("release");
    let Source::Release {
        release,
        assembly_digest,
        ..
    } = found(&scratch)
    else {
        panic!("no release");
    };
    assert_eq!(release.assembly_digest, assembly_digest);
    assert_eq!(release.branch.as_deref(), Some("stable"));
    assert!(release.clean);

    scratch.write(TEMPLATE, "{} ");
    let Source::Release {
        assembly_digest, ..
    } = found(&scratch)
    else {
        panic!("no release");
    };
    assert_ne!(release.assembly_digest, assembly_digest);
}

#[test]
fn a_release_that_cant_be_understood_is_unknown() {
    let scratch = released("unreadable");
    let with = |text: &str| {
        scratch.write(RELEASE_FILE, text);
        match found(&scratch) {
            Source::Unknown { why } => why.replace(&scratch.path().display().to_string(), "…"),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(
        with(r#"{"version": 2, "more": 1}"#),
        "…/release.json has version 2, and this program knows 1"
    );
    assert!(
        with("{").starts_with("malformed …/release.json: EOF"),
        "{}",
        with("{")
    );
    let more = r#"{"version":1,"environment":"staging","commit":"c","clean":true,"assemblyDigest":"d","more":1}"#;
    assert!(
        with(more).contains("unknown field `more`"),
        "{}",
        with(more)
    );
}

#[test]
fn a_template_that_is_missing_is_unknown() {
    let scratch = released("missing");
    std::fs::remove_file(scratch.path().join(TEMPLATE)).unwrap();
    assert!(matches!(found(&scratch), Source::Unknown { .. }));
}
