//! `docs/guides/switch-ingress.md`, in both directions.

use std::collections::BTreeSet;

use common::assembly::Assembly;
use common::environment::Ingress;
use deploy::plan::Request;
use tests::{synthesize, synthesized};

use crate::support::{Aim, World, everything, nothing_is_left_to_do, words};

/// What a client reaches, and what others import from there.
fn in_the_way(assembly: &Assembly) -> BTreeSet<String> {
    let exports: Vec<&String> = assembly
        .stacks
        .iter()
        .filter(|stack| stack.id == "loadbalancer")
        .flat_map(|stack| stack.exports.iter().map(|export| &export.name))
        .collect();
    assembly
        .stacks
        .iter()
        .filter(|stack| {
            stack.id == "loadbalancer" || stack.imports.iter().any(|name| exports.contains(&name))
        })
        .map(|stack| stack.name.to_string())
        .collect()
}

#[test]
fn the_way_in_is_switched_once_who_imports_it_has_gone() {
    for synthesis in synthesized() {
        let old = &synthesis.assembly;
        let mut environment = synthesis.environment.clone();
        environment.ingress = match environment.ingress {
            Ingress::Dns => Ingress::StaticIp,
            Ingress::StaticIp => Ingress::Dns,
        };
        let new = &synthesize(&environment).assembly;
        let mut world = World::new();
        world.run(Aim::Deploy, old, &everything(old)).succeeded();

        // In place, the load balancer and who imports from it are left alone.
        let refused = world.run(Aim::Deploy, new, &everything(new));
        assert!(!refused.reconciled().is_success());
        // New addresses are in nobody's way, and made already.
        let touched: BTreeSet<&str> = refused
            .calls
            .iter()
            .filter(|call| call.operation.writes())
            .filter_map(|call| call.subject.as_deref())
            .collect();
        assert!(
            touched.iter().all(|stack| stack.contains("-network")),
            "{touched:?}"
        );
        let blocking = world.plan(new, &everything(new));
        let codes: BTreeSet<&str> = blocking
            .findings
            .iter()
            .filter(|finding| finding.is_blocking())
            .map(|finding| finding.code.as_str())
            .collect();
        assert!(codes.contains("export-changed"), "{codes:?}");

        // The guide's third step, then its fourth.
        let only = Request {
            only: Some(in_the_way(new)),
            ..everything(new)
        };
        let destruction = Request {
            acknowledged: words(&world.plan_of(Aim::Destroy, new, &only)),
            ..only
        };
        world.run(Aim::Destroy, new, &destruction).succeeded();
        let rebuilding = Request {
            imports: world.taking_over(new).imports,
            ..everything(new)
        };
        let plan = world.plan(new, &rebuilding);
        let lost: BTreeSet<&str> = plan
            .findings
            .iter()
            .filter(|finding| finding.is_blocking())
            .map(|finding| finding.subject.rsplit('/').next().unwrap())
            .collect();
        let addresses = match environment.ingress {
            Ingress::Dns => BTreeSet::from(["EntryAddressA", "EntryAddressB"]),
            Ingress::StaticIp => BTreeSet::new(),
        };
        assert_eq!(lost, addresses);
        let rebuilding = Request {
            acknowledged: words(&plan),
            ..rebuilding
        };
        world.run(Aim::Deploy, new, &rebuilding).succeeded();
        world.is_as_defined(new);
        nothing_is_left_to_do(&mut world, new, &rebuilding);
    }
}
