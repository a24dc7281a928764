//! Every way in which what is read may not be what is committed.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use provenance::{Source, Sources, inspect};

use crate::scratch::{Scratch, checkout};

const PRODUCTION: &str = "environments/production.toml";

#[test]
fn a_clean_checkout() {
    let scratch = Scratch::repository("clean");
    // What builds leave behind.
    scratch.write("target/debug/anything.rs", "");
    let found = scratch.checkout();
    assert_eq!(found.commit, scratch.git(&["rev-parse", "HEAD"]));
    assert_eq!(found.branch.as_deref(), Some("stable"));
    assert!(found.published_on.is_empty());
    assert_eq!(found.inputs, None);
    assert!(found.changed.is_empty(), "{found:?}");
}

type Change = fn(&Scratch);

/// What is done to a clean checkout, and what has to be seen of it.
const CHANGES: &[(&str, Change, &[&str])] = &[
    (
        "an edit",
        |one| one.write(PRODUCTION, "a = 2\n"),
        &[PRODUCTION],
    ),
    (
        "an edit that was added",
        |one| {
            one.write(PRODUCTION, "a = 2\n");
            one.git(&["add", "."]);
        },
        &[PRODUCTION],
    ),
    (
        "an edit behind skip-worktree",
        |one| {
            one.git(&["update-index", "--skip-worktree", PRODUCTION]);
            one.write(PRODUCTION, "a = 2\n");
        },
        &[PRODUCTION],
    ),
    (
        "an edit behind assume-unchanged",
        |one| {
            one.git(&["update-index", "--assume-unchanged", PRODUCTION]);
            one.write(PRODUCTION, "a = 2\n");
        },
        &[PRODUCTION],
    ),
    (
        "an edit that git takes for the committed file",
        |one| {
            one.write(".git/info/attributes", "*.toml filter=hide\n");
            one.git(&["config", "filter.hide.clean", "echo a = 1"]);
            one.write(PRODUCTION, "a = 2\n");
            one.git(&["add", "."]);
        },
        &[PRODUCTION],
    ),
    (
        "other ends of lines",
        |one| {
            one.git(&["config", "core.autocrlf", "true"]);
            one.write(PRODUCTION, "a = 1\r\n");
        },
        &[PRODUCTION],
    ),
    (
        "a replaced object",
        |one| {
            let old = one.git(&["rev-parse", &format!("HEAD:{PRODUCTION}")]);
            one.write(PRODUCTION, "a = 2\n");
            let new = one.git(&["hash-object", "-w", PRODUCTION]);
            one.git(&["replace", &old, &new]);
        },
        &[PRODUCTION],
    ),
    (
        "a new file",
        |one| one.write("network-stack/build.rs", "fn main() {}"),
        &["network-stack/build.rs"],
    ),
    (
        "a new file that was added",
        |one| {
            one.write("network-stack/build.rs", "fn main() {}");
            one.git(&["add", "."]);
        },
        &["network-stack/build.rs"],
    ),
    (
        "a new folder",
        |one| one.write("more/of/it.txt", ""),
        &["more/"],
    ),
    (
        "an empty folder",
        |one| fs::create_dir(one.path().join("empty")).unwrap(),
        &[],
    ),
    (
        "ignored by the repository's rules",
        |one| one.write("acknowledgements.local.toml", ""),
        &["acknowledgements.local.toml"],
    ),
    (
        "ignored by the clone's rules",
        |one| {
            one.write(".git/info/exclude", "acknowledgements.toml\n");
            one.write("acknowledgements.toml", "");
        },
        &["acknowledgements.toml"],
    ),
    (
        "ignored by the user's rules",
        |one| {
            one.write(".git/excludes", "staging.toml\n");
            let rules = one.path().join(".git/excludes");
            one.git(&["config", "core.excludesFile", rules.to_str().unwrap()]);
            one.write("environments/staging.toml", "");
        },
        &["environments/staging.toml"],
    ),
    (
        "ignored by rules that ignore themselves",
        |one| {
            one.write("environments/.gitignore", "*\n");
            one.write("environments/staging.toml", "");
        },
        &["environments/.gitignore", "environments/staging.toml"],
    ),
    (
        "git is told that nothing is new",
        |one| {
            one.git(&["config", "status.showUntrackedFiles", "no"]);
            one.write("new.rs", "");
        },
        &["new.rs"],
    ),
    (
        "a deleted file",
        |one| fs::remove_file(one.path().join(PRODUCTION)).unwrap(),
        &[PRODUCTION],
    ),
    (
        "a sparse checkout",
        |one| {
            one.git(&["sparse-checkout", "set", "network-stack"]);
        },
        &[PRODUCTION],
    ),
    (
        "a link in the place of a file",
        |one| {
            fs::rename(one.path().join(PRODUCTION), one.path().join(".git/p.toml")).unwrap();
            symlink("../.git/p.toml", one.path().join(PRODUCTION)).unwrap();
        },
        &[PRODUCTION],
    ),
    (
        "a link in the place of a folder",
        |one| {
            let (from, to) = (one.path().join("environments"), one.path().join(".git/e"));
            fs::rename(&from, to).unwrap();
            symlink(".git/e", from).unwrap();
        },
        &["environments", PRODUCTION],
    ),
    (
        "another mode",
        |one| {
            let mode = fs::Permissions::from_mode(0o755);
            fs::set_permissions(one.path().join("run.sh"), mode).unwrap();
        },
        &["run.sh"],
    ),
    (
        "a repository inside of it",
        |one| {
            one.write("inner/a.rs", "");
            one.git(&["init", "--quiet", "inner"]);
        },
        &["inner/"],
    ),
    (
        "git's own files in a folder of the commit",
        |one| one.write("environments/.git", "gitdir: ../.git\n"),
        &["environments/.git"],
    ),
];

