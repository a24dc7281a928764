//! Refusals of services, by the service rules.

use emulator::api::{Action, Answer};
use emulator::{OutOfBandChange, ResourceOperation};
use serde_json::{Value, json};

use crate::support::{Client, create, target};

const DRAINING_HOOK: &str = "ecs-managed-draining-termination-hook";

/// A cluster's machines, with managed draining; and, where asked for, with what takes its hook off.
fn machines(releases_the_hook: bool) -> Value {
    let mut template = json!({
        "Resources": {
            "Machines": {"Type": "AWS::AutoScaling::AutoScalingGroup", "Properties": {
                "MinSize": "2", "MaxSize": "4", "VPCZoneIdentifier": ["subnet-1"]}},
            "Provider": {"Type": "AWS::ECS::CapacityProvider", "Properties": {
                "Name": "machines",
                "AutoScalingGroupProvider": {
                    "AutoScalingGroupArn": {"Ref": "Machines"}, "ManagedDraining": "ENABLED"}}},
        },
    });
    if releases_the_hook {
        let code = format!(
            "def handler(event, context):\n    boto3.client('autoscaling').delete_lifecycle_hook(\
             LifecycleHookName='{DRAINING_HOOK}')\n"
        );
        let resources = template["Resources"].as_object_mut().unwrap();
        resources.insert(
            "Function".to_owned(),
            json!({"Type": "AWS::Lambda::Function", "Properties": {
                "Role": "arn:aws:iam::111122223333:role/any", "Code": {"ZipFile": code}}}),
        );
        resources.insert(
            "Release".to_owned(),
            json!({"Type": "AWS::CloudFormation::CustomResource", "Properties": {
                "ServiceToken": {"Fn::GetAtt": ["Function", "Arn"]},
                "AutoScalingGroupName": {"Ref": "Machines"}}}),
        );
        resources["Provider"]["DependsOn"] = json!("Release");
    }
    template
}

fn seconds_to_delete(client: &mut Client, stack: &str) -> u64 {
    let id = client.stack(stack).id;
    let begin = client.now.0;
    client.delete(stack).unwrap();
    client.settle();
    assert_eq!(client.status(id.as_str()), "DELETE_COMPLETE");
    (client.now.0 - begin) / 1000
}

#[test]
fn machines_wait_for_a_hook_that_nothing_completes() {
    let mut client = Client::new();
    client.created("machines", &machines(false));
    let seconds = seconds_to_delete(&mut client, "machines");
    assert!(seconds > 3600, "{seconds}");
}

#[test]
fn a_custom_resource_that_deletes_the_hook_lets_machines_go() {
    let mut client = Client::new();
    client.created("machines", &machines(true));
    let seconds = seconds_to_delete(&mut client, "machines");
    assert!(seconds < 900, "{seconds}");
}

#[test]
fn a_rollback_waits_for_the_hook_too() {
    let mut client = Client::new();
    let mut template = machines(false);
    template["Resources"]["Late"] = json!({
        "Type": "AWS::SNS::Topic", "DependsOn": "Provider", "Properties": {}});
    client.fail("Late", ResourceOperation::Create, Some(1));
    let begin = client.now.0;
    client.create("machines", &template).unwrap();
    client.settle();
    assert_eq!(client.status("machines"), "ROLLBACK_COMPLETE");
    assert!(client.now.0 - begin > 3_600_000);
}

fn protected() -> Value {
    json!({"Resources": {
        "Balancer": {"Type": "AWS::ElasticLoadBalancingV2::LoadBalancer", "Properties": {
            "Subnets": ["subnet-1", "subnet-2"],
            "LoadBalancerAttributes": [{"Key": "deletion_protection.enabled", "Value": "true"}]}},
        "Late": {"Type": "AWS::SNS::Topic", "DependsOn": "Balancer", "Properties": {}},
    }})
}

#[test]
fn a_protected_load_balancer_stays_in_a_deletion_and_in_a_rollback() {
    let mut client = Client::new();
    client.created("entry", &protected());
    client.delete("entry").unwrap();
    client.settle();
    assert_eq!(client.status("entry"), "DELETE_FAILED");
    let failures = client.failures("entry");
    assert!(
        failures[0].contains("cannot be deleted because deletion protection is enabled"),
        "{failures:#?}"
    );

    let mut client = Client::new();
    client.fail("Late", ResourceOperation::Create, Some(1));
    client.create("entry", &protected()).unwrap();
    client.settle();
    assert_eq!(client.status("entry"), "ROLLBACK_FAILED");
}

