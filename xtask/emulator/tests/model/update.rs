//! Updating stacks.

use emulator::api::{Action, TemplateInput};
use emulator::{Options, ResourceOperation};
use serde_json::json;

use crate::support::{Client, network, target, topic, update, with_parameters, with_tags};

#[test]
fn a_change_in_place_keeps_the_thing() {
    let mut client = Client::new();
    client.created("topic", &topic("a"));
    let before = client.physical("topic", "Topic");
    let events = client.events("topic").len();
    client.updated("topic", &topic("b"));
    assert_eq!(client.physical("topic", "Topic"), before);
    assert_eq!(
        client.history("topic").split_off(events),
        [
            "topic UPDATE_IN_PROGRESS: User Initiated",
            "Topic UPDATE_IN_PROGRESS",
            "Topic UPDATE_COMPLETE",
            "topic UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
            "topic UPDATE_COMPLETE",
        ]
    );
}

#[test]
fn a_replacement_creates_the_new_thing_before_the_old_one_goes() {
    let mut client = Client::new();
    client.created("net", &network());
    let (vpc, subnet) = (
        client.physical("net", "Vpc"),
        client.physical("net", "Subnet"),
    );
    let events = client.events("net").len();
    let mut template = network();
    template["Resources"]["Vpc"]["Properties"]["CidrBlock"] = json!("10.1.0.0/16");
    template["Resources"]["Subnet"]["Properties"]["CidrBlock"] = json!("10.1.0.0/24");
    client.updated("net", &template);
    assert_ne!(client.physical("net", "Vpc"), vpc);
    assert_ne!(client.physical("net", "Subnet"), subnet);
    let replacing = "Requested update requires the creation of a new physical resource; hence \
                     creating one.";
    assert_eq!(
        client.history("net").split_off(events),
        [
            "net UPDATE_IN_PROGRESS: User Initiated".to_owned(),
            format!("Vpc UPDATE_IN_PROGRESS: {replacing}"),
            "Vpc UPDATE_IN_PROGRESS: Resource creation Initiated".to_owned(),
            "Vpc UPDATE_COMPLETE".to_owned(),
            format!("Subnet UPDATE_IN_PROGRESS: {replacing}"),
            "Subnet UPDATE_IN_PROGRESS: Resource creation Initiated".to_owned(),
            "Subnet UPDATE_COMPLETE".to_owned(),
            "net UPDATE_COMPLETE_CLEANUP_IN_PROGRESS".to_owned(),
            "Subnet DELETE_IN_PROGRESS".to_owned(),
            "Subnet DELETE_COMPLETE".to_owned(),
            "Vpc DELETE_IN_PROGRESS".to_owned(),
            "Vpc DELETE_COMPLETE".to_owned(),
            "net UPDATE_COMPLETE".to_owned(),
        ]
    );
    let existing = client.cloud.physical_resources(&client.caller);
    assert_eq!(existing.len(), 2, "{existing:#?}");
}

#[test]
fn what_the_template_does_not_have_any_more_goes() {
    let mut client = Client::new();
    client.created("net", &network());
    let mut template = network();
    template["Resources"]
        .as_object_mut()
        .unwrap()
        .remove("Subnet");
    client.updated("net", &template);
    assert_eq!(client.resources("net").len(), 1);
    assert_eq!(client.cloud.physical_resources(&client.caller).len(), 1);
}

