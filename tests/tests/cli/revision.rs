//! Revisions that name no commit.

use tests::binaries::run;

use crate::stderr;

#[test]
fn a_revision_that_is_none_is_refused() {
    let calls = [
        ["rollback", "--env=staging", "--to=nonsense"],
        ["diff", "--env=staging", "--base=nonsense"],
        // Not a flag of git.
        ["diff", "--env=staging", "--base=--all"],
        ["review", "--env=staging", "--base=nonsense"],
    ];
    for arguments in calls {
        let output = run("xtask", &arguments);
        let (_, revision) = arguments[2].split_once('=').unwrap();
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{said}");
        let expected = format!("error: `{revision}` names no commit of this repository\n");
        assert!(said.starts_with(&expected), "{said}");
    }
}
