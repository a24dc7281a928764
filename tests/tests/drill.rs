//! The disaster drill, and the guide that is its transcript.

use std::fmt::Write as _;
use std::fs;

use common::assembly::Assembly;
use common::environment::EnvironmentName;
use rehearsal::disaster::{Story, drill, lose_a_zone, transcript};
use serde_json::{Value, json};
use tests::generated::assert_generated;
use tests::{Synthesis, root, sample, synthesized};

const GUIDE: &str = "docs/guides/disaster-recovery.md";
const BEGIN: &str = "<!-- cargo xtask drill --env staging --local -->\n```text\n";
const END: &str = "```\n";

fn of(all: &[Synthesis], environment: EnvironmentName) -> &Synthesis {
    all.iter()
        .find(|one| one.assembly.environment == environment)
        .unwrap()
}

fn told(synthesis: &Synthesis) -> (Story, String) {
    let story = drill(&synthesis.assembly).unwrap_or_else(|error| panic!("{error}"));
    let zone = lose_a_zone(&synthesis.environment).unwrap_or_else(|error| panic!("{error}"));
    let text = transcript::text(&story, &zone);
    (story, text)
}

/// With `UPDATE_DOCS=1` the guide is written instead; look at it before you commit it.
#[test]
fn the_guide_is_up_to_date() {
    let (_, text) = told(of(sample(), EnvironmentName::Staging));
    let path = root().join(GUIDE);
    let guide = fs::read_to_string(&path).unwrap();
    let (before, rest) = guide.split_once(BEGIN).unwrap();
    let (written, after) = rest.split_once(END).unwrap();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, format!("{before}{BEGIN}{text}{END}{after}")).unwrap();
        return;
    }
    assert!(
        written == text,
        "{GUIDE} is not what the drill tells any more: `UPDATE_DOCS=1 cargo test -p tests --test \
         drill`, and look at the difference\n{text}"
    );
    // What is there to be copied stays whole.
    let fits = |line: &str| line.chars().count() <= 80 || line.trim().split(' ').count() == 1;
    assert!(text.lines().all(fits));
}

/// Whatever has no name is taken over, and the rebuild takes little more than its longest chain.
#[test]
fn every_environment_comes_back() {
    for environment in EnvironmentName::ALL {
        let synthesis = of(synthesized(), environment);
        let (story, _) = told(synthesis);
        let places: Vec<&str> = story.taken_over.keys().map(String::as_str).collect();
        for place in ["network/DataKey", "bootstrap/ArtifactKey"] {
            assert!(places.contains(&place), "{environment}: {places:?}");
        }
        assert!(
            places
                .iter()
                .any(|place| place.starts_with("network/NatAddress")),
            "{environment}: {places:?}"
        );
        assert_eq!(story.images.len(), synthesis.environment.applications.len());
        let rebuild = story
            .acts
            .iter()
            .find(|act| act.title == "rebuild")
            .unwrap();
        assert!(
            rebuild.took * 100 <= rebuild.critical * 125,
            "{environment}: {} of {}",
            rebuild.critical,
            rebuild.took
        );
    }
}

/// The environment with another template of the cluster.
fn with_cluster(assembly: &Assembly, change: impl FnOnce(&mut Value)) -> Assembly {
    let mut assembly = assembly.clone();
    let ecs = assembly.stacks.iter_mut().find(|stack| stack.id == "ecs");
    let template = &mut ecs.unwrap().template;
    let mut value: Value = serde_json::from_str(template.as_deref().unwrap()).unwrap();
    change(&mut value["Resources"]);
    *template = Some(value.to_string().as_str().into());
    assembly
}

/// How long destroying takes, in minutes.
fn minutes_to_destroy(assembly: &Assembly) -> u64 {
    let story = drill(assembly).unwrap_or_else(|error| panic!("{error}"));
    let mut acts = story.acts.iter();
    acts.find(|act| act.title == "destroy").unwrap().took / 60_000
}

/// Machines leave within minutes, because the hook of managed draining is taken off; that this is what
/// does it shows in what would happen without.
#[test]
fn machines_do_not_hold_a_destruction_up() {
    let mut table = String::from(
        "| environment | as it is | without `DrainingHook` | without managed draining |\n\
         | --- | --- | --- | --- |\n",
    );
    for synthesis in sample() {
        let assembly = &synthesis.assembly;
        let as_it_is = minutes_to_destroy(assembly);
        let held_up = minutes_to_destroy(&with_cluster(assembly, |resources| {
            resources.as_object_mut().unwrap().remove("DrainingHook");
            let provider = resources["CapacityProvider"].as_object_mut().unwrap();
            provider.remove("DependsOn");
        }));
        let undrained = minutes_to_destroy(&with_cluster(assembly, |resources| {
            resources["CapacityProvider"]["Properties"]["AutoScalingGroupProvider"]["ManagedDraining"] =
                json!("DISABLED");
        }));
        assert!(as_it_is < 20, "{as_it_is}");
        assert!(held_up > 60, "{held_up}");
        writeln!(
            table,
            "| {} | {as_it_is} min | {held_up} min | {undrained} min |",
            assembly.environment
        )
        .unwrap();
    }
    assert_generated("docs/guides/disaster-recovery.md", "draining", &table);
}