#[test]
fn what_is_retained_stays_in_the_inventory() {
    let mut client = Client::new();
    let bucket = |name: &str| {
        json!({"Resources": {
            "Bucket": {"Type": "AWS::S3::Bucket", "DeletionPolicy": "RetainExceptOnCreate",
                "UpdateReplacePolicy": "Retain", "Properties": {"BucketName": name}},
            "Topic": {"Type": "AWS::SNS::Topic", "Properties": {}},
        }})
    };
    client.created("store", &bucket("first"));
    client.updated("store", &bucket("second"));
    let retained = |client: &Client| {
        client
            .cloud
            .physical_resources(&client.caller)
            .into_iter()
            .filter(|resource| resource.stack_id.is_none())
            .map(|resource| resource.physical_id)
            .collect::<Vec<_>>()
    };
    assert_eq!(retained(&client), ["first"]);
    client.delete("store").unwrap();
    let id = client.stack("store").id;
    client.settle();
    assert_eq!(client.status(id.as_str()), "DELETE_COMPLETE");
    assert!(
        client
            .history(id.as_str())
            .contains(&"Bucket DELETE_SKIPPED".to_owned())
    );
    assert_eq!(retained(&client), ["first", "second"]);
    // Its name is taken for good.
    client.create("other", &bucket("first")).unwrap();
    client.settle();
    assert_eq!(client.status("other"), "ROLLBACK_COMPLETE");
    let failures = client.failures("other");
    assert!(
        failures[0].starts_with(
            "Bucket CREATE_FAILED: Resource handler returned message: \"Resource of type \
             'AWS::S3::Bucket' with identifier 'first' already exists.\""
        ),
        "{failures:#?}"
    );
}

#[test]
fn what_a_failed_creation_made_is_deleted_unless_it_is_plainly_retained() {
    for (policy, left) in [("Retain", 1), ("RetainExceptOnCreate", 0)] {
        let mut client = Client::new();
        let template = json!({"Resources": {
            "Bucket": {"Type": "AWS::S3::Bucket", "DeletionPolicy": policy,
                "Properties": {"BucketName": "kept"}},
            "Topic": {"Type": "AWS::SNS::Topic", "DependsOn": "Bucket", "Properties": {}},
        }});
        client.fail("Topic", ResourceOperation::Create, Some(1));
        client.create("store", &template).unwrap();
        client.settle();
        assert_eq!(client.status("store"), "ROLLBACK_COMPLETE");
        assert_eq!(
            client.cloud.physical_resources(&client.caller).len(),
            left,
            "{policy}"
        );
    }
}

#[test]
fn nothing_to_do_is_refused() {
    let mut client = Client::new();
    client.created("topic", &topic("a"));
    let refusal = client.update("topic", &topic("a")).unwrap_err();
    assert_eq!(refusal.message, "No updates are to be performed.");
    let refusal = client.update("nothing", &topic("a")).unwrap_err();
    assert_eq!(refusal.message, "Stack [nothing] does not exist");
}

#[test]
fn a_busy_stack_takes_no_update() {
    let mut client = Client::new();
    client.create("topic", &topic("a")).unwrap();
    let refusal = client.update("topic", &topic("b")).unwrap_err();
    let id = client.stack("topic").id;
    assert_eq!(
        refusal.message,
        format!("Stack:{id} is in CREATE_IN_PROGRESS state and can not be updated.")
    );
}

#[test]
fn a_custom_name_can_not_be_replaced() {
    let mut client = Client::new();
    let group = |description: &str| {
        json!({"Resources": {"Group": {"Type": "AWS::EC2::SecurityGroup", "Properties": {
            "GroupName": "machines", "VpcId": "vpc-1", "GroupDescription": description}}}})
    };
    client.created("groups", &group("a"));
    client.update("groups", &group("b")).unwrap();
    client.settle();
    assert_eq!(client.status("groups"), "UPDATE_ROLLBACK_COMPLETE");
    assert_eq!(
        client.failures("groups")[0],
        "Group UPDATE_FAILED: CloudFormation cannot update a stack when a custom-named resource \
         requires replacing. Rename machines and update the stack again."
    );
    assert_eq!(
        client.resources("groups")["Group"].status,
        "UPDATE_COMPLETE"
    );
}

#[test]
fn a_type_stays_what_it_is() {
    let mut client = Client::new();
    client.created("topic", &topic("a"));
    let other = json!({"Resources": {"Topic": {"Type": "AWS::EC2::InternetGateway"}}});
    let refusal = client.update("topic", &other).unwrap_err();
    assert_eq!(
        refusal.message,
        "Update of resource type is not permitted. The new template modifies resource type of the \
         following resources: [Topic]"
    );
}

