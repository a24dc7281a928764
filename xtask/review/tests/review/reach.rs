//! Who reaches whom in the definition of the tests, and which hop is named where one is taken away.

use std::fmt::Write as _;

use common::assembly::Assembly;
use review::reach::{AccessDifference, Answer, Network, text, text_of_all};
use review::{Environment, Subject, consequences};
use serde_json::{Value, json};

use crate::scenario::base;

/// A change of a synthesized template.
type Edit<'e> = (&'e str, &'e dyn Fn(&mut Value));

/// An environment of the definition, with some templates changed.
fn environment(name: &str, edits: &[Edit<'_>]) -> Environment {
    let found = base().iter().find(|one| one.environment.as_str() == name);
    let mut assembly: Assembly = found.expect("an environment").clone();
    for (id, edit) in edits {
        let stack = assembly.stacks.iter_mut().find(|stack| stack.id == *id);
        let stack = stack.unwrap_or_else(|| panic!("there is no stack {id}"));
        let text = stack.template.as_deref().expect("a template");
        let mut template: Value = serde_json::from_str(text).expect("JSON");
        edit(&mut template);
        stack.template = Some(template.to_string().as_str().into());
    }
    Environment::new(&assembly).expect("JSON")
}

fn answers(environment: &Environment, from: &str, to: &str, port: Option<u16>) -> Vec<Answer> {
    let answers = Network::new(environment).reach_named(from, to, port);
    answers.unwrap_or_else(|error| panic!("{error:?}"))
}

fn reaches(environment: &Environment, from: &str, to: &str, port: Option<u16>) -> bool {
    let answers = answers(environment, from, to, port);
    answers.iter().any(|one| !one.paths.is_empty())
}

/// The missing hops of the attempt that gets farthest, of IPv4.
fn missing(environment: &Environment, from: &str, to: &str) -> String {
    let answers = answers(environment, from, to, None);
    let first = answers.first().expect("an answer");
    assert_eq!(first.paths, [], "{from} reaches {to}");
    let missing = first.attempts[0].missing();
    let texts: Vec<&str> = missing.iter().map(|one| one.text.as_str()).collect();
    texts.join("\n")
}

fn remove(template: &mut Value, section: &str, name: &str) {
    let entries = template[section].as_object_mut().expect("a section");
    entries
        .remove(name)
        .unwrap_or_else(|| panic!("there is no {name}"));
}

fn resource<'t>(template: &'t mut Value, name: &str) -> &'t mut Value {
    let resource = &mut template["Resources"][name];
    assert!(resource.is_object(), "there is no {name}");
    resource
}

fn property<'t>(template: &'t mut Value, name: &str, pointer: &str) -> &'t mut Value {
    let properties = &mut resource(template, name)["Properties"];
    let found = properties.pointer_mut(pointer);
    found.unwrap_or_else(|| panic!("{name} has no {pointer}"))
}

#[test]
fn paths_of_production() {
    let production = environment("production", &[]);
    let mut out = String::new();
    for (from, to) in [
        ("internet", "web"),
        ("internet", "machines"),
        ("internet", "mailer"),
        ("load-balancer", "machines"),
        ("machines", "database"),
        ("machines", "internet"),
        ("machines", "s3"),
        ("machines", "load-balancer"),
        ("web", "machines"),
        ("database", "machines"),
        ("network/PrivateSubnetA", "network/NatGatewayA"),
        ("10.10.0.7", "database"),
        ("203.0.113.7", "machines"),
        ("pipeline-web/BuildProject", "database"),
    ] {
        let text = text(&answers(&production, from, to, None));
        let _ = writeln!(out, "## {from} {to}\n{text}");
    }
    insta::assert_snapshot!(out);
}

#[test]
fn paths_of_staging() {
    let staging = environment("staging", &[]);
    let mut out = String::new();
    for (from, to) in [("internet", "web"), ("machines", "database")] {
        let text = text(&answers(&staging, from, to, None));
        let _ = writeln!(out, "## {from} {to}\n{text}");
    }
    let network = Network::new(&staging);
    for from in ["internet", "machines"] {
        let text = text_of_all(&network.reach_all_named(from, None).expect("a node"));
        let _ = writeln!(out, "## {from}\n{text}");
    }
    insta::assert_snapshot!(out);
}