/// A network load balancer with an address of its own, and something after it.
fn entry(policy: &str) -> Value {
    json!({"Resources": {
        "Address": {"Type": "AWS::EC2::EIP", "DeletionPolicy": policy, "Properties": {}},
        "Balancer": {"Type": "AWS::ElasticLoadBalancingV2::LoadBalancer", "Properties": {
            "Type": "network",
            "SubnetMappings": [{"SubnetId": "subnet-1",
                "AllocationId": {"Fn::GetAtt": ["Address", "AllocationId"]}}]}},
        "Late": {"Type": "AWS::SNS::Topic", "DependsOn": "Balancer", "Properties": {}},
    }})
}

#[test]
fn an_address_is_held_for_minutes_after_its_load_balancer() {
    let mut client = Client::new();
    client.created("entry", &entry("Delete"));
    client.delete("entry").unwrap();
    client.settle();
    assert_eq!(client.status("entry"), "DELETE_FAILED");
    assert!(
        client.failures("entry")[0].contains("ec2:disassociateAddress"),
        "{:#?}",
        client.failures("entry")
    );
    client.pass(600);
    let id = client.stack("entry").id;
    client.delete("entry").unwrap();
    client.settle();
    assert_eq!(client.status(id.as_str()), "DELETE_COMPLETE");
}

/// What its creation could not take back is kept by the deletion after it: `RetainExceptOnCreate` deletes in the
/// rollback of the creation only.
#[test]
fn the_deletion_after_a_failed_rollback_retains() {
    let mut client = Client::new();
    client.fail("Late", ResourceOperation::Create, Some(1));
    client
        .create("entry", &entry("RetainExceptOnCreate"))
        .unwrap();
    client.settle();
    assert_eq!(client.status("entry"), "ROLLBACK_FAILED");
    client.pass(600);
    let id = client.stack("entry").id;
    client.delete("entry").unwrap();
    client.settle();
    assert_eq!(client.status(id.as_str()), "DELETE_COMPLETE");
    let left: Vec<String> = client
        .cloud
        .physical_resources(&client.caller)
        .into_iter()
        .map(|resource| resource.resource_type)
        .collect();
    assert_eq!(left, ["AWS::EC2::EIP"]);
}

#[test]
fn a_bucket_that_a_load_balancer_logs_to_is_not_empty() {
    let mut client = Client::new();
    client.created(
        "entry",
        &json!({"Resources": {
            "Logs": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "logs"}},
            "Policy": {"Type": "AWS::S3::BucketPolicy", "Properties": {
                "Bucket": {"Ref": "Logs"}, "PolicyDocument": {"Statement": []}}},
            "Balancer": {"Type": "AWS::ElasticLoadBalancingV2::LoadBalancer", "DependsOn": "Policy", "Properties": {
                "Subnets": ["subnet-1", "subnet-2"],
                "LoadBalancerAttributes": [
                    {"Key": "access_logs.s3.enabled", "Value": "true"},
                    {"Key": "access_logs.s3.bucket", "Value": {"Ref": "Logs"}}]}},
        }}),
    );
    client.delete("entry").unwrap();
    client.settle();
    assert_eq!(client.status("entry"), "DELETE_FAILED");
    assert!(client.failures("entry")[0].contains("is not empty"));
}

fn reports(delete: bool) -> Value {
    json!({"Resources": {"Reports": {"Type": "AWS::CodeBuild::ReportGroup", "Properties": {
        "Type": "TEST", "DeleteReports": delete, "ExportConfig": {"ExportConfigType": "NO_EXPORT"}}}}})
}

#[test]
fn a_report_group_goes_with_its_reports_only_where_it_says_so() {
    for (delete, status) in [(false, "DELETE_FAILED"), (true, "DELETE_COMPLETE")] {
        let mut client = Client::new();
        client.created("reports", &reports(delete));
        let id = client.stack("reports").id;
        let caller = client.caller.clone();
        client
            .cloud
            .change_out_of_band(
                &caller,
                "reports",
                "Reports",
                &OutOfBandChange::Put {
                    what: "reports".to_owned(),
                },
            )
            .unwrap();
        client.delete("reports").unwrap();
        client.settle();
        assert_eq!(client.status(id.as_str()), status);
    }
}