#[test]
fn a_parameter_keeps_its_value_when_asked_to() {
    let mut client = Client::new();
    let template = json!({
        "Parameters": {"Name": {"Type": "String"}, "Other": {"Type": "String", "Default": "x"}},
        "Resources": {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {
            "DisplayName": {"Fn::Sub": "${Name}-${Other}"}}}},
        "Outputs": {"Both": {"Value": {"Fn::Sub": "${Name}-${Other}"}}},
    });
    let first = with_parameters(target("topic", &template), &[("Name", Some("a"))]);
    client.call(&crate::support::create(first)).unwrap();
    client.settle();
    assert_eq!(client.output("topic", "Both"), "a-x");
    let refusal = client.update("topic", &template).unwrap_err();
    assert_eq!(refusal.message, "Parameters: [Name] must have values");
    let mut second = with_parameters(
        target("topic", &template),
        &[("Name", None), ("Other", Some("y"))],
    );
    second.template = TemplateInput::Previous;
    client.call(&update(second)).unwrap();
    client.settle();
    assert_eq!(client.output("topic", "Both"), "a-y");
}

#[test]
fn the_tags_of_a_stack_are_put_on_its_resources() {
    let mut client = Client::new();
    client.created("net", &network());
    let events = client.events("net").len();
    client
        .call(&update(with_tags(
            target("net", &network()),
            &[("Environment", "staging")],
        )))
        .unwrap();
    client.settle();
    let history = client.history("net").split_off(events);
    assert!(history.contains(&"Vpc UPDATE_COMPLETE".to_owned()));
    assert!(history.contains(&"Subnet UPDATE_COMPLETE".to_owned()));
    assert_eq!(client.stack("net").tags.len(), 1);
    // Not given, they stay.
    let refusal = client.update("net", &network()).unwrap_err();
    assert_eq!(refusal.message, "No updates are to be performed.");
}

#[test]
fn a_policy_denies_what_it_says() {
    let mut client = Client::new();
    client.created("net", &network());
    client
        .call(&Action::SetStackPolicy {
            stack: "net".to_owned(),
            policy: json!({"Statement": [
                {"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"},
                {"Effect": "Deny", "Action": ["Update:Replace", "Update:Delete"], "Principal": "*",
                 "Resource": "LogicalResourceId/Vpc"},
            ]})
            .to_string(),
        })
        .unwrap();
    let mut replaced = network();
    replaced["Resources"]["Vpc"]["Properties"]["CidrBlock"] = json!("10.1.0.0/16");
    client.update("net", &replaced).unwrap();
    client.settle();
    assert_eq!(client.status("net"), "UPDATE_ROLLBACK_COMPLETE");
    assert_eq!(
        client.failures("net")[0],
        "Vpc UPDATE_FAILED: Action denied by stack policy: Statement [#2] does not allow \
         [Update:Replace] for resource [LogicalResourceId/Vpc];"
    );
    // Removing it is denied before anything is touched.
    client.update("net", &topic("a")).unwrap();
    client.settle();
    assert_eq!(client.status("net"), "UPDATE_ROLLBACK_COMPLETE");
    assert_eq!(client.resources("net").len(), 2);
    // Allowed updates continue.
    let mut tagged = network();
    tagged["Resources"]["Vpc"]["Properties"]["EnableDnsSupport"] = json!(true);
    client.updated("net", &tagged);
    // For one update, another policy counts.
    client
        .call(&Action::UpdateStack {
            target: target("net", &replaced),
            disable_rollback: false,
            policy: None,
            policy_during_update: Some(
                json!({"Statement": [
                    {"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"},
                ]})
                .to_string(),
            ),
        })
        .unwrap();
    client.settle();
    assert_eq!(client.status("net"), "UPDATE_COMPLETE");
}

