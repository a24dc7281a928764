//! How long each part of a synthesis takes, and what an application more costs.

use std::hint::black_box;
use std::time::Duration;

use benchmarks::{definition, stacks};
use common::Definition;
use common::assembly::Assembly;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use tests::{growth, root};

/// The input files: the checked-in ones, and many applications.
fn inputs(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("definition");
    group.bench_function("checked in", |bencher| {
        bencher.iter(|| Definition::load(black_box(root())).unwrap());
    });
    for applications in [10, 100, 1_000] {
        let files = growth::files(applications, applications.min(90));
        group.throughput(Throughput::Elements(applications as u64));
        group.bench_with_input(
            BenchmarkId::new("parse", applications),
            &files,
            |bencher, files| {
                bencher.iter(|| Definition::parse(black_box(files)).unwrap());
            },
        );
    }
    group.finish();
}

/// All stack crates and the joining, for one environment.
fn environments(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("environment");
    for applications in [10, 100, 1_000] {
        let definition = definition(applications);
        let environment = &definition.environments[0];
        group.throughput(Throughput::Elements(applications as u64));
        group.bench_function(BenchmarkId::new("synthesize", applications), |bencher| {
            bencher.iter(|| Assembly::new(environment, stacks(black_box(environment))).unwrap());
        });
    }
    group.finish();
}

/// One stack crate with one stack: filling a template, checking it and writing it.
fn templates(criterion: &mut Criterion) {
    let definition = Definition::load(root()).unwrap();
    let environment = &definition.environments[0];
    criterion.bench_function("template/network", |bencher| {
        bencher.iter(|| network_stack::stacks(black_box(environment)).unwrap());
    });
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(3))
        .without_plots();
    targets = inputs, environments, templates
}
criterion_main!(benches);