#[test]
fn a_port_limits_a_path() {
    let production = environment("production", &[]);
    assert!(reaches(&production, "internet", "web", Some(443)));
    assert!(!reaches(&production, "internet", "web", Some(80)));
    assert!(!reaches(&production, "internet", "web", Some(22)));
    assert!(reaches(&production, "machines", "database", Some(27017)));
    assert!(!reaches(&production, "machines", "database", Some(27018)));
    assert!(reaches(&production, "machines", "203.0.113.7", Some(443)));
    assert!(!reaches(&production, "machines", "203.0.113.7", Some(80)));
    assert!(reaches(
        &production,
        "load-balancer",
        "machines",
        Some(40_000)
    ));
    assert!(!reaches(&production, "load-balancer", "machines", Some(22)));
}

/// Each hop taken away, one at a time.
#[test]
fn the_missing_hop_is_named() {
    let without =
        |name: &'static str| move |template: &mut Value| remove(template, "Resources", name);
    let no_rules = |group: &'static str, property: &'static str| {
        move |template: &mut Value| {
            resource(template, group)["Properties"][property] = json!([{
                "IpProtocol": "tcp", "FromPort": 1, "ToPort": 1, "CidrIp": "10.99.0.0/32",
            }]);
        }
    };
    let cases: &[(&str, &str, &[Edit<'_>], &str, &str)] = &[
        (
            "the routes to the database",
            "production",
            &[
                ("network", &without("DatabaseRouteA")),
                ("network", &without("DatabaseRouteB")),
            ],
            "machines",
            "database",
        ),
        (
            "the egress to the database",
            "production",
            &[(
                "network",
                &no_rules("MachineSecurityGroup", "SecurityGroupEgress"),
            )],
            "machines",
            "database",
        ),
        (
            "the routes to the internet",
            "production",
            &[
                ("network", &without("PrivateInternetRouteA")),
                ("network", &without("PrivateInternetRouteB")),
            ],
            "machines",
            "internet",
        ),
        (
            "the route of the NAT gateways",
            "production",
            &[("network", &without("PublicInternetRoute"))],
            "machines",
            "internet",
        ),
        (
            "the attachment of the internet gateway",
            "production",
            &[("network", &without("InternetGatewayAttachment"))],
            "machines",
            "internet",
        ),
        (
            "the attachment, from outside",
            "production",
            &[("network", &without("InternetGatewayAttachment"))],
            "internet",
            "web",
        ),
        (
            "the public address",
            "production",
            &[("loadbalancer", &|template| {
                *property(template, "NetworkLoadBalancer", "/Scheme") = json!("internal");
            })],
            "internet",
            "web",
        ),
        (
            "the entry's ingress",
            "production",
            &[(
                "network",
                &no_rules("EntrySecurityGroup", "SecurityGroupIngress"),
            )],
            "internet",
            "web",
        ),
        (
            "the entry's egress",
            "production",
            &[(
                "network",
                &no_rules("EntrySecurityGroup", "SecurityGroupEgress"),
            )],
            "internet",
            "web",
        ),
        (
            "the load balancer's ingress",
            "production",
            &[("network", &without("LoadBalancerFromEntryHttps"))],
            "internet",
            "web",
        ),
        (
            "the load balancer's egress",
            "production",
            &[(
                "network",
                &no_rules("LoadBalancerSecurityGroup", "SecurityGroupEgress"),
            )],
            "internet",
            "web",
        ),
        (
            "the machines' ingress",
            "production",
            &[("network", &without("MachinesFromLoadBalancer"))],
            "internet",
            "web",
        ),
        (
            "a range without the host ports",
            "production",
            &[("network", &|template| {
                *property(template, "MachinesFromLoadBalancer", "/FromPort") = json!(80);
                *property(template, "MachinesFromLoadBalancer", "/ToPort") = json!(80);
            })],
            "internet",
            "web",
        ),
        (
            "the front listener",
            "production",
            &[("loadbalancer", &without("HttpsFrontListener"))],
            "internet",
            "web",
        ),
        (
            "the listener's rule",
            "production",
            &[("service-web", &without("Rule"))],
            "internet",
            "web",
        ),
        (
            "the membership in the target group",
            "production",
            &[("service-web", &|template| {
                resource(template, "Service")["Properties"]["LoadBalancers"] = json!([]);
            })],
            "internet",
            "web",
        ),
        (
            "the machines' security group",
            "production",
            &[("ecs", &|template| {
                *property(
                    template,
                    "MachineTemplate",
                    "/LaunchTemplateData/SecurityGroupIds",
                ) = json!([]);
            })],
            "machines",
            "database",
        ),
        (
            "the association of the route tables",
            "production",
            &[
                ("network", &without("PrivateRoutesAAssociation")),
                ("network", &without("PrivateRoutesBAssociation")),
            ],
            "machines",
            "database",
        ),
    ];
    let mut out = String::new();
    for (what, name, edits, from, to) in cases {
        assert!(reaches(&environment(name, &[]), from, to, None), "{what}");
        let changed = environment(name, edits);
        let _ = writeln!(
            out,
            "{what}: {from} {to}\n{}\n",
            missing(&changed, from, to)
        );
    }
    insta::assert_snapshot!(out);
}

#[test]
fn a_path_from_one_zone_only_says_so() {
    let remove_a = |template: &mut Value| remove(template, "Resources", "DatabaseRouteA");
    let production = environment("production", &[("network", &remove_a)]);
    let answer = &answers(&production, "machines", "database", None)[0];
    let exceptions = &answer.paths[0].connections[0].exceptions;
    assert_eq!(
        exceptions[0].text,
        "there is no route from network/PrivateSubnetA to 192.168.248.0/21 over a peering"
    );
}

/// Machines in public subnets with public addresses and a rule, and each of the three without the others.
#[test]
fn the_internet_reaches_machines_only_by_address_route_and_rule() {
    let rule = |template: &mut Value| {
        template["Resources"]["Ssh"] = json!({
            "Type": "AWS::EC2::SecurityGroupIngress",
            "Properties": {
                "GroupId": { "Fn::GetAtt": ["MachineSecurityGroup", "GroupId"] },
                "IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": "0.0.0.0/0",
            },
        });
    };
    let subnets = |template: &mut Value| {
        *property(template, "Machines", "/VPCZoneIdentifier") = json!([
            { "Fn::ImportValue": "lemonade-production-network-PublicSubnetA" },
        ]);
    };
    let address = |template: &mut Value| {
        let data = property(template, "MachineTemplate", "/LaunchTemplateData");
        let groups = data
            .as_object_mut()
            .and_then(|data| data.remove("SecurityGroupIds"));
        data["NetworkInterfaces"] = json!([
            { "DeviceIndex": 0, "AssociatePublicIpAddress": true, "Groups": groups },
        ]);
    };
    let all: [Edit<'_>; 3] = [("network", &rule), ("ecs", &subnets), ("ecs", &address)];
    let opened = environment("production", &all);
    assert!(reaches(&opened, "internet", "machines", Some(22)));
    assert!(!reaches(&opened, "internet", "machines", Some(23)));
    assert!(!reaches(&opened, "internet-ipv6", "machines", Some(22)));
    for left_out in 0..all.len() {
        let edits: Vec<Edit<'_>> = (0..all.len())
            .filter(|index| *index != left_out)
            .map(|index| all[index])
            .collect();
        let closed = environment("production", &edits);
        assert!(
            !reaches(&closed, "internet", "machines", Some(22)),
            "{left_out}"
        );
    }
}

/// Two halves of the internet are the internet; one half is not, but is told.
#[test]
fn parts_of_the_internet_are_not_the_internet() {
    let entry = |blocks: &'static [&'static str]| {
        move |template: &mut Value| {
            let rules: Vec<Value> = blocks
                .iter()
                .map(|block| json!({ "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": block }))
                .collect();
            *property(template, "EntrySecurityGroup", "/SecurityGroupIngress") = json!(rules);
        }
    };
    let both = environment(
        "production",
        &[("network", &entry(&["0.0.0.0/1", "128.0.0.0/1"]))],
    );
    assert!(reaches(&both, "internet", "web", None));
    let office = environment("production", &[("network", &entry(&["203.0.113.0/24"]))]);
    assert!(reaches(&office, "203.0.113.7", "web", None));
    assert!(reaches(&office, "203.0.113.0/24", "web", None));
    assert!(!reaches(&office, "203.0.114.7", "web", None));
    let missing = missing(&office, "internet", "web");
    assert!(
        missing.ends_with("; only 203.0.113.0/24 on tcp 443"),
        "{missing}"
    );
}

#[test]
fn unknown_names_have_a_suggestion() {
    let production = environment("production", &[]);
    let network = Network::new(&production);
    let near = |name: &str| network.nodes_named(name).expect_err("no such node").near;
    assert_eq!(near("internett").as_deref(), Some("internet"));
    assert_eq!(near("machine").as_deref(), Some("machines"));
    assert_eq!(near("wep").as_deref(), Some("web"));
    assert_eq!(
        near("network/PrivateSubnetC").as_deref(),
        Some("network/PrivateSubnetA")
    );
    assert_eq!(near("something-else"), None);
}

fn difference(edits: &[Edit<'_>]) -> AccessDifference {
    let production = environment("production", &[]);
    AccessDifference::new(&production, &environment("production", edits))
}

/// Changes of who reaches whom, in sentences, and as consequences.
#[test]
fn differences_are_sentences() {
    let open_machines: &[Edit<'_>] = &[
        ("network", &|template| {
            template["Resources"]["Ssh"] = json!({
                "Type": "AWS::EC2::SecurityGroupIngress",
                "Properties": {
                    "GroupId": { "Fn::GetAtt": ["MachineSecurityGroup", "GroupId"] },
                    "IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": "0.0.0.0/0",
                },
            });
        }),
        ("ecs", &|template| {
            *property(template, "Machines", "/VPCZoneIdentifier") = json!([
                { "Fn::ImportValue": "lemonade-production-network-PublicSubnetA" },
            ]);
            let data = property(template, "MachineTemplate", "/LaunchTemplateData");
            let groups = data
                .as_object_mut()
                .and_then(|data| data.remove("SecurityGroupIds"));
            data["NetworkInterfaces"] = json!([
                { "DeviceIndex": 0, "AssociatePublicIpAddress": true, "Groups": groups },
            ]);
        }),
    ];
    let cases: &[(&str, &[Edit<'_>])] = &[
        ("nothing", &[]),
        ("machines in the open", open_machines),
        (
            "no routes to the database",
            &[("network", &|template| {
                remove(template, "Resources", "DatabaseRouteA");
                remove(template, "Resources", "DatabaseRouteB");
            })],
        ),
        (
            "a wider egress",
            &[("network", &|template| {
                *property(
                    template,
                    "MachineSecurityGroup",
                    "/SecurityGroupEgress/0/FromPort",
                ) = json!(0);
                *property(
                    template,
                    "MachineSecurityGroup",
                    "/SecurityGroupEgress/0/ToPort",
                ) = json!(65535);
            })],
        ),
        (
            "an office at the entry",
            &[("network", &|template| {
                *property(
                    template,
                    "EntrySecurityGroup",
                    "/SecurityGroupIngress/1/CidrIp",
                ) = json!("203.0.113.0/24");
            })],
        ),
        (
            "no rule for web",
            &[("service-web", &|template| {
                remove(template, "Resources", "Rule");
            })],
        ),
    ];
    let mut out = String::new();
    for (what, edits) in cases {
        let _ = writeln!(out, "## {what}");
        for sentence in difference(edits).sentences() {
            let _ = writeln!(out, "{sentence}");
        }
        let before = environment("production", &[]);
        let found = consequences(&before, &environment("production", edits));
        for one in found.iter().filter(|one| one.text.contains("reach")) {
            let subjects: Vec<String> = one.subjects.iter().map(Subject::path).collect();
            let _ = writeln!(
                out,
                "  {:?} {} {}: {}",
                one.weight,
                one.kind,
                subjects.join(", "),
                one.text
            );
        }
        out.push('\n');
    }
    insta::assert_snapshot!(out);
}

/// The reverse of a change gains what the change loses.
#[test]
fn a_difference_has_a_reverse() {
    let closed: &[Edit<'_>] = &[("network", &|template| {
        remove(template, "Resources", "MachinesFromLoadBalancer");
    })];
    let (before, after) = (
        environment("production", &[]),
        environment("production", closed),
    );
    let there = AccessDifference::new(&before, &after);
    let back = AccessDifference::new(&after, &before);
    let pairs = |changes: &[review::reach::AccessChange]| -> Vec<(String, String, String)> {
        let changes = changes.iter();
        changes
            .map(|one| (one.from.clone(), one.to.clone(), one.traffic.to_string()))
            .collect()
    };
    assert!(!there.lost.is_empty());
    assert_eq!(pairs(&there.lost), pairs(&back.gained));
    assert_eq!(pairs(&there.gained), pairs(&back.lost));
    assert_eq!(there.unchanged, back.unchanged);
}
