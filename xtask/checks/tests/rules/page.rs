//! The page lists every rule.

use std::fmt::Write as _;

use checks::{Evidence, rules};
use test_support::generated::assert_generated;

#[test]
fn the_page_lists_every_rule() {
    let mut text = String::new();
    let mut group = "";
    for rule in rules() {
        if rule.group() != group {
            group = rule.group();
            write!(text, "\n### `{group}`\n").unwrap();
        }
        let evidence = match rule.evidence {
            Evidence::AnyVariant => "",
            Evidence::EveryVariant => ", in every variant",
        };
        write!(
            text,
            "\n**`{}`** ({}{evidence}): {}. {} *{}* [Source]({})\n",
            rule.code, rule.severity, rule.summary, rule.why, rule.fix, rule.source
        )
        .unwrap();
    }
    assert_generated("docs/checks.md", "rules", &(text + "\n"));
}
