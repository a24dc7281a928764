//! Machines are reached through Systems Manager only, and keep their credentials to themselves.

use serde_json::Value;
use tests::template::walk;
use tests::{Resource, synthesized};

fn launch_templates(synthesis: &tests::Synthesis) -> Vec<Resource<'_>> {
    let found: Vec<Resource<'_>> = synthesis.of_type("AWS::EC2::LaunchTemplate").collect();
    assert!(!found.is_empty(), "there are machines");
    found
}

#[test]
fn machines_have_no_key_pair() {
    for synthesis in synthesized() {
        assert_eq!(synthesis.of_type("AWS::EC2::KeyPair").count(), 0);
        for (stack, template) in &synthesis.templates {
            walk(template, &mut |value| {
                assert!(value.get("KeyName").is_none(), "{stack}")
            });
        }
    }
}

#[test]
fn machines_give_credentials_to_themselves_only() {
    for synthesis in synthesized() {
        for template in launch_templates(synthesis) {
            let options = template.property("LaunchTemplateData/MetadataOptions");
            assert_eq!(options["HttpTokens"], "required", "{:?}", template.place);
            assert_eq!(
                options["HttpPutResponseHopLimit"], 1,
                "{:?}",
                template.place
            );
        }
    }
}

#[test]
fn machines_have_no_public_address() {
    for synthesis in synthesized() {
        for subnet in synthesis.of_type("AWS::EC2::Subnet") {
            assert_ne!(
                subnet.property("MapPublicIpOnLaunch"),
                true,
                "{:?}",
                subnet.place
            );
        }
        for template in launch_templates(synthesis) {
            let interfaces = template.property("LaunchTemplateData/NetworkInterfaces");
            for interface in interfaces.as_array().into_iter().flatten() {
                assert_ne!(
                    interface["AssociatePublicIpAddress"], true,
                    "{:?}",
                    template.place
                );
            }
        }
        for group in synthesis.of_type("AWS::AutoScaling::AutoScalingGroup") {
            let subnets = group.property("VPCZoneIdentifier").as_array().unwrap();
            assert_eq!(subnets.len(), 2, "{:?}", group.place);
            for subnet in subnets {
                let subnet = synthesis.target(group.place.stack, subnet).unwrap();
                assert!(
                    subnet.id.starts_with("Private"),
                    "{:?} is in {subnet:?}",
                    group.place
                );
            }
        }
    }
}

#[test]
fn disks_are_encrypted() {
    for synthesis in synthesized() {
        for template in launch_templates(synthesis) {
            let disks = template.property("LaunchTemplateData/BlockDeviceMappings");
            let disks = disks.as_array().map(Vec::as_slice).unwrap_or_default();
            assert!(!disks.is_empty(), "{:?}", template.place);
            for disk in disks {
                assert_eq!(disk["Ebs"]["Encrypted"], true, "{:?}", template.place);
                assert_eq!(disk["Ebs"]["VolumeType"], "gp3", "{:?}", template.place);
            }
        }
    }
}

#[test]
fn there_are_never_fewer_than_two_machines() {
    for synthesis in synthesized() {
        for group in synthesis.of_type("AWS::AutoScaling::AutoScalingGroup") {
            let size = |property: &str| match group.property(property) {
                Value::String(text) => text.parse::<u64>().unwrap(),
                number => number.as_u64().unwrap(),
            };
            assert!(size("MinSize") >= 2, "{:?}", group.place);
            // A rolling replacement needs one spare.
            assert!(size("MaxSize") > size("MinSize"), "{:?}", group.place);
            let update = &group.json["UpdatePolicy"]["AutoScalingRollingUpdate"];
            assert_eq!(
                update["MinInstancesInService"],
                size("MinSize"),
                "{:?}",
                group.place
            );
        }
    }
}
