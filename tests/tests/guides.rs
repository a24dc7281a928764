//! The guides and CONTRIBUTING.md, executed.

use std::collections::BTreeSet;
use std::fs;

use tests::guide::Copy;
use tests::root;

/// Guides that are followed in one copy.
const TOGETHER: [&str; 2] = ["add-a-stack.md", "add-an-application.md"];

/// Changes what every crate depends on, so it has its own copy.
const APART: &str = "add-a-resource-type.md";

/// Guides that deploy, whose steps the tests of the deploy engine cover.
const OF_DEPLOYING: [&str; 11] = [
    "deploy.md",
    "disaster-recovery.md",
    "drift.md",
    "exports.md",
    "inception.md",
    "promote.md",
    "recover.md",
    "rehearse.md",
    "review.md",
    "roll-back.md",
    "switch-ingress.md",
];

#[test]
fn every_guide_is_followed() {
    let found: BTreeSet<String> = fs::read_dir(root().join("docs/guides"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let followed = TOGETHER
        .into_iter()
        .chain([APART])
        .chain(OF_DEPLOYING)
        .map(str::to_owned)
        .collect();
    assert_eq!(found, followed);
}

/// One after the other, in one build folder: each begins with the workspace as it is.
#[test]
fn guides_are_true() {
    for guide in TOGETHER {
        Copy::fresh("together").follow(guide);
    }
    Copy::fresh("together").follow_section("CONTRIBUTING.md", "Add a deploying verb");
}

/// The generator reads packages that `cargo xtask test` fetches; a test uses no network.
#[test]
fn a_resource_type_is_added() {
    let packages = root().join("target/schemas");
    assert!(
        packages.is_dir(),
        "there are no schema packages; `cargo xtask test` brings them"
    );
    let copy = Copy::fresh("resource-type");
    let link = copy.root().join("target/schemas");
    if !link.exists() {
        fs::create_dir_all(link.parent().unwrap()).unwrap();
        std::os::unix::fs::symlink(fs::canonicalize(packages).unwrap(), link).unwrap();
    }
    copy.follow(APART);
}
