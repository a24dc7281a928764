//! The table of service rules holds what is said of every type that is in use.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use local_cloudformation::models;
use service_rules::{At, Rule, Source, all_passing, rows};
use tests::generated::assert_generated;
use tests::synthesized;

const PAGE: &str = "docs/service-rules.md";

fn listed(sources: &[Source]) -> String {
    let texts: Vec<String> = sources.iter().map(ToString::to_string).collect();
    texts.join(", ")
}

/// Whoever adds a type says what keeps it from being deleted, or that nothing is known to.
#[test]
fn every_type_in_use_has_a_rule_about_its_deletion() {
    let told: BTreeSet<&str> = rows()
        .filter(|row| matches!(row.rule, Rule::BlocksDeletion(_) | Rule::NothingBlocks))
        .map(|row| row.resource_type)
        .collect();
    let mut missing = BTreeSet::new();
    for synthesis in synthesized() {
        for stack in &synthesis.assembly.stacks {
            let template: serde_json::Value =
                serde_json::from_str(stack.template.as_deref().unwrap()).unwrap();
            for resource in template["Resources"].as_object().unwrap().values() {
                let resource_type = resource["Type"].as_str().unwrap();
                if !told.contains(resource_type) {
                    missing.insert(resource_type.to_owned());
                }
            }
        }
    }
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn the_page_lists_every_rule() {
    let mut all: Vec<_> = rows().collect();
    all.sort_by_key(|row| (row.resource_type, row.rule.kind()));
    let mut table =
        String::from("| type | kind | rule | here | sources |\n| --- | --- | --- | --- | --- |\n");
    for row in all {
        let here = match row.rule {
            Rule::NothingBlocks => "",
            _ if models(row) => "yes",
            _ => "no",
        };
        writeln!(
            table,
            "| {} | {} | {} | {here} | {} |",
            row.resource_type,
            row.rule.kind(),
            row.rule.in_words(),
            listed(row.sources)
        )
        .unwrap();
    }
    assert_generated(PAGE, "rules", &table);
}

#[test]
fn the_page_lists_what_passes() {
    let mut table = String::from(
        "| what is refused | because | again after | sources |\n| --- | --- | --- | --- |\n",
    );
    for row in all_passing() {
        let at = match row.at {
            At::Creation => "a creation",
            At::Deletion => "a deletion",
        };
        writeln!(
            table,
            "| {at}: \u{201c}{}\u{201d} | {} | {} s | {} |",
            row.says.join("\u{201d}, \u{201c}"),
            row.because,
            row.seconds,
            listed(row.sources)
        )
        .unwrap();
    }
    assert_generated(PAGE, "passing", &table);
}
