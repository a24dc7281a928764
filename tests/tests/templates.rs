//! Every template of every environment, as a snapshot: what a change changes is seen in review.
//!
//! Snapshots are YAML for reading. The stacks that each application has are reviewed once a kind of application, and each
//! application as a page of what it has otherwise: `tests/src/family.rs`. That they are complete is tested here: what is
//! deployed can be made of them again.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use cloudformation::yaml::{read_written, write};
use common::Definition;
use common::environment::EnvironmentName;
use serde_json::Value;
use tests::family::{
    NAME, applied, environment_applied, environment_page, families, page, stacks, without_digest,
};
use tests::{Synthesis, growth, synthesize, synthesized};

/// A snapshot: its folder, its name and its text.
struct Snapshot {
    folder: &'static str,
    name: String,
    text: String,
}

/// Where changes are tried first.
const BASE: EnvironmentName = EnvironmentName::Staging;

/// All snapshots of the checked-in definition.
fn snapshots() -> Vec<Snapshot> {
    let mut found = Vec::new();
    for synthesis in synthesized() {
        let shared = synthesis.assembly.stacks.iter();
        for stack in shared.filter(|stack| stack.application.is_none()) {
            found.push(Snapshot {
                folder: "templates",
                name: format!("{}__{}", synthesis.environment.name, stack.name),
                text: write(&steady(without_digest(synthesis, stack.name.as_str()))),
            });
        }
    }
    for family in families() {
        let (base, others) = base(&family.environments);
        for (stack, template) in stacks(base, NAME) {
            found.push(Snapshot {
                folder: "families",
                name: format!("{}__{stack}", family.kind),
                text: write(&template),
            });
        }
        for other in others {
            found.push(Snapshot {
                folder: "families",
                name: format!("{}__in-{}", family.kind, other.environment.name),
                text: environment_page(family, base, other),
            });
        }
    }
    found.extend(pages(synthesized()));
    found
}

/// The pages of all applications.
fn pages(definition: &[Synthesis]) -> Vec<Snapshot> {
    applications(definition)
        .iter()
        .map(|name| Snapshot {
            folder: "applications",
            name: name.clone(),
            text: page(definition, name),
        })
        .collect()
}

fn applications(definition: &[Synthesis]) -> BTreeSet<String> {
    definition
        .iter()
        .flat_map(|synthesis| &synthesis.environment.applications)
        .map(|application| application.name.to_string())
        .collect()
}

/// The environment that families are shown in, and the others.
fn base(environments: &[Synthesis]) -> (&Synthesis, Vec<&Synthesis>) {
    let is_base = |one: &&Synthesis| one.environment.name == BASE;
    let (base, others): (Vec<_>, Vec<_>) = environments.iter().partition(is_base);
    (base[0], others)
}

/// A template without the hash in the name of a launch template, which changes with all that it launches.
fn steady(mut template: Value) -> Value {
    let resources = template["Resources"].as_object_mut().into_iter().flatten();
    for (_, resource) in resources {
        if resource["Type"] == "AWS::EC2::LaunchTemplate"
            && let Some(Value::String(name)) =
                resource.pointer_mut("/Properties/LaunchTemplateName")
            && let Some((prefix, hash)) = name.rsplit_once('-')
            && hash.len() == 12
            && hash.bytes().all(|byte| byte.is_ascii_hexdigit())
        {
            *name = format!("{prefix}-[hash]");
        }
    }
    template
}

#[test]
fn templates() {
    for Snapshot { folder, name, text } in snapshots() {
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(format!("snapshots/{folder}"));
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!(name, text));
    }
}

/// What is reviewed is what is deployed.
#[test]
fn a_snapshot_is_its_template() {
    for synthesis in synthesized() {
        for (stack, template) in &synthesis.templates {
            let expected = without_digest(synthesis, stack);
            assert_eq!(
                read_written(&write(&expected)).as_ref(),
                Ok(&expected),
                "{stack}"
            );
            let mut artifacts = synthesis.assembly.stacks.iter();
            let artifact = artifacts.find(|one| one.name.as_str() == stack);
            let digest = &template["Outputs"]["DefinitionDigest"]["Value"];
            assert_eq!(
                Some(digest.as_str().unwrap()),
                artifact.map(|one| &*one.digest)
            );
        }
    }
}

/// The family and the page of an application make its templates, exactly.
#[test]
fn the_page_of_an_application_is_complete() {
    for synthesis in synthesized() {
        for name in applications(synthesized()) {
            let page = page(synthesized(), &name);
            let expected = stacks(synthesis, &name);
            assert_eq!(expected.len(), 3, "{name}");
            assert_eq!(applied(&page, synthesis, &name), expected, "{name}");
        }
    }
}

/// So do a family in one environment and its page for another one.
#[test]
fn the_page_of_a_family_is_complete() {
    for family in families() {
        let (base, others) = base(&family.environments);
        for other in others {
            let page = environment_page(family, base, other);
            let found = environment_applied(&page, base, &other.environment);
            assert_eq!(found, stacks(other, NAME), "{}", family.kind);
        }
    }
}

/// A page that is not complete is told from one that is.
#[test]
fn a_line_more_or_less_is_no_page() {
    let synthesis = &synthesized()[0];
    let name = applications(synthesized()).pop_first().unwrap();
    let page = page(synthesized(), &name);
    let expected = stacks(synthesis, &name);
    let mut value = read_written(&page).unwrap();
    let set = value["everywhere"]["service"]["set"]
        .as_object_mut()
        .unwrap();
    let first = set.keys().next().unwrap().clone();
    set.remove(&first);
    assert_ne!(
        applied(&write(&value), synthesis, &name),
        expected,
        "{first}"
    );
}

/// What an application adds to a review is a page, however many there are.
#[test]
fn twenty_applications_are_twenty_pages() {
    let definition = Definition::parse(&growth::files(20, 10)).unwrap();
    let definition: Vec<Synthesis> = definition.environments.iter().map(synthesize).collect();
    let pages = pages(&definition);
    assert_eq!(pages.len(), 20);
    for page in &pages {
        let lines = page.text.lines().count();
        assert!(
            lines <= 60,
            "{} has {lines} lines:\n{}",
            page.name,
            page.text
        );
        for synthesis in &definition {
            let expected = stacks(synthesis, &page.name);
            assert_eq!(applied(&page.text, synthesis, &page.name), expected);
        }
    }
}

/// The snapshot of a stack that is gone would look as if the stack were still there.
#[test]
fn no_snapshot_without_a_stack() {
    for folder in ["templates", "families", "applications"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots");
        let found: BTreeSet<String> = fs::read_dir(path.join(folder))
            .into_iter()
            .flatten()
            .filter_map(|entry| {
                let name = entry.unwrap().file_name().into_string().unwrap();
                name.strip_suffix(".snap").map(str::to_owned)
            })
            .collect();
        let expected: BTreeSet<String> = snapshots()
            .into_iter()
            .filter(|snapshot| snapshot.folder == folder)
            .map(|snapshot| snapshot.name)
            .collect();
        let stale: Vec<&String> = found.difference(&expected).collect();
        assert!(
            stale.is_empty(),
            "remove these from tests/tests/snapshots/{folder}: {stale:?}"
        );
    }
}
