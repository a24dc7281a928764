//! The table of service rules holds what is said of every type that is in use.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use emulator::models;
use service_rules::{At, GENERAL, Rule, Source, all_passing, rows};
use tests::generated::assert_generated;
use tests::synthesized;

const PAGE: &str = "docs/service-rules.md";

fn listed(sources: &[Source]) -> String {
    let texts: Vec<String> = sources.iter().map(ToString::to_string).collect();
    texts.join(", ")
}

/// A type is added with what keeps it from being deleted, or with the note that nothing is known to.
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

/// Each with a test that shows it.
#[test]
fn the_page_lists_what_holds_for_all_types() {
    let mut table = String::from("| rule | shown by | sources |\n| --- | --- | --- |\n");
    for general in GENERAL {
        let (file, test) = general.test;
        let text = std::fs::read_to_string(tests::root().join(file)).unwrap();
        assert!(text.contains(&format!("fn {test}(")), "{test} in {file}");
        writeln!(
            table,
            "| {} | `{test}` | {} |",
            general.rule,
            listed(general.sources)
        )
        .unwrap();
    }
    assert_generated(PAGE, "general", &table);
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

/// What an account is asked about by `cargo xtask conformance`: each rule that programs follow has a case
/// of its name, or its type a reason that it has none.
#[test]
fn every_rule_that_is_modelled_is_tried_in_an_account_or_says_why_not() {
    let read = |file: &str| -> serde_json::Value {
        let path = tests::root().join("xtask/aws/src/conformance").join(file);
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
    };
    let cases = read("cases.json");
    let cases: BTreeSet<&str> = cases
        .as_array()
        .unwrap()
        .iter()
        .map(|case| case["case"].as_str().unwrap())
        .collect();
    let reasons = read("not-run.json");
    let mut missing = Vec::new();
    let mut used = BTreeSet::new();
    let mut table = String::from(
        "| type | tried by `cargo xtask conformance` | otherwise |\n| --- | --- | --- |\n",
    );
    let mut types: Vec<&str> = rows().map(|row| row.resource_type).collect();
    types.sort_unstable();
    types.dedup();
    for resource_type in types {
        let of_type = || rows().filter(|row| row.resource_type == resource_type);
        let tried: Vec<String> = of_type()
            .filter(|row| cases.contains(row.id))
            .map(|row| format!("`{}`", row.id))
            .collect();
        let untried: Vec<&str> = of_type()
            .filter(|row| row.rule != Rule::NothingBlocks && models(row) && !cases.contains(row.id))
            .map(|row| row.id)
            .collect();
        let reason = reasons[resource_type].as_str();
        if !untried.is_empty() {
            used.extend(reason.map(|_| resource_type));
            if reason.is_none() {
                missing.extend(untried.clone());
            }
        }
        if !tried.is_empty() || !untried.is_empty() {
            let reason = reason.filter(|_| !untried.is_empty()).unwrap_or_default();
            writeln!(
                table,
                "| {resource_type} | {} | {reason} |",
                tried.join(", ")
            )
            .unwrap();
        }
    }
    assert!(missing.is_empty(), "no case and no reason: {missing:#?}");
    for resource_type in reasons.as_object().unwrap().keys() {
        assert!(
            used.contains(resource_type.as_str()),
            "{resource_type} needs no reason"
        );
    }
    // A case may show a rule of CloudFormation's own, which is no service's.
    let ids: BTreeSet<&str> = rows().map(|row| row.id).collect();
    let others: Vec<&&str> = cases.iter().filter(|case| !ids.contains(**case)).collect();
    assert_eq!(others, [&"named-replacement"]);
    assert_generated(PAGE, "tried", &table);
}
