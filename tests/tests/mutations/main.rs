//! Templates damaged in hundreds of ways, and what notices it: the local CloudFormation, the checks, the validators.
//!
//! The catalogue in `tests/mutations` says of each way, before it is tried and by AWS's pages, whether it breaks a
//! deployment, opens something or is harmless. The normal run tries one place of every fifth and holds the share that
//! is noticed; `LEMONADE_MUTATIONS=4` tries up to four places of each, with the validators too, and prints the figures.

mod judges;
mod mutation;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use judges::{Judges, Verdict};
use mutation::{Label, Mutant, catalogue};
use tests::synthesized;

/// Repeats a run.
const SEED: u64 = 17;

fn mutants(mutations: &[mutation::Mutation], most: usize) -> Vec<Mutant<'_>> {
    mutations
        .iter()
        .flat_map(|mutation| mutation.mutants(synthesized(), SEED, most))
        .collect()
}

#[test]
fn every_mutation_has_a_name_of_its_own_a_source_and_a_place() {
    let mutations = catalogue();
    let mut names = BTreeSet::new();
    for mutation in &mutations {
        assert!(
            names.insert(&mutation.name),
            "{} is there twice",
            mutation.name
        );
        assert!(mutation.source.starts_with("https://"), "{}", mutation.name);
        assert!(
            !mutation.mutants(synthesized(), SEED, 1).is_empty(),
            "{} leads to nothing in any template",
            mutation.name
        );
    }
}

#[test]
fn the_same_seed_makes_the_same_mutants() {
    let mutations = catalogue();
    let once = mutants(&mutations, 2);
    let again = mutants(&mutations, 2);
    assert!(
        once.iter()
            .zip(&again)
            .all(|(one, two)| one.template == two.template)
    );
}

#[test]
fn what_breaks_a_deployment_is_noticed() {
    let most = std::env::var("LEMONADE_MUTATIONS")
        .ok()
        .and_then(|most| most.parse().ok());
    let mut mutations = catalogue();
    if most.is_none() {
        let mut number = 0;
        mutations.retain(|_| {
            number += 1;
            number % 5 == 0
        });
    }
    let mutants = mutants(&mutations, most.unwrap_or(1));
    let judges = Judges::new(&mutants);
    let mut verdicts: Vec<Verdict> = mutants.iter().map(|mutant| judges.ours(mutant)).collect();
    if most.is_some() {
        judges::validators(&mutants, &mut verdicts);
    }
    let report = report(&mutants, &verdicts);
    println!("{report}");
    let share = |label: Label| {
        let of = mutants.iter().zip(&verdicts);
        let of: Vec<bool> = of
            .filter(|(mutant, _)| mutant.mutation.label == label)
            .map(|(_, verdict)| verdict.ours())
            .collect();
        of.iter().filter(|noticed| **noticed).count() * 100 / of.len().max(1)
    };
    assert!(share(Label::Breaks) >= 88, "{report}");
    assert_eq!(share(Label::Harmless), 0, "{report}");
}

/// How many of each label what noticed, and what nothing did.
fn report(mutants: &[Mutant<'_>], verdicts: &[Verdict]) -> String {
    let mut report = String::new();
    let _ = writeln!(
        report,
        "| what it does | tried | local CloudFormation | checks | either of ours | validators | ours alone | any |"
    );
    let _ = writeln!(
        report,
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    );
    let mut survivors: BTreeMap<Label, BTreeSet<String>> = BTreeMap::new();
    for label in [Label::Breaks, Label::Insecure, Label::Harmless] {
        let of: Vec<(&Mutant<'_>, &Verdict)> = mutants
            .iter()
            .zip(verdicts)
            .filter(|(mutant, _)| mutant.mutation.label == label)
            .collect();
        let count = |noticed: &dyn Fn(&Verdict) -> bool| {
            of.iter().filter(|(_, verdict)| noticed(verdict)).count()
        };
        let _ = writeln!(
            report,
            "| {label:?} | {} | {} | {} | {} | {} | {} | {} |",
            of.len(),
            count(&|verdict| verdict.emulator.is_some()),
            count(&|verdict| verdict.checks.is_some()),
            count(&Verdict::ours),
            count(&|verdict| verdict.validators.is_some()),
            count(&|verdict| verdict.ours() && verdict.validators.is_none()),
            count(&Verdict::any),
        );
        for (mutant, verdict) in of {
            let line = format!(
                "{} in {} at {}",
                mutant.mutation.name, mutant.stack, mutant.place
            );
            if (label == Label::Harmless) == verdict.any() {
                let why = [&verdict.emulator, &verdict.checks, &verdict.validators];
                let why = why.into_iter().flatten().next().map(String::as_str);
                survivors
                    .entry(label)
                    .or_default()
                    .insert(format!("{line}: {}", why.unwrap_or("-")));
            }
        }
    }
    for (label, lines) in survivors {
        let _ = writeln!(report, "\n{label:?}:");
        for line in lines {
            let _ = writeln!(report, "  {line}");
        }
    }
    report
}