#[test]
fn only_what_a_type_holds_can_be_put_into_it() {
    let mut client = Client::new();
    client.created("reports", &reports(false));
    let caller = client.caller.clone();
    let put = OutOfBandChange::Put {
        what: "images".to_owned(),
    };
    let refused = client
        .cloud
        .change_out_of_band(&caller, "reports", "Reports", &put);
    assert_eq!(
        refused.unwrap_err().to_string(),
        "resources of type AWS::CodeBuild::ReportGroup do not hold `images`"
    );
}

#[test]
fn an_apex_and_its_wildcard_ask_for_one_validation_record() {
    let certificate = |names: &[&str]| {
        let options: Vec<Value> = names
            .iter()
            .map(|name| json!({"DomainName": name, "HostedZoneId": "Z1"}))
            .collect();
        json!({"Resources": {"Certificate": {
            "Type": "AWS::CertificateManager::Certificate", "Properties": {
                "DomainName": "lemonade.example", "ValidationMethod": "DNS",
                "SubjectAlternativeNames": ["*.lemonade.example"],
                "DomainValidationOptions": options}}}})
    };
    let mut client = Client::new();
    client
        .create(
            "twice",
            &certificate(&["lemonade.example", "*.lemonade.example"]),
        )
        .unwrap();
    client.settle();
    assert_eq!(client.status("twice"), "ROLLBACK_COMPLETE");
    assert!(
        client.failures("twice")[0].contains("type='CNAME'] but it already exists"),
        "{:#?}",
        client.failures("twice")
    );
    client.created("once", &certificate(&["lemonade.example"]));
}

/// The version that failed stays the latest, or a copy of the one before it does: a group that
/// follows the latest version is rolled by whatever is deployed next.
#[test]
fn a_failed_roll_leaves_another_latest_version() {
    let rolled = |image: &str, extra: &str| {
        json!({"Resources": {
            "Template": {"Type": "AWS::EC2::LaunchTemplate", "Properties": {
                "LaunchTemplateData": {"ImageId": image}}},
            "Machines": {"Type": "AWS::AutoScaling::AutoScalingGroup", "Properties": {
                "MinSize": "2", "MaxSize": "4", "VPCZoneIdentifier": ["subnet-1"],
                "LaunchTemplate": {
                    "LaunchTemplateId": {"Ref": "Template"},
                    "Version": {"Fn::GetAtt": ["Template", "LatestVersionNumber"]}}}},
            "Topic": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": extra}},
        }})
    };
    let mut client = Client::new();
    client.created("machines", &rolled("ami-1", "a"));
    client.fail("Machines", ResourceOperation::Update, Some(1));
    client.update("machines", &rolled("ami-2", "a")).unwrap();
    client.settle();
    assert_eq!(client.status("machines"), "UPDATE_ROLLBACK_COMPLETE");
    let events = client.events("machines").len();
    client.updated("machines", &rolled("ami-1", "b"));
    let since = client.history("machines").split_off(events);
    assert!(
        since.contains(&"Machines UPDATE_COMPLETE".to_owned()),
        "{since:#?}"
    );
}

fn insights(policy: &str) -> Value {
    json!({"Resources": {
        "Logs": {"Type": "AWS::Logs::LogGroup", "DeletionPolicy": policy, "Properties": {
            "LogGroupName": "/aws/ecs/containerinsights/main/performance"}},
        "Cluster": {"Type": "AWS::ECS::Cluster", "DependsOn": "Logs", "Properties": {
            "ClusterName": "main",
            "ClusterSettings": [{"Name": "containerInsights", "Value": "enabled"}]}},
    }})
}

#[test]
fn the_log_group_of_a_deleted_cluster_comes_back() {
    let mut client = Client::new();
    client.created("cluster", &insights("Delete"));
    client.delete("cluster").unwrap();
    client.settle();
    assert!(client.cloud.physical_resources(&client.caller).is_empty());
    client.pass(600);
    assert_eq!(client.cloud.physical_resources(&client.caller).len(), 1);
    client.create("cluster", &insights("Delete")).unwrap();
    client.settle();
    assert_eq!(client.status("cluster"), "ROLLBACK_COMPLETE");
    assert!(client.failures("cluster")[0].contains("AlreadyExists"));
}

