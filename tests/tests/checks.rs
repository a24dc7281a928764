//! The checks of templates find nothing in our own.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use common::Definition;
use tests::growth;
use tests::synthesis::{synthesize, synthesized};
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

/// In the time in which a person does not begin to wait, also in the dev profile; the machine may do other work too.
#[test]
fn ninety_applications_are_checked_in_a_second() {
    let files = growth::files(90, 90);
    let definition = Definition::parse(&files).unwrap_or_else(|errors| panic!("{errors}"));
    let assemblies: Vec<_> = definition
        .environments
        .iter()
        .map(|environment| synthesize(environment).assembly)
        .collect();
    let begun = Instant::now();
    let findings = of_assemblies(&assemblies).unwrap();
    let taken = begun.elapsed();
    println!("{taken:?}");
    let wrong: Vec<_> = findings.iter().filter(|one| counts(one)).collect();
    assert!(wrong.is_empty(), "{}", report(wrong));
    assert!(taken < Duration::from_secs(4), "{taken:?}");
}
