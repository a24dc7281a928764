//! Reachability: what security groups permit, and who reaches whom with routes and addresses.

use std::collections::BTreeSet;

use review::Environment;
use review::reach::{Network, Peer};
use tests::{Synthesis, synthesized};

const ANYWHERE: &str = "0.0.0.0/0";

fn model(synthesis: &Synthesis) -> Environment {
    Environment::new(&synthesis.assembly).unwrap()
}

fn name(peer: &Peer) -> String {
    match peer {
        Peer::Group(group) => group.logical_id.clone(),
        Peer::Block(block) if block.to_string() == ANYWHERE => "internet".to_owned(),
        other => other.to_string(),
    }
}

#[test]
fn edge_to_load_balancer_to_machines_to_database_and_nothing_else() {
    for synthesis in synthesized() {
        let mut expected = BTreeSet::from([
            "internet → EntrySecurityGroup tcp 80".to_owned(),
            "internet → EntrySecurityGroup tcp 443".to_owned(),
            "EntrySecurityGroup → LoadBalancerSecurityGroup tcp 80".to_owned(),
            "EntrySecurityGroup → LoadBalancerSecurityGroup tcp 443".to_owned(),
            "LoadBalancerSecurityGroup → MachineSecurityGroup tcp 32768–60999".to_owned(),
            "MachineSecurityGroup → internet tcp 443".to_owned(),
        ]);
        if let Some(atlas) = &synthesis.environment.atlas {
            expected.insert(format!(
                "MachineSecurityGroup → {} tcp 27015–27017",
                atlas.cidr
            ));
        }
        let environment = model(synthesis);
        let permitted: BTreeSet<String> = Network::new(&environment)
            .permitted()
            .iter()
            .map(|one| format!("{} → {} {}", name(&one.from), name(&one.to), one.traffic))
            .collect();
        assert_eq!(permitted, expected, "in {}", synthesis.environment.name);
    }
}

/// An egress rule without its ingress rule, or the other way round, is a mistake in one of them.
#[test]
fn every_rule_between_groups_has_its_counterpart() {
    for synthesis in synthesized() {
        let environment = model(synthesis);
        let network = Network::new(&environment);
        let mut let_in = BTreeSet::new();
        let mut let_out = BTreeSet::new();
        for (id, group) in network.security_groups() {
            for rule in &group.ingress {
                if let Peer::Group(sender) = &rule.peer {
                    let_in.insert((sender.clone(), id.clone(), rule.traffic.clone()));
                }
            }
            for rule in &group.egress {
                if let Peer::Group(receiver) = &rule.peer {
                    let_out.insert((id.clone(), receiver.clone(), rule.traffic.clone()));
                }
            }
        }
        assert_eq!(let_in, let_out);
    }
}

/// Which groups each kind of resource carries.
#[test]
fn resources_carry_the_group_of_their_place() {
    for synthesis in synthesized() {
        let environment = model(synthesis);
        let network = Network::new(&environment);
        for (id, groups) in network.carried_groups() {
            let carried: BTreeSet<&str> = groups
                .iter()
                .map(|group| group.logical_id.as_str())
                .collect();
            let resource = environment.resource(&id.stack, &id.logical_id).unwrap();
            let is_public = resource.text("Scheme") == Some("internet-facing");
            let is_network = resource.text("Type") == Some("network");
            let expected: &[&str] = match resource.resource_type {
                "AWS::AutoScaling::AutoScalingGroup" => &["MachineSecurityGroup"],
                "AWS::ElasticLoadBalancingV2::LoadBalancer" => match (is_public, is_network) {
                    (true, true) => &["EntrySecurityGroup"],
                    (true, false) => &["EntrySecurityGroup", "LoadBalancerSecurityGroup"],
                    (false, _) => &["LoadBalancerSecurityGroup"],
                },
                other => panic!("{id}: a {other} in the network"),
            };
            assert_eq!(carried, expected.iter().copied().collect(), "{id}");
        }
    }
}

/// What has an address is not reached by it: only load balancers are.
#[test]
fn the_internet_reaches_applications_through_load_balancers_only() {
    for synthesis in synthesized() {
        let environment = model(synthesis);
        let network = Network::new(&environment);
        let answers = network.reach_all_named("internet", None).unwrap();
        let paths = answers.iter().flat_map(|answer| &answer.paths);
        let direct: BTreeSet<&str> = paths
            .filter(|path| path.through().is_empty())
            .map(|path| path.connections[0].to.as_str())
            .collect();
        assert_eq!(direct.len(), 1, "{direct:?}");
        assert!(
            direct.iter().all(|to| to.ends_with("load balancer")),
            "{direct:?}"
        );
        let applications = &synthesis.environment.applications;
        for application in applications {
            let name = application.name.to_string();
            let answers = network.reach_named("internet", &name, Some(443)).unwrap();
            let is_reached = answers.iter().any(|answer| !answer.paths.is_empty());
            assert_eq!(is_reached, application.ingress.is_some(), "{name}");
            for path in answers.iter().flat_map(|answer| &answer.paths) {
                assert!(!path.through().is_empty(), "{name}");
            }
        }
    }
}

/// Machines reach the database where there is a peering, and the database reaches nothing.
#[test]
fn only_the_machines_open_connections_to_the_database() {
    for synthesis in synthesized() {
        let environment = model(synthesis);
        let network = Network::new(&environment);
        let reaches = |from: &str, to: &str| {
            let answers = network.reach_named(from, to, Some(27017)).unwrap();
            answers.iter().any(|answer| !answer.paths.is_empty())
        };
        let peered = synthesis.environment.atlas.is_some();
        assert_eq!(reaches("machines", "database"), peered);
        assert!(!reaches("load-balancer", "database"));
        let back = network.reach_all_named("database", None).unwrap();
        assert!(back.iter().all(|answer| answer.paths.is_empty()));
    }
}

/// Routes to the database exist in both private subnets, or in none.
#[test]
fn the_database_is_reached_over_the_peering_only() {
    for synthesis in synthesized() {
        let routes: Vec<_> = synthesis
            .of_type("AWS::EC2::Route")
            .filter(|route| !route.property("VpcPeeringConnectionId").is_null())
            .collect();
        match &synthesis.environment.atlas {
            None => assert!(routes.is_empty()),
            Some(atlas) => {
                assert_eq!(routes.len(), 2);
                for route in routes {
                    let destination = route.property("DestinationCidrBlock");
                    assert_eq!(*destination, atlas.cidr.to_string());
                    let peering = route.property("VpcPeeringConnectionId");
                    assert_eq!(*peering, atlas.peering.to_string());
                }
            }
        }
    }
}