/// Two NAT gateways don't share an address, also where one takes the place of the other.
#[test]
fn an_address_has_one_nat_gateway() {
    let gateway = |subnet: &str| {
        json!({"Resources": {
            "Address": {"Type": "AWS::EC2::EIP", "Properties": {}},
            "Gateway": {"Type": "AWS::EC2::NatGateway", "Properties": {
                "SubnetId": subnet,
                "AllocationId": {"Fn::GetAtt": ["Address", "AllocationId"]}}},
        }})
    };
    let mut client = Client::new();
    client.created("nat", &gateway("subnet-1"));
    client.update("nat", &gateway("subnet-2")).unwrap();
    client.settle();
    assert_eq!(client.status("nat"), "UPDATE_ROLLBACK_COMPLETE");
    assert!(
        client
            .failures("nat")
            .iter()
            .any(|line| line.contains("already associated")),
        "{:#?}",
        client.failures("nat")
    );
}

#[test]
fn what_is_associated_or_forwarded_to_stays() {
    let mut client = Client::new();
    client.created(
        "target",
        &json!({
            "Resources": {"Group": {"Type": "AWS::ElasticLoadBalancingV2::TargetGroup", "Properties": {
                "Port": 80, "Protocol": "HTTP", "VpcId": "vpc-1"}}},
            "Outputs": {"Group": {"Value": {"Ref": "Group"}}},
        }),
    );
    let group = client.output("target", "Group");
    client.call(&create(target(
        "rule",
        &json!({"Resources": {"Rule": {"Type": "AWS::ElasticLoadBalancingV2::ListenerRule", "Properties": {
            "ListenerArn": "arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener/app/a/1/2",
            "Priority": 1, "Conditions": [{"Field": "host-header", "Values": ["a"]}],
            "Actions": [{"Type": "forward", "TargetGroupArn": group}]}}}}),
    )))
    .unwrap();
    client.settle();
    client.delete("target").unwrap();
    client.settle();
    assert_eq!(client.status("target"), "DELETE_FAILED");
    assert!(client.failures("target")[0].contains("is currently in use"));
}

fn put(client: &mut Client, stack: &str, logical_id: &str, what: &str) {
    let caller = client.caller.clone();
    let put = OutOfBandChange::Put {
        what: what.to_owned(),
    };
    client
        .cloud
        .change_out_of_band(&caller, stack, logical_id, &put)
        .unwrap();
}

/// The failure of a creation.
#[track_caller]
fn refused(template: &Value) -> String {
    let mut client = Client::new();
    client.create("stack", template).unwrap();
    client.settle();
    assert_eq!(client.status("stack"), "ROLLBACK_COMPLETE");
    client.failures("stack").remove(0)
}

fn service(depends_on: Option<&str>) -> Value {
    let mut template = json!({"Resources": {
        "Group": {"Type": "AWS::ElasticLoadBalancingV2::TargetGroup", "Properties": {
            "Port": 80, "Protocol": "HTTP", "VpcId": "vpc-1"}},
        "Balancer": {"Type": "AWS::ElasticLoadBalancingV2::LoadBalancer", "Properties": {
            "Subnets": ["subnet-1", "subnet-2"]}},
        "Listener": {"Type": "AWS::ElasticLoadBalancingV2::Listener", "Properties": {
            "LoadBalancerArn": {"Ref": "Balancer"}, "Port": 80, "Protocol": "HTTP",
            "DefaultActions": [{"Type": "forward", "TargetGroupArn": {"Ref": "Group"}}]}},
        "Service": {"Type": "AWS::ECS::Service", "Properties": {
            "Cluster": "main", "TaskDefinition": "web",
            "LoadBalancers": [{"ContainerName": "web", "ContainerPort": 80,
                "TargetGroupArn": {"Ref": "Group"}}]}},
    }});
    if let Some(other) = depends_on {
        template["Resources"]["Service"]["DependsOn"] = json!(other);
    }
    template
}

#[test]
fn a_service_waits_for_the_listener_of_its_target_group() {
    let failure = refused(&service(None));
    assert!(
        failure.contains("does not have an associated load balancer"),
        "{failure}"
    );
    Client::new().created("stack", &service(Some("Listener")));
}

