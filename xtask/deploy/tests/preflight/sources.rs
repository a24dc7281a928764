//! What an assembly was made from, as its folder says: records and releases.

use deploy::preflight::{
    Checkout, ExpectedTarget, RELEASE_FILE, Release, Source, assembly_digest, source,
};
use provenance::Record;

use test_support::{Scratch, assembly};

const TEMPLATE: &str = "assembly/lemonade-production-network.template.json";

fn found(scratch: &Scratch) -> Source {
    source(
        &assembly::of("production"),
        &scratch.path().join("assembly"),
    )
}

/// An assembly's files, in a folder that is no repository.
fn assembled(name: &str) -> Scratch {
    let scratch = Scratch::new(name);
    scratch.write("assembly/assembly.json", "{}");
    scratch.write(TEMPLATE, "{}");
    scratch
}

fn checkout() -> provenance::Checkout {
    provenance::Checkout {
        commit: "c".repeat(40),
        branch: Some("stable".to_owned()),
        changed: vec!["a.rs".to_owned()],
        ..provenance::Checkout::default()
    }
}

/// An assembly with the record of its synthesis.
fn recorded(name: &str, source: provenance::Source) -> Scratch {
    let scratch = assembled(name);
    let folder = scratch.path().join("assembly");
    let record = Record::new(&folder, &assembly::of("production"), source).unwrap();
    record.write(&folder).unwrap();
    scratch
}

#[test]
fn a_record_says_what_was_synthesized() {
    let scratch = recorded("record", provenance::Source::Checkout(checkout()));
    let Source::Checkout(found) = found(&scratch) else {
        panic!("no checkout");
    };
    assert_eq!(found.commit, "c".repeat(40));
    assert_eq!(found.branch.as_deref(), Some("stable"));
    assert_eq!(found.changed, ["a.rs"]);
    let source = Source::Checkout(found);
    assert_eq!(source.version(), Some(format!("{}-dirty", "c".repeat(40))));

    let why = "no repository".to_owned();
    let scratch = recorded("unknown", provenance::Source::Unknown { why: why.clone() });
    assert_eq!(super::sources::found(&scratch), Source::Unknown { why });
}

#[test]
fn a_record_is_of_the_files_that_it_was_written_for() {
    let scratch = recorded("altered", provenance::Source::Checkout(checkout()));
    scratch.write(TEMPLATE, "{} ");
    let Source::Unknown { why } = found(&scratch) else {
        panic!("an altered assembly is believed");
    };
    assert!(
        why.contains("was changed since it was synthesized"),
        "{why}"
    );
}

/// Not even in a clean checkout of the branch: nothing ties the two together.
#[test]
fn an_assembly_that_says_nothing_is_unknown_wherever_it_is() {
    let scratch = assembled("silent");
    scratch.git(&["init", "--quiet", "--initial-branch", "stable"]);
    scratch.git(&["add", "."]);
    scratch.git(&["commit", "--quiet", "--message", "a"]);
    let Source::Unknown { why } = found(&scratch) else {
        panic!("an assembly without a record is believed");
    };
    assert!(
        why.contains("is of no release, and holds no source.json"),
        "{why}"
    );
}

/// A release, in a folder that is no repository.
fn released(name: &str) -> Scratch {
    let scratch = assembled(name);
    let assembly = assembly::of("production");
    let digest = assembly_digest(&scratch.path().join("assembly"), &assembly).unwrap();
    let checkout = Checkout {
        commit: "c".repeat(40),
        branch: Some("stable".to_owned()),
        ..Checkout::default()
    };
    let release = Release::new(&ExpectedTarget::of(&assembly), &checkout, digest);
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
