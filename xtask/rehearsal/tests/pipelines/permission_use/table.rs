//! The table of `docs/security.md` that says what each role's rights are for.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use rehearsal::pipelines::permission_use::{Classification, Use, classify};
use tests::generated::assert_generated;

use super::{asked_for, recorded};

/// How many actions of a kind of role are granted for what.
type Counts = BTreeMap<String, [usize; 3]>;

fn counts(classified: &Classification) -> Counts {
    let of_kind = |actions: &BTreeMap<String, Use>| {
        let count = |used| actions.values().filter(|one| **one == used).count();
        [Use::Called, Use::Schema, Use::Reasoned].map(count)
    };
    let kinds = classified.iter();
    kinds
        .map(|(kind, actions)| (kind.to_string(), of_kind(actions)))
        .collect()
}

fn table(counts: &Counts) -> String {
    let mut table = String::from(
        "| role | granted | called | schema only | reasoned |\n| --- | --- | --- | --- | --- |\n",
    );
    let mut all = [0; 3];
    for (kind, numbers) in counts {
        row(&mut table, &format!("`{kind}`"), *numbers);
        for (sum, number) in all.iter_mut().zip(numbers) {
            *sum += number;
        }
    }
    row(&mut table, "all", all);
    table
}

fn row(table: &mut String, role: &str, [called, schema, reasoned]: [usize; 3]) {
    let granted = called + schema + reasoned;
    let _ = writeln!(
        table,
        "| {role} | {granted} | {called} | {schema} | {reasoned} |"
    );
}

#[test]
fn the_table_of_uses_is_up_to_date() {
    let [production, staging] = [0, 1].map(|index| {
        let (environment, logs) = &recorded()[index];
        let asked = asked_for(environment, logs);
        let (classified, faults) = classify(environment.roles(), &asked);
        assert_eq!(faults.len(), 0, "{faults:?}");
        counts(&classified)
    });
    // Workflows promote from staging only.
    let both = staging
        .iter()
        .filter(|(kind, _)| !kind.ends_with("-promote"));
    assert!(production.iter().eq(both), "{production:?}");
    assert_generated("docs/security.md", "uses", &table(&staging));
}
