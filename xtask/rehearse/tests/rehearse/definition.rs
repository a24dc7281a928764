//! The definition's own pipeline, rehearsed.

use rehearse::run::{Event, Status};

use crate::definition_ground::DefinitionGround;
use crate::ground::{folder, watch};

fn lines(events: &[Event]) -> String {
    let said = events.iter().filter_map(|event| match event {
        Event::Said(line) => Some(line.as_str()),
        _ => None,
    });
    said.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_pass_deploys_everything() {
    let folder = folder("definition-pass");
    let ground = DefinitionGround::bootstrapped(&folder);
    let mut rehearsal = ground.rehearsal();
    rehearsal.start(None);
    let (events, shown) = watch(&mut rehearsal);
    assert_eq!(
        rehearsal.line().newest().unwrap().status,
        Status::Succeeded,
        "{shown}\n{}",
        lines(&events)
    );
}
