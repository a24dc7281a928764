//! The disaster drill, and the guide that is its transcript.

use std::fs;

use common::environment::EnvironmentName;
use drill::{Story, drill, lose_a_zone, transcript};
use tests::{Synthesis, root, synthesized};

const GUIDE: &str = "docs/guides/disaster-recovery.md";
const BEGIN: &str = "<!-- cargo xtask drill --env staging --local -->\n```text\n";
const END: &str = "```\n";

fn of(environment: EnvironmentName) -> &'static Synthesis {
    synthesized()
        .iter()
        .find(|one| one.assembly.environment == environment)
        .unwrap()
}

fn told(environment: EnvironmentName) -> (Story, String) {
    let synthesis = of(environment);
    let story = drill(&synthesis.assembly).unwrap_or_else(|error| panic!("{error}"));
    let zone = lose_a_zone(&synthesis.environment).unwrap_or_else(|error| panic!("{error}"));
    let text = transcript::text(&story, &zone);
    (story, text)
}

/// With `UPDATE_GUIDES=1` the guide is written instead; look at it before you commit it.
#[test]
fn the_guide_is_the_transcript() {
    let (_, text) = told(EnvironmentName::Staging);
    let path = root().join(GUIDE);
    let guide = fs::read_to_string(&path).unwrap();
    let (before, rest) = guide.split_once(BEGIN).unwrap();
    let (written, after) = rest.split_once(END).unwrap();
    if std::env::var_os("UPDATE_GUIDES").is_some() {
        fs::write(&path, format!("{before}{BEGIN}{text}{END}{after}")).unwrap();
        return;
    }
    assert!(
        written == text,
        "{GUIDE} is not what the drill tells any more: `UPDATE_GUIDES=1 cargo test -p tests --test \
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
        let (story, _) = told(environment);
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
        assert_eq!(
            story.images.len(),
            of(environment).environment.applications.len()
        );
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