#[test]
fn nothing_hides_a_change() {
    for (name, change, expected) in CHANGES {
        let scratch = Scratch::repository("changed");
        change(&scratch);
        let found = match scratch.inspect() {
            Source::Checkout(found) => found.changed,
            Source::Unknown { why } => panic!("{name}: {why}"),
        };
        for path in *expected {
            assert!(found.iter().any(|one| one == path), "{name}: {found:?}");
        }
        assert_eq!(found.is_empty(), expected.is_empty(), "{name}: {found:?}");
    }
}

/// A commit may hold links. What they lead to has to be in it too.
#[test]
fn links_lead_to_what_the_commit_holds() {
    let elsewhere = Scratch::new("elsewhere");
    elsewhere.write("staging.toml", "");
    let scratch = Scratch::repository("links");
    let link = |to: &str, name: &str| symlink(to, scratch.path().join(name)).unwrap();
    link("production.toml", "environments/inside.toml");
    link("nowhere", "environments/nowhere");
    scratch.commit();
    let found = scratch.checkout();
    assert!(found.changed.is_empty(), "{found:?}");

    scratch.write("target/made.toml", "");
    let outside = elsewhere.path().join("staging.toml");
    link(outside.to_str().unwrap(), "environments/staging.toml");
    link("../target/made.toml", "environments/made.toml");
    link("..", "up");
    scratch.commit();
    assert_eq!(
        scratch.checkout().changed,
        ["environments/made.toml", "environments/staging.toml", "up"]
    );
}

#[test]
fn a_submodule_is_its_commit_or_it_is_changed() {
    let library = Scratch::repository("library");
    let scratch = Scratch::repository("super");
    let from = library.path().display().to_string();
    scratch.git(&["submodule", "--quiet", "add", &from, "library"]);
    scratch.commit();
    assert!(scratch.checkout().changed.is_empty());

    scratch.write("library/network-stack/src/lib.rs", "// other\n");
    assert_eq!(scratch.checkout().changed, ["library"]);
    // Git can be told to look away.
    scratch.git(&["config", "submodule.library.ignore", "all"]);
    assert_eq!(scratch.checkout().changed, ["library"]);

    scratch.git(&["-C", "library", "checkout", "--quiet", "--", "."]);
    assert!(scratch.checkout().changed.is_empty());
    scratch.git(&[
        "-C",
        "library",
        "commit",
        "--quiet",
        "--allow-empty",
        "-m",
        "b",
    ]);
    assert_eq!(scratch.checkout().changed, ["library"]);
}

#[test]
fn a_worktree_has_its_own_commit() {
    let scratch = Scratch::repository("main-checkout");
    let first = scratch.git(&["rev-parse", "HEAD"]);
    let mut folders = Vec::new();
    for name in ["one", "two", "three"] {
        let folder = scratch.path().join("target").join(name);
        scratch.git(&[
            "worktree",
            "add",
            "--quiet",
            "-b",
            name,
            folder.to_str().unwrap(),
        ]);
        fs::write(folder.join(PRODUCTION), name).unwrap();
        folders.push((name, folder));
    }
    // The first is committed, the second is not, and the third goes back.
    scratch.git(&[
        "-C",
        "target/one",
        "commit",
        "--quiet",
        "--all",
        "--message",
        "one",
    ]);
    scratch.git(&["-C", "target/three", "checkout", "--quiet", "--", "."]);
    let found: Vec<_> = folders
        .iter()
        .map(|(_, folder)| {
            checkout(inspect(&Sources {
                workspace: folder,
                inputs: folder,
                outputs: Vec::new(),
            }))
        })
        .collect();
    assert_ne!(found[0].commit, first);
    assert!(found[0].changed.is_empty());
    assert_eq!(
        (&found[1].commit, found[1].changed.as_slice()),
        (&first, &[PRODUCTION.to_owned()][..])
    );
    assert_eq!((&found[2].commit, found[2].changed.len()), (&first, 0));
    for (found, (name, _)) in found.iter().zip(&folders) {
        assert_eq!(found.branch.as_deref(), Some(*name));
    }
    assert!(scratch.checkout().changed.is_empty());
}

