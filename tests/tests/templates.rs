//! Every template of every environment, as a snapshot: what a change changes is seen in review.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use common::template::indented;
use tests::synthesized;

/// The names of the snapshots with the texts.
fn snapshots() -> Vec<(String, String)> {
    let mut snapshots = Vec::new();
    for synthesis in synthesized() {
        for stack in &synthesis.assembly.stacks {
            let template = stack.template.as_deref().unwrap();
            // The digest changes with everything else: it would only make reviews longer.
            let text = indented(template).replace(&stack.digest, "[digest]");
            snapshots.push((
                format!("{}__{}", synthesis.environment.name, stack.name),
                text,
            ));
        }
    }
    snapshots
}

#[test]
fn templates() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("snapshots/templates");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for (name, text) in snapshots() {
            insta::assert_snapshot!(name, text);
        }
    });
}

/// The snapshot of a stack that is gone would look as if the stack were still there.
#[test]
fn no_snapshot_without_a_stack() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots/templates");
    let found: BTreeSet<String> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let name = entry.unwrap().file_name().into_string().unwrap();
            name.strip_suffix(".snap").map(str::to_owned)
        })
        .collect();
    let expected: BTreeSet<String> = snapshots().into_iter().map(|(name, _)| name).collect();
    let stale: Vec<&String> = found.difference(&expected).collect();
    assert!(
        stale.is_empty(),
        "remove these from tests/tests/snapshots/templates: {stale:?}"
    );
}