#[test]
fn a_nat_gateway_waits_for_the_internet_gateway() {
    let network = |depends_on: Option<&str>| {
        let mut template = json!({"Resources": {
            "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}},
            "Subnet": {"Type": "AWS::EC2::Subnet", "Properties": {
                "VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.0.0.0/24"}},
            "Internet": {"Type": "AWS::EC2::InternetGateway", "Properties": {}},
            "Attachment": {"Type": "AWS::EC2::VPCGatewayAttachment", "Properties": {
                "VpcId": {"Ref": "Vpc"}, "InternetGatewayId": {"Ref": "Internet"}}},
            "Gateway": {"Type": "AWS::EC2::NatGateway", "Properties": {
                "SubnetId": {"Ref": "Subnet"}, "AllocationId": "eipalloc-1"}},
        }});
        match depends_on {
            Some(other) => template["Resources"]["Gateway"]["DependsOn"] = json!(other),
            None => {
                template["Resources"]
                    .as_object_mut()
                    .unwrap()
                    .remove("Attachment");
            }
        }
        template
    };
    let failure = refused(&network(None));
    assert!(
        failure.contains("has no Internet gateway attached"),
        "{failure}"
    );
    let mut client = Client::new();
    client.created("stack", &network(Some("Attachment")));
    // Everything in the network is deleted before it, in the order of its references.
    let id = client.stack("stack").id;
    client.delete("stack").unwrap();
    client.settle();
    assert_eq!(client.status(id.as_str()), "DELETE_COMPLETE");
}

/// A load balancer that is replaced takes its listener along, and the target group can't follow.
#[test]
fn a_target_group_has_one_load_balancer() {
    let entry = |scheme: &str, group: &str| {
        let mut template = service(Some("Listener"));
        let resources = template["Resources"].as_object_mut().unwrap();
        resources["Balancer"]["Properties"]["Scheme"] = json!(scheme);
        let target = resources["Group"].clone();
        resources.remove("Service");
        resources.remove("Group");
        resources.insert(group.to_owned(), target);
        resources["Listener"]["Properties"]["DefaultActions"][0]["TargetGroupArn"] =
            json!({"Ref": group});
        template
    };
    let mut client = Client::new();
    client.created("entry", &entry("internet-facing", "Group"));
    client.update("entry", &entry("internal", "Group")).unwrap();
    client.settle();
    assert_eq!(client.status("entry"), "UPDATE_ROLLBACK_COMPLETE");
    let failures = client.failures("entry");
    let limit = "cannot be associated with more than one load balancer";
    assert!(
        failures.iter().any(|line| line.contains(limit)),
        "{failures:#?}"
    );
    // With a target group of its own it can.
    client.updated("entry", &entry("internal", "Other"));
}

#[test]
fn a_security_group_waits_for_the_interfaces_of_its_load_balancer() {
    let mut client = Client::new();
    client.created(
        "entry",
        &json!({"Resources": {
            "Group": {"Type": "AWS::EC2::SecurityGroup", "Properties": {"GroupDescription": "it"}},
            "Balancer": {"Type": "AWS::ElasticLoadBalancingV2::LoadBalancer", "Properties": {
                "Subnets": ["subnet-1", "subnet-2"], "SecurityGroups": [{"Ref": "Group"}]}},
        }}),
    );
    let seconds = seconds_to_delete(&mut client, "entry");
    assert!(seconds >= 300, "{seconds}");
}

/// What holds something stays until it is empty.
#[test]
fn what_holds_something_stays() {
    let held = [
        ("AWS::ECS::Cluster", "container-instances", json!({})),
        ("AWS::ECS::Cluster", "tasks", json!({})),
        ("AWS::ECR::Repository", "images", json!({})),
        ("AWS::S3::Bucket", "objects", json!({})),
        (
            "AWS::EC2::VPC",
            "endpoints",
            json!({"CidrBlock": "10.0.0.0/16"}),
        ),
        (
            "AWS::IAM::Role",
            "attachments",
            json!({"AssumeRolePolicyDocument": {}}),
        ),
        ("AWS::SSM::Document", "shares", json!({"Content": {}})),
    ];
    for (kind, what, properties) in held {
        let mut client = Client::new();
        client.created(
            "stack",
            &json!({"Resources": {"It": {"Type": kind, "Properties": properties}}}),
        );
        put(&mut client, "stack", "It", what);
        client.delete("stack").unwrap();
        client.settle();
        assert_eq!(client.status("stack"), "DELETE_FAILED", "{kind} {what}");
    }
}

