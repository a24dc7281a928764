//! The checks of templates find nothing in our own.

use std::collections::BTreeMap;

use tests::synthesized;
use xtask::template_checks::{counts, of_assemblies, report};

#[test]
fn the_checks_find_nothing() {
    let assemblies: Vec<_> = synthesized()
        .iter()
        .map(|synthesis| synthesis.assembly.clone())
        .collect();
    let findings = of_assemblies(&assemblies).unwrap();
    let (wrong, advice): (Vec<_>, Vec<_>) = findings.iter().partition(|one| counts(one));
    assert!(wrong.is_empty(), "{}", report(wrong));
    // What is a choice of the definition, by code.
    let mut codes: BTreeMap<&str, usize> = BTreeMap::new();
    for one in &advice {
        *codes.entry(one.finding.rule.code).or_default() += 1;
    }
    // Exports of manually applied stacks that people read, and staging's one NAT gateway.
    let expected = BTreeMap::from([("exports/unused", 4), ("network/one-nat", 1)]);
    assert_eq!(codes, expected, "{}", report(advice));
}