#[test]
fn input_files_of_another_repository() {
    let scratch = Scratch::repository("code");
    let other = Scratch::repository("inputs");
    let inputs = checkout(scratch.with_inputs(other.path())).inputs.unwrap();
    assert_eq!(inputs.folder, other.path());
    assert_eq!(inputs.commit, Some(other.git(&["rev-parse", "HEAD"])));
    assert!(inputs.changed.is_empty());

    other.write(PRODUCTION, "a = 2\n");
    // By way of a link too.
    let link = scratch.path().join("target");
    fs::create_dir(&link).unwrap();
    symlink(other.path(), link.join("inputs")).unwrap();
    let inputs = checkout(scratch.with_inputs(&link.join("inputs")))
        .inputs
        .unwrap();
    assert_eq!(inputs.folder, other.path());
    assert_eq!(inputs.changed, [PRODUCTION]);
}

#[test]
fn input_files_of_no_repository() {
    let scratch = Scratch::repository("code-alone");
    let loose = Scratch::new("loose");
    loose.definition("");
    let inputs = checkout(scratch.with_inputs(loose.path())).inputs.unwrap();
    assert_eq!(
        (inputs.folder.as_path(), inputs.commit),
        (loose.path(), None)
    );
}

/// Builds may leave anything in `target`; a definition there is in no commit.
#[test]
fn input_files_that_are_output() {
    let scratch = Scratch::repository("output");
    scratch.definition("target/inputs/");
    let found = checkout(scratch.with_inputs(&scratch.path().join("target/inputs")));
    assert_eq!(
        found.changed,
        [
            "target/inputs/applications.toml",
            "target/inputs/environments/production.toml"
        ]
    );
    assert_eq!(found.inputs, None);
}

#[test]
fn other_input_files_of_the_same_commit() {
    let scratch = Scratch::repository("other-inputs");
    scratch.definition("tests/definition/");
    scratch.commit();
    let found = checkout(scratch.with_inputs(&scratch.path().join("tests/definition")));
    assert!(
        found.changed.is_empty() && found.inputs.is_none(),
        "{found:?}"
    );
}

#[test]
fn a_clone_of_a_commit() {
    let origin = Scratch::repository("origin");
    origin.git(&["branch", "main"]);
    let clone = Scratch::new("clone");
    let from = origin.path().display().to_string();
    clone.git(&["clone", "--quiet", &from, "."]);
    clone.git(&["checkout", "--quiet", "--detach"]);
    let found = clone.checkout();
    assert_eq!(found.branch, None);
    let branches: Vec<&str> = found.published_on.iter().map(String::as_str).collect();
    assert_eq!(branches, ["main", "stable"]);

    // A commit that was not pushed.
    clone.commit();
    assert!(clone.checkout().published_on.is_empty());
}

#[test]
fn output_is_no_source() {
    let scratch = Scratch::repository("outputs");
    scratch.write("plan.json", "{}");
    scratch.write("release/assembly/assembly.json", "{}");
    scratch.write("network-stack/build.rs", "fn main() {}");
    assert_eq!(
        scratch.checkout().changed,
        ["network-stack/build.rs", "plan.json", "release/"]
    );
    let outputs = ["plan.json", "release", "network-stack/build.rs"];
    let found = checkout(inspect(&Sources {
        workspace: scratch.path(),
        inputs: scratch.path(),
        outputs: outputs.map(|path| scratch.path().join(path)).to_vec(),
    }));
    // What a build reads is never output.
    assert_eq!(found.changed, ["network-stack/build.rs"]);
}

#[test]
fn a_work_tree_that_is_elsewhere_is_unknown() {
    let scratch = Scratch::repository("work-tree");
    let other = Scratch::repository("other-work-tree");
    scratch.git(&["config", "core.worktree", other.path().to_str().unwrap()]);
    let Source::Unknown { why } = scratch.inspect() else {
        panic!("{:?}", scratch.inspect());
    };
    assert!(why.contains("which does not contain it"), "{why}");
}

#[test]
fn outside_of_everything() {
    let scratch = Scratch::new("outside");
    scratch.definition("");
    let Source::Unknown { why } = scratch.inspect() else {
        panic!("sources in no repository");
    };
    assert!(why.contains("not a git repository"), "{why}");
}

#[test]
fn what_changes_meanwhile_is_seen() {
    let scratch = Scratch::repository("meanwhile");
    let before = scratch.inspect();
    let same = before.clone().unless_changed(scratch.inspect());
    assert_eq!(same, before);

    scratch.write(PRODUCTION, "a = 2\n");
    let edited = scratch.inspect();
    for (one, other) in [(&before, &edited), (&edited, &before)] {
        let found = checkout(one.clone().unless_changed(other.clone()));
        assert_eq!(found.changed, [PRODUCTION]);
    }
    scratch.commit();
    let committed = before.unless_changed(scratch.inspect());
    assert!(matches!(committed, Source::Unknown { .. }), "{committed:?}");
}
