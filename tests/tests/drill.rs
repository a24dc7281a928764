//! The disaster drill, and the guide that is its transcript.

use std::fs;

use common::environment::EnvironmentName;
use drill::{Story, drill, lose_a_zone, transcript};
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
