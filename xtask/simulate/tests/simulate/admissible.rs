//! Not only the two bands that are in use: every band that the rules admit.

use common::capacity::{MachineType, MemoryBand, MemoryBandError};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::json;
use simulate::invariant::Kind;
use simulate::scenario::{Odds, Scenario, Setting};
use simulate::world::simulate;

use crate::support::{environment, json_of, read, set};

/// Bands, with a lower bound as high as is admitted where the random one is higher.
fn bands() -> impl Strategy<Value = MemoryBand> {
    let sizes = (2_u32..=4).prop_flat_map(|min| (Just(min), min + 1..=min + 6));
    (sizes, 60_u32..=85, 10_u32..=60).prop_filter_map(
        "no bound is admitted",
        |((min, max), high, low)| match MemoryBand::new(low, high, min, max) {
            Err(MemoryBandError::Oscillates { greatest_low, .. }) => {
                MemoryBand::new(greatest_low, high, min, max).ok()
            }
            other => other.ok(),
        },
    )
}

fn machines() -> impl Strategy<Value = MachineType> {
    let all: Vec<MachineType> = MachineType::all().collect();
    prop::sample::select(all)
}

#[test]
fn every_admissible_band_keeps_the_invariants() {
    let template = json_of(&environment("production"));
    // The same cases in every run: what fails here fails for everybody.
    let config = Config {
        cases: 300,
        failure_persistence: None,
        ..Config::default()
    };
    let random = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config, random);
    let checked = runner.run(
        &(bands(), machines(), any::<u64>()),
        |(band, machine, seed)| {
            let mut template = template.clone();
            set(
                &mut template,
                "Machines",
                "MinSize",
                json!(band.min().to_string()),
            );
            set(
                &mut template,
                "Machines",
                "MaxSize",
                json!(band.max().to_string()),
            );
            set(
                &mut template,
                "AboveBand",
                "Threshold",
                json!(band.high_percent()),
            );
            set(
                &mut template,
                "BelowBand",
                "Threshold",
                json!(band.low_percent()),
            );
            let setting = Setting { machine, band };
            let scenario = Scenario::random(&setting, seed, 16, &Odds::ROUGH);
            let mut violations = simulate(&read(&template), &scenario).violations;
            violations.retain(|one| !matches!(one.kind, Kind::HeldUp { .. }));
            prop_assert!(violations.is_empty(), "{violations:?}");
            Ok(())
        },
    );
    if let Err(error) = checked {
        panic!("{error}");
    }
}
