//! The disaster drill, and the guide that is its transcript.

use std::fmt::Write as _;
use std::sync::LazyLock;

use common::assembly::Assembly;
use common::environment::EnvironmentName;
use rehearsal::disaster::{DrillReport, drill, simulate_zone_loss, transcript};
use serde_json::{Value, json};
use tests::generated::assert_generated;
use tests::{Synthesis, sample, synthesized};

const GUIDE: &str = "docs/guides/disaster-recovery.md";

fn of(all: &[Synthesis], environment: EnvironmentName) -> &Synthesis {
    all.iter()
        .find(|one| one.assembly.environment == environment)
        .unwrap()
}

fn run(synthesis: &Synthesis) -> (DrillReport, String) {
    let report = drill(&synthesis.assembly).unwrap_or_else(|error| panic!("{error}"));
    let zone_loss =
        simulate_zone_loss(&synthesis.environment).unwrap_or_else(|error| panic!("{error}"));
    let text = transcript::text(&report, &zone_loss);
    (report, text)
}

/// The only test that writes the guide.
#[test]
fn the_guide_is_up_to_date() {
    let (_, text) = run(of(sample(), EnvironmentName::Staging));
    // Whatever is meant to be copied stays on one line.
    let fits = |line: &str| line.chars().count() <= 80 || line.trim().split(' ').count() == 1;
    assert!(text.lines().all(fits));
    assert_generated(GUIDE, "transcript", &format!("```text\n{text}```\n"));

    let mut table = String::from(
        "| environment | as it is | without `DrainingHook` | without managed draining |\n\
         | --- | --- | --- | --- |\n",
    );
    for (environment, [as_it_is, held_up, undrained]) in destruction_times() {
        writeln!(
            table,
            "| {environment} | {as_it_is} min | {held_up} min | {undrained} min |"
        )
        .unwrap();
    }
    assert_generated(GUIDE, "draining", &table);
}

/// Resources without a name are imported by their ids, and the rebuild takes little longer than its critical path.
#[test]
fn every_environment_comes_back() {
    for environment in EnvironmentName::ALL {
        let synthesis = of(synthesized(), environment);
        let (report, _) = run(synthesis);
        let places: Vec<&str> = report.imported_by_id.keys().map(String::as_str).collect();
        for place in ["network/DataKey", "bootstrap/ArtifactKey"] {
            assert!(places.contains(&place), "{environment}: {places:?}");
        }
        assert!(
            places
                .iter()
                .any(|place| place.starts_with("network/NatAddress")),
            "{environment}: {places:?}"
        );
        assert_eq!(
            report.images.len(),
            synthesis.environment.applications.len()
        );
        let mut phases = report.phases.iter();
        let rebuild = phases.find(|phase| phase.title == "rebuild").unwrap();
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
    let report = drill(assembly).unwrap_or_else(|error| panic!("{error}"));
    let mut phases = report.phases.iter();
    let destroy = phases.find(|phase| phase.title == "destroy").unwrap();
    destroy.took / 60_000
}

/// For each environment: as it is, without the hook that ends draining, and without managed draining.
fn destruction_times() -> &'static [(EnvironmentName, [u64; 3])] {
    static ALL: LazyLock<Vec<(EnvironmentName, [u64; 3])>> = LazyLock::new(|| {
        let times = |synthesis: &Synthesis| {
            let assembly = &synthesis.assembly;
            let held_up = with_cluster(assembly, |resources| {
                resources.as_object_mut().unwrap().remove("DrainingHook");
                let provider = resources["CapacityProvider"].as_object_mut().unwrap();
                provider.remove("DependsOn");
            });
            let undrained = with_cluster(assembly, |resources| {
                resources["CapacityProvider"]["Properties"]["AutoScalingGroupProvider"]["ManagedDraining"] =
                    json!("DISABLED");
            });
            let times = [assembly, &held_up, &undrained].map(minutes_to_destroy);
            (assembly.environment, times)
        };
        sample().iter().map(times).collect()
    });
    &ALL
}

/// Machines leave within minutes because a custom resource removes the hook of managed draining;
/// without it they don't.
#[test]
fn machines_do_not_hold_a_destruction_up() {
    for (_, [as_it_is, held_up, _]) in destruction_times() {
        assert!(*as_it_is < 20, "{as_it_is}");
        assert!(*held_up > 60, "{held_up}");
    }
}
