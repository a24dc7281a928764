//! Each file of `scenarios/` is a small world; the plan for it is a snapshot of the same name.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use cloudformation::StackName;
use deploy::observe::Need;

use crate::support::{Scenario, planned};

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/plan/scenarios");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
}

/// Every scenario, planned twice, and compared with its snapshot.
#[test]
fn every_scenario_is_planned_as_its_snapshot_says() {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for file in files() {
            let name = file.file_stem().unwrap().to_str().unwrap().to_owned();
            let scenario = Scenario::read(&std::fs::read_to_string(&file).unwrap());
            insta::assert_snapshot!(name, text(&scenario));
        }
    });
}

fn text(scenario: &Scenario) -> String {
    let (assembly, cloud) = (scenario.assembly(), scenario.cloud());
    let request = scenario.request();
    let (plan, rounds) = planned(&cloud, &assembly, &request, scenario.destroy);
    let (again, _) = planned(&cloud, &assembly, &request, scenario.destroy);
    assert_eq!(plan, again);

    let mut text = format!("{}\n\n", scenario.about);
    for round in rounds {
        let needs: Vec<String> = round.iter().map(need).collect();
        writeln!(text, "looks at {}", needs.join(", ")).unwrap();
    }
    write!(text, "{plan}").unwrap();
    text
}

fn need(need: &Need) -> String {
    match need {
        Need::Template(stack) => format!("the template of {stack}"),
        Need::Importers(export) => format!("the importers of {export}"),
        Need::ExternalStack(stack) => format!("whether {stack} is there"),
        Need::StackPolicy(stack) => format!("the policy of {stack}"),
        Need::DeletedStacks(stacks) => {
            let names: Vec<&StackName> = stacks.iter().collect();
            format!("whether {} ran", names.join(", "))
        }
        Need::Orphans(stacks) => {
            let names: Vec<&StackName> = stacks.keys().collect();
            format!("what {} left", names.join(", "))
        }
        Need::FailedCreations(stacks) => {
            let names: Vec<&StackName> = stacks.keys().collect();
            format!("what failed creations left of {}", names.join(", "))
        }
    }
}

/// Every action, and every finding that a plan can have, is in some scenario.
#[test]
fn scenarios_cover_every_action_and_every_finding() {
    let mut missing: BTreeSet<String> = [
        "resource-replaced",
        "resource-removed",
        "resource-retained",
        "orphan-found",
        "retention-lifted",
        "protected-stack-deleted",
        "permissions-broadened",
        "security-group-opened",
        "unique-taken",
        "prerequisite-missing",
        "attached-elsewhere",
        "deletion-refused",
        "resource-moved",
        "export-changed",
        "export-kept",
        "stack-undefined",
        "parameter-missing",
        "stack-missing",
        "export-missing",
        "stack-stuck",
        "stack-busy",
        "foreign-stack",
        "applied-by-a-person",
        "create",
        "update",
        "delete",
        "unchanged",
        "protect",
        "recover",
        "blocked",
        "skipped",
    ]
    .map(ToOwned::to_owned)
    .into();
    for file in files() {
        let scenario = Scenario::read(&std::fs::read_to_string(&file).unwrap());
        let (assembly, cloud) = (scenario.assembly(), scenario.cloud());
        let (plan, _) = planned(&cloud, &assembly, &scenario.request(), scenario.destroy);
        for finding in &plan.findings {
            missing.remove(finding.code.as_str());
        }
        for stack in &plan.stacks {
            missing.remove(&stack.action.to_string());
        }
    }
    assert!(missing.is_empty(), "{missing:?}");
}
