//! `docs/guides/switch-ingress.md`, in both directions.

use std::collections::BTreeSet;

use cloudformation::StackName;
use common::assembly::Assembly;
use common::environment::Ingress;
use deploy::plan::Request;
use tests::{synthesize, synthesized};

use crate::support::{Goal, Sandbox, acknowledgements, assert_nothing_to_do, full_request};

/// What a client reaches, and what others import from there.
fn in_the_way(assembly: &Assembly) -> BTreeSet<StackName> {
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
        .map(|stack| StackName::from(&stack.name))
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
        let mut sandbox = Sandbox::new();
        sandbox
            .run(Goal::Deploy, old, &full_request(old))
            .succeeded();

        // In place, the load balancer and who imports from it are left alone.
        let refused = sandbox.run(Goal::Deploy, new, &full_request(new));
        assert!(!refused.reconciled().is_success());
        // New addresses conflict with none, and exist already.
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
        let blocking = sandbox.plan(new, &full_request(new));
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
            ..full_request(new)
        };
        let destruction = Request {
            acknowledged: acknowledgements(&sandbox.plan_of(Goal::Destroy, new, &only)),
            ..only
        };
        sandbox.run(Goal::Destroy, new, &destruction).succeeded();
        let rebuilding = Request {
            imports: sandbox.rebuild_request(new).imports,
            ..full_request(new)
        };
        let plan = sandbox.plan(new, &rebuilding);
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
            acknowledged: acknowledgements(&plan),
            ..rebuilding
        };
        sandbox.run(Goal::Deploy, new, &rebuilding).succeeded();
        sandbox.assert_as_defined(new);
        assert_nothing_to_do(&mut sandbox, new, &rebuilding);
    }
}
