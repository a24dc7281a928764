//! What is imported changes, one run each.

use common::environment::EnvironmentName::Staging;
use deploy::plan::{FindingCode, Request};
use serde_json::json;
use tests::small::{self, SmallStack, stack};

use crate::support::{Goal, Sandbox, acknowledgements, assert_nothing_to_do};

fn network(version: &str) -> SmallStack {
    stack("network").parameter("Version", version)
}

/// Deploys one definition, then the other, and holds the sandbox against it.
fn moves(old: &[SmallStack], new: &[SmallStack]) -> Sandbox {
    let request = Request {
        prune: true,
        ..Request::default()
    };
    let (old, new) = (small::assembly(Staging, old), small::assembly(Staging, new));
    let mut sandbox = Sandbox::new();
    sandbox.run(Goal::Deploy, &old, &request).succeeded();
    sandbox.run(Goal::Deploy, &new, &request).succeeded();
    sandbox.assert_as_defined(&new);
    assert_nothing_to_do(&mut sandbox, &new, &request);
    sandbox
}

#[test]
fn an_export_in_use_is_removed() {
    let consumer = stack("service").parameter("Own", "1");
    moves(
        &[
            network("1").export("Version", "Version"),
            consumer.clone().import("network", "Version"),
        ],
        &[network("2"), consumer],
    );
}

#[test]
fn an_export_in_use_is_renamed_with_its_resource() {
    moves(
        &[
            stack("network").parameter("Old", "1").export("Old", "Old"),
            stack("service").import("network", "Old"),
        ],
        &[
            stack("network").parameter("New", "1").export("New", "New"),
            stack("service").import("network", "New"),
        ],
    );
}

#[test]
fn an_export_moves_to_another_stack() {
    moves(
        &[
            network("1").export("Version", "Version"),
            stack("cluster").parameter("Own", "1"),
            stack("service").import("network", "Version"),
        ],
        &[
            network("1"),
            stack("cluster").parameter("Own", "1").export("Own", "Own"),
            stack("service").import("cluster", "Own"),
        ],
    );
}

#[test]
fn an_importer_is_removed_together_with_what_it_imported() {
    moves(
        &[
            network("1").export("Version", "Version"),
            stack("service").import("network", "Version"),
        ],
        &[network("1")],
    );
}

/// Its producer is replaced: blocked, with a word; then, under another name, one run.
#[test]
fn the_value_of_an_export_in_use_does_not_change() {
    let with = |id: &str, cidr: &str| {
        let vpc = json!({ "CidrBlock": cidr });
        [
            stack("network")
                .resource(id, "AWS::EC2::VPC", vpc)
                .export(id, id),
            stack("service").import("network", id),
        ]
    };
    let old = small::assembly(Staging, &with("Vpc", "10.0.0.0/16"));
    let new = small::assembly(Staging, &with("Vpc", "10.1.0.0/16"));
    let mut sandbox = Sandbox::new();
    sandbox
        .run(Goal::Deploy, &old, &Request::default())
        .succeeded();
    let plan = sandbox.plan(&new, &Request::default());
    let finding = plan
        .findings
        .iter()
        .find(|finding| finding.code == FindingCode::ExportChanged)
        .unwrap_or_else(|| panic!("{:#?}", plan.findings));
    assert!(finding.is_blocking());
    assert!(finding.hint.is_some());

    let renamed = small::assembly(Staging, &with("SecondVpc", "10.1.0.0/16"));
    let request = Request {
        acknowledged: acknowledgements(&sandbox.plan(&renamed, &Request::default())),
        ..Request::default()
    };
    sandbox.run(Goal::Deploy, &renamed, &request).succeeded();
    sandbox.assert_as_defined(&renamed);
}