/// A deletion by CloudFormation is at once; any other leaves the name taken for a month.
#[test]
fn the_name_of_a_secret_that_was_deleted_by_hand_stays_taken() {
    let secret = json!({"Resources": {"Secret": {
        "Type": "AWS::SecretsManager::Secret", "Properties": {"Name": "it"}}}});
    let mut client = Client::new();
    client.created("one", &secret);
    client.delete("one").unwrap();
    client.settle();
    client.created("two", &secret);
    let caller = client.caller.clone();
    client
        .cloud
        .change_out_of_band(&caller, "two", "Secret", &OutOfBandChange::Delete)
        .unwrap();
    client.create("three", &secret).unwrap();
    client.settle();
    assert_eq!(client.status("three"), "ROLLBACK_COMPLETE");
    let failure = client.failures("three").remove(0);
    assert!(
        failure.contains("already scheduled for deletion"),
        "{failure}"
    );
    client.pass(31 * 24 * 3600);
    client.created("four", &secret);
}

/// The update is refused, too, not the creation only.
#[test]
fn a_change_is_refused_as_a_creation_is() {
    let mut client = Client::new();
    let group = |port: &str| {
        let mut template = service(Some("Listener"));
        template["Resources"]["Service"]["Properties"]["LoadBalancers"][0]["TargetGroupArn"] =
            json!({"Ref": port});
        template["Resources"]["Other"] = template["Resources"]["Group"].clone();
        template
    };
    client.created("stack", &group("Group"));
    client.update("stack", &group("Other")).unwrap();
    client.settle();
    assert_eq!(client.status("stack"), "UPDATE_ROLLBACK_COMPLETE");
    let failures = client.failures("stack");
    let said = "does not have an associated load balancer";
    assert!(
        failures.iter().any(|line| line.contains(said)),
        "{failures:#?}"
    );
}

/// The association of a subnet is unique, and another route table replaces it all the same.
#[test]
fn some_types_are_deleted_before_they_are_replaced() {
    let associated = |table: &str, late: bool| {
        let mut template = json!({"Resources": {
            "Association": {"Type": "AWS::EC2::SubnetRouteTableAssociation", "Properties": {
                "SubnetId": "subnet-1", "RouteTableId": table}},
        }});
        if late {
            template["Resources"]["Late"] = json!({
                "Type": "AWS::SNS::Topic", "DependsOn": "Association", "Properties": {}});
        }
        template
    };
    let mut client = Client::new();
    client.created("routes", &associated("rtb-1", false));
    client.updated("routes", &associated("rtb-2", false));
    // A rollback makes the old one again.
    client.fail("Late", ResourceOperation::Create, Some(1));
    client.update("routes", &associated("rtb-3", true)).unwrap();
    client.settle();
    assert_eq!(client.status("routes"), "UPDATE_ROLLBACK_COMPLETE");
    let there = client.cloud.physical_resources(&client.caller);
    assert_eq!(there.len(), 1);
    assert_eq!(
        there[0].physical_id.as_str(),
        client.physical("routes", "Association")
    );
    client.updated("routes", &associated("rtb-1", false));
}

/// Nothing reads it: what was changed by hand is not seen.
#[test]
fn what_can_only_be_written_shows_no_drift() {
    let mut client = Client::new();
    client.created("reports", &reports(false));
    let caller = client.caller.clone();
    for (property, drifted) in [("DeleteReports", Some(0)), ("Tags", Some(1))] {
        let change = OutOfBandChange::Change {
            property: property.to_owned(),
            value: Some(json!([{"Key": "a", "Value": "b"}])),
        };
        client
            .cloud
            .change_out_of_band(&caller, "reports", "Reports", &change)
            .unwrap();
        let Answer::DriftDetectionId(id) = client
            .call(&Action::DetectStackDrift {
                stack: "reports".to_owned(),
            })
            .unwrap()
        else {
            panic!("no detection");
        };
        client.settle();
        let Answer::DriftDetection(detection) = client
            .call(&Action::DescribeStackDriftDetectionStatus { detection: id })
            .unwrap()
        else {
            panic!("no status");
        };
        assert_eq!(detection.drifted, drifted, "{property}");
    }
}
