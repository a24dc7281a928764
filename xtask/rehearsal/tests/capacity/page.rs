//! The limits in `docs/capacity.md` are those that the watch looks for.
//! `UPDATE_DOCS=1 cargo test -p rehearsal` writes them.

use std::fmt::Write as _;

use rehearsal::capacity::Minute;
use rehearsal::capacity::invariant::InvariantMonitor;

use crate::support::{alarm_delay, environment, json_of, read, root};

const FILE: &str = "docs/capacity.md";
const BEGIN: &str = "<!-- generated: limits -->\n";
const END: &str = "<!-- end -->";

fn shown(minutes: Minute) -> String {
    match (minutes / 60, minutes % 60) {
        (hours @ 24.., rest) => format!("{hours} h {rest} min"),
        _ => format!("{minutes} min"),
    }
}

fn table() -> String {
    let templates = ["production", "staging"].map(|name| json_of(&environment(name)));
    let policies = templates.each_ref().map(read);
    let rows = [
        (
            "tasks wait, minutes in which a machine drains not counted (*N*)",
            policies.each_ref().map(InvariantMonitor::longest_wait),
        ),
        (
            "tasks wait, held up by a drain (*M*)",
            policies.each_ref().map(InvariantMonitor::longest_held_up),
        ),
        (
            "from the beginning of a drain to the alarm `drain-held-up`",
            templates.each_ref().map(alarm_delay),
        ),
        (
            "from the last disturbance until it is settled",
            policies.each_ref().map(InvariantMonitor::settles_within),
        ),
    ];
    let mut table = "| at most | production | staging |\n| --- | --- | --- |\n".to_owned();
    for (what, limits) in rows {
        let [production, staging] = limits.map(shown);
        writeln!(table, "| {what} | {production} | {staging} |").unwrap();
    }
    table
}

#[test]
fn the_limits_in_the_document_are_up_to_date() {
    let path = root().join(FILE);
    let text = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = text.split_once(BEGIN).unwrap();
    let (_, after) = rest.split_once(END).unwrap();
    let expected = format!("{before}{BEGIN}{}{END}{after}", table());
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, expected).unwrap();
        return;
    }
    assert!(
        text == expected,
        "{FILE} is out of date; write it with\n  UPDATE_DOCS=1 cargo test -p rehearsal"
    );
}