#[test]
fn a_role_stays_with_its_stack_and_is_needed() {
    let mut client = Client::new();
    let roles = json!({"Resources": {"Role": {"Type": "AWS::IAM::Role", "Properties": {
        "RoleName": "execution", "AssumeRolePolicyDocument": {}}}},
        "Outputs": {"Role": {"Value": {"Fn::GetAtt": ["Role", "Arn"]}}}});
    client.created("roles", &roles);
    let role = client.output("roles", "Role");
    assert_eq!(role, "arn:aws:iam::111122223333:role/execution");
    let mut with_role = target("topic", &topic("a"));
    with_role.role = Some(role.clone());
    client.call(&crate::support::create(with_role)).unwrap();
    client.settle();
    client.updated("topic", &topic("b"));
    assert_eq!(client.stack("topic").role.as_deref(), Some(role.as_str()));
    client.delete("roles").unwrap();
    client.settle();
    let refusal = client.delete("topic").unwrap_err();
    assert_eq!(
        refusal.message,
        format!("Role {role} is invalid or cannot be assumed")
    );
}

#[test]
fn an_attribute_that_changes_changes_who_uses_it() {
    let mut client = Client::new();
    let template = |size: &str| {
        json!({"Resources": {
            "Template": {"Type": "AWS::EC2::LaunchTemplate", "Properties": {
                "LaunchTemplateName": "machines", "LaunchTemplateData": {"InstanceType": size}}},
            "Group": {"Type": "AWS::AutoScaling::AutoScalingGroup", "Properties": {
                "MinSize": "1", "MaxSize": "2", "LaunchTemplate": {
                    "LaunchTemplateId": {"Ref": "Template"},
                    "Version": {"Fn::GetAtt": ["Template", "LatestVersionNumber"]}}}},
        },
        "Outputs": {"Version": {"Value": {"Fn::GetAtt": ["Template", "LatestVersionNumber"]}}}})
    };
    client.created("machines", &template("t4g.small"));
    assert_eq!(client.output("machines", "Version"), "1");
    client.updated("machines", &template("t4g.medium"));
    assert_eq!(client.output("machines", "Version"), "2");
    assert!(
        client
            .history("machines")
            .contains(&"Group UPDATE_COMPLETE".to_owned())
    );
}

#[test]
fn a_cleanup_that_fails_does_not_fail_the_update() {
    let mut client = Client::new();
    client.created("net", &network());
    client.fail("Subnet", ResourceOperation::Delete, Some(1));
    let mut template = network();
    template["Resources"]
        .as_object_mut()
        .unwrap()
        .remove("Subnet");
    client.update("net", &template).unwrap();
    client.settle();
    let stack = client.stack("net");
    assert_eq!(stack.status, "UPDATE_COMPLETE");
    assert_eq!(
        stack.status_reason.as_deref(),
        Some("Update successful. One or more resources could not be deleted.")
    );
    let orphans: Vec<_> = client
        .cloud
        .physical_resources(&client.caller)
        .into_iter()
        .filter(|resource| resource.stack_id.is_none())
        .collect();
    assert_eq!(orphans.len(), 1);
}

#[test]
fn a_replacement_takes_a_rollback() {
    let vpc = |block: &str| json!({"Resources": {"Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": block}}}});
    let without_rollback = |client: &mut Client| {
        client.created("s", &vpc("10.0.0.0/16"));
        client
            .call(&Action::UpdateStack {
                target: target("s", &vpc("10.1.0.0/16")),
                disable_rollback: true,
                policy: None,
                policy_during_update: None,
            })
            .unwrap();
        client.settle();
    };
    let mut client = Client::new();
    without_rollback(&mut client);
    assert_eq!(client.status("s"), "UPDATE_FAILED");
    assert!(
        client.failures("s").contains(
            &"Vpc UPDATE_FAILED: Replacement type updates not supported on stack with \
          disable-rollback."
                .to_owned()
        )
    );
    let mut lifted = Client::with(Options {
        replaces_without_rollback: true,
        ..Options::default()
    });
    without_rollback(&mut lifted);
    assert_eq!(lifted.status("s"), "UPDATE_COMPLETE");
}
