//! What the stacks export to each other. An export that is in use can be neither changed nor
//! removed in one step, so every change of this surface is seen in review by itself.

use std::fmt::Write as _;

use common::environment::Ingress;
use tests::{Synthesis, synthesized};

fn surface(synthesis: &Synthesis) -> String {
    let mut text = String::new();
    let stacks = &synthesis.assembly.stacks;
    for exporter in stacks {
        for export in &exporter.exports {
            let importers: Vec<&str> = stacks
                .iter()
                .filter(|stack| stack.imports.contains(&export.name))
                .map(|stack| stack.id.as_str())
                .collect();
            let importers = if importers.is_empty() {
                "no stack".to_owned()
            } else {
                importers.join(", ")
            };
            let (name, kind) = (&export.name, &export.kind);
            writeln!(
                text,
                "{name}\n  {kind} of {}, imported by {importers}",
                exporter.id
            )
            .unwrap();
        }
    }
    text
}

#[test]
fn the_export_surface() {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for synthesis in synthesized() {
            let name = format!("exports-{}", synthesis.environment.name);
            insta::assert_snapshot!(name, surface(synthesis));
        }
    });
}

/// The kinds of things whose identity never changes in place.
const IDENTITIES: [&str; 16] = [
    "AllocationId",
    "BucketName",
    "CapacityProviderName",
    "ClusterName",
    "KeyArn",
    "ListenerArn",
    "LoadBalancerFullName",
    "LogGroupName",
    "ManagedPolicyArn",
    "RepositoryName",
    "RoleArn",
    "SecretArn",
    "SecurityGroupId",
    "SubnetId",
    "TopicArn",
    "VpcId",
];

#[test]
fn only_identities_are_exported() {
    for synthesis in synthesized() {
        for stack in &synthesis.assembly.stacks {
            for export in &stack.exports {
                assert!(
                    IDENTITIES.contains(&export.kind.as_str()),
                    "{} exports a {}, which may change in place",
                    stack.name,
                    export.kind
                );
            }
        }
    }
}

/// Both environments offer the same under their own names, but for the addresses of a static entry.
#[test]
fn environments_offer_the_same() {
    let [production, staging] = synthesized() else {
        panic!("there are two environments")
    };
    let offered = |synthesis: &Synthesis| -> Vec<(String, String)> {
        let prefix = format!("lemonade-{}-", synthesis.environment.name);
        let exports = synthesis
            .assembly
            .stacks
            .iter()
            .flat_map(|stack| &stack.exports);
        let (addresses, others): (Vec<_>, Vec<_>) = exports
            .map(|export| {
                let name = export.name.strip_prefix(&prefix).unwrap_or(&export.name);
                (name.to_owned(), export.kind.clone())
            })
            .partition(|(name, _)| name.starts_with("network-EntryAddress"));
        let expected = match synthesis.environment.ingress {
            Ingress::StaticIp => 2,
            Ingress::Dns => 0,
        };
        assert_eq!(addresses.len(), expected, "{addresses:?}");
        others
    };
    assert_eq!(offered(production), offered(staging));
}
