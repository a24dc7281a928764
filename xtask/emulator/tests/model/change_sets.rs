//! Change sets.

use cloudformation::ChangeSetType;
use emulator::api::{Action, Answer};
use emulator::{Options, ResourceOperation};
use serde_json::{Value, json};

use crate::support::{
    Client, change_set, consumer, lines, network, producer, target, topic, with_parameters,
    with_tags,
};

fn updating(name: &str, template: &Value, set: &str) -> Action {
    change_set(target(name, template), set, ChangeSetType::Update)
}

#[test]
fn a_stack_waits_for_its_first_change_set() {
    let mut client = Client::new();
    let action = change_set(target("net", &network()), "first", ChangeSetType::Create);
    client.call(&action).unwrap();
    client.pass(1);
    assert_eq!(client.status("net"), "REVIEW_IN_PROGRESS");
    let set = client
        .call(&Action::DescribeChangeSet {
            change_set: "first".to_owned(),
            stack: Some("net".to_owned()),
            next: None,
            values: false,
        })
        .map(|answer| match answer {
            emulator::api::Answer::ChangeSet(set) => *set,
            other => panic!("{other:?}"),
        })
        .unwrap();
    assert_eq!(set.summary.status, "CREATE_IN_PROGRESS");
    assert_eq!(set.summary.execution_status, "UNAVAILABLE");
    let refusal = client.execute(&set).unwrap_err();
    assert_eq!(refusal.code, "InvalidChangeSetStatus");
    assert!(
        refusal
            .message
            .ends_with("cannot be executed in its current status of [CREATE_IN_PROGRESS]"),
        "{refusal}"
    );
    client.settle();
    let set = client.described(&set.summary.id);
    assert_eq!(set.summary.status, "CREATE_COMPLETE");
    assert_eq!(set.summary.execution_status, "AVAILABLE");
    assert_eq!(lines(&set), ["Add Subnet", "Add Vpc"]);
    client.execute(&set).unwrap();
    client.settle();
    assert_eq!(client.status("net"), "CREATE_COMPLETE");
    assert_eq!(
        client.described(&set.summary.id).summary.execution_status,
        "EXECUTE_COMPLETE"
    );
    // The name of an executed change set is free again; the stack is not.
    let refusal = client.call(&action).unwrap_err();
    assert_eq!(
        refusal.message,
        "Stack [net] already exists and cannot be created again with the changeSet [first]."
    );
    let again = change_set(target("net", &network()), "second", ChangeSetType::Create);
    let refusal = client.call(&again).unwrap_err();
    assert_eq!(
        refusal.message,
        "Stack [net] already exists and cannot be created again with the changeSet [second]."
    );
}

#[test]
fn the_name_of_an_executed_change_set_is_free_again() {
    let mut client = Client::new();
    let create = change_set(target("net", &network()), "one-name", ChangeSetType::Create);
    let first = client.change_set(&create);
    // Until it is executed, it is taken.
    let refusal = client.call(&create).unwrap_err();
    assert_eq!(refusal.code, "AlreadyExistsException");
    client.execute(&first).unwrap();
    client.settle();
    let update = change_set(target("net", &network()), "one-name", ChangeSetType::Update);
    let second = client.change_set(&update);
    assert_ne!(first.summary.id, second.summary.id);
    // The name stands for the latest.
    let by_name = client.call(&Action::DescribeChangeSet {
        change_set: "one-name".to_owned(),
        stack: Some("net".to_owned()),
        next: None,
        values: false,
    });
    let Answer::ChangeSet(by_name) = by_name.unwrap() else {
        panic!("no change set");
    };
    assert_eq!(by_name.summary.id, second.summary.id);
}

#[test]
fn a_waiting_stack_is_deleted_at_once() {
    let mut client = Client::new();
    client.change_set(&change_set(
        target("net", &network()),
        "first",
        ChangeSetType::Create,
    ));
    client.delete("net").unwrap();
    client.settle();
    assert!(client.find("net").is_err());
}

#[test]
fn a_change_set_says_what_is_replaced() {
    let mut client = Client::new();
    client.created("net", &network());
    let mut template = network();
    template["Resources"]["Vpc"]["Properties"]["CidrBlock"] = json!("10.1.0.0/16");
    let set = client.change_set(&updating("net", &template, "one"));
    assert_eq!(
        lines(&set),
        ["Modify Subnet Conditional", "Modify Vpc True"]
    );
    let [subnet, vpc] = set.changes.items.as_slice() else {
        panic!("{set:#?}");
    };
    let detail = &vpc.details[0];
    assert_eq!(detail.name.as_deref(), Some("CidrBlock"));
    assert_eq!(detail.requires_recreation, "Always");
    assert_eq!(detail.evaluation, "Static");
    assert_eq!(detail.before.as_deref(), Some("10.0.0.0/16"));
    assert_eq!(detail.after.as_deref(), Some("10.1.0.0/16"));
    assert_eq!(vpc.policy_action.as_deref(), Some("ReplaceAndDelete"));
    let detail = &subnet.details[0];
    assert_eq!(detail.name.as_deref(), Some("VpcId"));
    assert_eq!(detail.evaluation, "Dynamic");
    assert_eq!(detail.change_source, "ResourceReference");
    assert_eq!(detail.causing_entity.as_deref(), Some("Vpc"));
    assert_eq!(
        detail.after.as_deref(),
        Some("{{changeSet:KNOWN_AFTER_APPLY}}")
    );
}

#[test]
fn an_attribute_of_what_changes_may_change() {
    let mut client = Client::new();
    let template = |display: &str| {
        json!({"Resources": {
            "Topic": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": display}},
            "User": {"Type": "AWS::SNS::Topic", "Properties": {
                "DisplayName": {"Fn::GetAtt": ["Topic", "TopicName"]}}},
            "Name": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": {"Ref": "Topic"}}},
        }})
    };
    client.created("topics", &template("a"));
    let set = client.change_set(&updating("topics", &template("b"), "one"));
    // A reference to what stays itself stays.
    assert_eq!(lines(&set), ["Modify Topic False", "Modify User False"]);
    let detail = &set.changes.items[1].details[0];
    assert_eq!(detail.evaluation, "Dynamic");
    assert_eq!(detail.causing_entity.as_deref(), Some("Topic.TopicName"));
    // Nothing happens to it in the end.
    client.execute(&set).unwrap();
    client.settle();
    assert!(
        !client
            .history("topics")
            .contains(&"User UPDATE_COMPLETE".to_owned())
    );
}

#[test]
fn nothing_to_do_is_a_failed_change_set() {
    let mut client = Client::new();
    client.created("topic", &topic("a"));
    let set = client.change_set(&updating("topic", &topic("a"), "same"));
    assert_eq!(set.summary.status, "FAILED");
    assert_eq!(set.summary.execution_status, "UNAVAILABLE");
    assert_eq!(
        set.summary.status_reason.as_deref(),
        Some("No updates are to be performed.")
    );
    let mut described = topic("a");
    described["Description"] = json!("says the same");
    let set = client.change_set(&updating("topic", &described, "described"));
    assert_eq!(
        set.summary.status_reason.as_deref(),
        Some(
            "The submitted information didn't contain changes. Submit different information to \
             create a change set."
        )
    );
    let refusal = client.execute(&set).unwrap_err();
    assert_eq!(refusal.code, "InvalidChangeSetStatus");
}

#[test]
fn outputs_alone_are_a_change() {
    let mut client = Client::new();
    client.created("topic", &topic("a"));
    let mut template = topic("a");
    template["Outputs"] = json!({"DefinitionDigest": {"Value": "1"}});
    let set = client.change_set(&updating("topic", &template, "one"));
    assert_eq!(set.summary.status, "CREATE_COMPLETE");
    assert!(set.changes.items.is_empty());
    client.execute(&set).unwrap();
    client.settle();
    assert_eq!(client.status("topic"), "UPDATE_COMPLETE");
    assert_eq!(client.output("topic", "DefinitionDigest"), "1");
    // Its value, too.
    template["Outputs"]["DefinitionDigest"]["Value"] = json!("2");
    let set = client.change_set(&updating("topic", &template, "two"));
    assert_eq!(set.summary.status, "CREATE_COMPLETE");
}

#[test]
fn tags_and_attributes_are_changes() {
    let mut client = Client::new();
    client.created("topic", &topic("a"));
    let set = client.change_set(&change_set(
        with_tags(target("topic", &topic("a")), &[("a", "b")]),
        "tags",
        ChangeSetType::Update,
    ));
    assert_eq!(lines(&set), ["Modify Topic False"]);
    assert_eq!(set.changes.items[0].scope, ["Tags"]);
    let mut kept = topic("a");
    kept["Resources"]["Topic"]["DeletionPolicy"] = json!("Retain");
    let set = client.change_set(&updating("topic", &kept, "policy"));
    assert_eq!(set.changes.items[0].scope, ["DeletionPolicy"]);
    client.execute(&set).unwrap();
    client.settle();
    let removed = json!({"Resources": {"Other": {"Type": "AWS::SNS::Topic"}}});
    let set = client.change_set(&updating("topic", &removed, "removed"));
    assert_eq!(lines(&set), ["Add Other", "Remove Topic"]);
    assert_eq!(
        set.changes.items[1].policy_action.as_deref(),
        Some("Retain")
    );
}

#[test]
fn a_parameter_is_the_cause() {
    let mut client = Client::new();
    let template = json!({
        "Parameters": {"Name": {"Type": "String", "Default": "a"}},
        "Resources": {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {
            "DisplayName": {"Ref": "Name"}}}},
    });
    client.created("topic", &template);
    let set = client.change_set(&change_set(
        with_parameters(target("topic", &template), &[("Name", Some("b"))]),
        "one",
        ChangeSetType::Update,
    ));
    let detail = &set.changes.items[0].details[0];
    assert_eq!(detail.change_source, "ParameterReference");
    assert_eq!(detail.causing_entity.as_deref(), Some("Name"));
}

#[test]
fn another_change_makes_a_change_set_obsolete() {
    let mut client = Client::new();
    client.created("topic", &topic("a"));
    let one = client.change_set(&updating("topic", &topic("b"), "one"));
    let two = client.change_set(&updating("topic", &topic("c"), "two"));
    client.execute(&one).unwrap();
    let two = client.described(&two.summary.id);
    assert_eq!(two.summary.execution_status, "OBSOLETE");
    let refusal = client.execute(&two).unwrap_err();
    assert!(
        refusal
            .message
            .ends_with("cannot be executed in its current execution status of [OBSOLETE]"),
        "{refusal}"
    );
    // Once the stack has changed, it is gone.
    client.settle();
    let refusal = client
        .call(&Action::DescribeChangeSet {
            change_set: two.summary.id,
            stack: None,
            next: None,
            values: false,
        })
        .unwrap_err();
    assert_eq!((refusal.code, refusal.status), ("ChangeSetNotFound", 404));
    // Deleting what is not there works.
    client
        .call(&Action::DeleteChangeSet {
            change_set: "two".to_owned(),
            stack: Some("topic".to_owned()),
        })
        .unwrap();
}

#[test]
fn a_failed_execution_is_told() {
    let mut client = Client::new();
    client.created("topic", &topic("a"));
    let set = client.change_set(&updating("topic", &topic("b"), "one"));
    client.fail("Topic", ResourceOperation::Update, Some(1));
    client.execute(&set).unwrap();
    client.settle();
    assert_eq!(
        client.described(&set.summary.id).summary.execution_status,
        "EXECUTE_FAILED"
    );
}

#[test]
fn an_export_that_is_not_there_yet_is_known_later() {
    let mut client = Client::new();
    let action = change_set(
        target("one", &consumer("logs")),
        "first",
        ChangeSetType::Create,
    );
    let set = client.change_set(&action);
    assert_eq!(set.summary.status, "CREATE_COMPLETE");
    client.created("producer", &producer("logs", "a"));
    client.execute(&set).unwrap();
    client.settle();
    assert_eq!(client.status("one"), "CREATE_COMPLETE");

    let mut strict = Client::with(Options {
        imports_at_change_set: true,
        ..Options::default()
    });
    let set = strict.change_set(&action);
    assert_eq!(set.summary.status, "FAILED");
    assert_eq!(
        set.summary.status_reason.as_deref(),
        Some("No export named logs found.")
    );
}

#[test]
fn a_change_set_is_validated_before_it_is_complete() {
    let mut client = Client::new();
    client.created("producer", &producer("logs", "taken"));
    let set = client.change_set(&change_set(
        target("other", &producer("more", "taken")),
        "first",
        ChangeSetType::Create,
    ));
    assert_eq!(set.summary.status, "FAILED");
    assert_eq!(
        set.summary.status_reason.as_deref(),
        Some(
            "The following hook(s)/validation failed: \
             [AWS::EarlyValidation::ResourceExistenceCheck]. To troubleshoot Early Validation \
             errors, use the DescribeEvents API for detailed failure information."
        )
    );
    let misspelt = json!({"Resources": {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {
        "Displayname": "a"}}}});
    let set = client.change_set(&change_set(
        target("third", &misspelt),
        "first",
        ChangeSetType::Create,
    ));
    assert_eq!(set.summary.status, "FAILED");
    // Without it, the resource fails.
    client.create("fourth", &misspelt).unwrap();
    client.settle();
    assert_eq!(
        client.failures("fourth")[0],
        "Topic CREATE_FAILED: Properties validation failed for resource Topic with message:\n#: \
         extraneous key [Displayname] is not permitted"
    );
}

#[test]
fn changes_come_in_pages() {
    let mut client = Client::with(Options {
        page_size: 1,
        ..Options::default()
    });
    let set = client.change_set(&change_set(
        target("net", &network()),
        "first",
        ChangeSetType::Create,
    ));
    assert_eq!(set.changes.items.len(), 1);
    assert!(set.changes.next.is_some());
}

#[test]
fn a_change_set_is_pending_first() {
    let mut client = Client::new();
    client.created("topic", &topic("a"));
    let action = updating("topic", &topic("b"), "one");
    let Answer::ChangeSetId { id, .. } = client.call(&action).unwrap() else {
        panic!("no change set");
    };
    let mut seen = vec![client.described(&id).summary.status];
    while let Some(next) = client.cloud.next_event() {
        client.now = next;
        client.cloud.advance(next);
        seen.push(client.described(&id).summary.status);
    }
    assert_eq!(
        seen,
        ["CREATE_PENDING", "CREATE_IN_PROGRESS", "CREATE_COMPLETE"]
    );
}

#[test]
fn a_stack_in_review_does_not_exist_for_an_update() {
    let mut client = Client::new();
    client.change_set(&change_set(
        target("net", &network()),
        "first",
        ChangeSetType::Create,
    ));
    let refusal = client
        .call(&updating("net", &network(), "second"))
        .unwrap_err();
    assert_eq!(
        refusal.to_string(),
        "ValidationError: Stack [net] does not exist"
    );
    // By its id, too.
    let id = client.stack("net").id;
    let refusal = client
        .call(&updating(id.as_str(), &network(), "second"))
        .unwrap_err();
    assert!(refusal.message.ends_with("does not exist"), "{refusal}");
}

#[test]
fn an_executed_change_set_leaves_the_list() {
    let mut client = Client::new();
    client.created("topic", &topic("a"));
    let set = client.change_set(&updating("topic", &topic("b"), "one"));
    let listed = |client: &mut Client| match client
        .call(&Action::ListChangeSets {
            stack: "topic".to_owned(),
            next: None,
        })
        .unwrap()
    {
        Answer::ChangeSets(page) => page.items.len(),
        other => panic!("{other:?}"),
    };
    assert_eq!(listed(&mut client), 1);
    client.execute(&set).unwrap();
    for _ in 0..2 {
        assert_eq!(listed(&mut client), 0);
        // Its name is nothing's, its id is still its own.
        let refusal = client
            .call(&Action::DescribeChangeSet {
                change_set: "one".to_owned(),
                stack: Some("topic".to_owned()),
                next: None,
                values: false,
            })
            .unwrap_err();
        assert_eq!(refusal.code, "ChangeSetNotFound");
        client.described(&set.summary.id);
        client.settle();
    }
}

#[test]
fn a_resource_s_own_tags_are_no_property() {
    let mut client = Client::new();
    let tagged = |value: &str| {
        json!({"Resources": {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {
            "Tags": [{"Key": "purpose", "Value": value}]}}}})
    };
    client.created("topic", &tagged("a"));
    let both = change_set(
        with_tags(target("topic", &tagged("b")), &[("stack", "tag")]),
        "both",
        ChangeSetType::Update,
    );
    for action in [updating("topic", &tagged("b"), "own"), both] {
        let set = client.change_set(&action);
        let [change] = set.changes.items.as_slice() else {
            panic!("{set:#?}");
        };
        assert_eq!(change.scope, ["Tags"]);
        let [detail] = change.details.as_slice() else {
            panic!("{change:#?}");
        };
        assert_eq!((detail.attribute.as_str(), &detail.name), ("Tags", &None));
        assert_eq!(detail.requires_recreation, "Never");
        assert_eq!(detail.evaluation, "Static");
        assert_eq!(detail.change_source, "DirectModification");
    }
}

/// Two values that are not known yet are not the same value.
#[test]
fn what_is_known_later_is_held_against_no_schema() {
    let mut client = Client::new();
    let policy = |name: &str| {
        json!({"Type": "AWS::IAM::ManagedPolicy", "Properties": {"ManagedPolicyName": name, "PolicyDocument": {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}],
        }}})
    };
    let template = json!({"Resources": {
        "One": policy("one"),
        "Two": policy("two"),
        "Role": {"Type": "AWS::IAM::Role", "Properties": {
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [
                {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"},
            ]},
            "ManagedPolicyArns": [{"Ref": "One"}, {"Ref": "Two"}],
        }},
    }});
    let action = change_set(target("roles", &template), "first", ChangeSetType::Create);
    let set = client.change_set(&action);
    assert_eq!(
        set.summary.status, "CREATE_COMPLETE",
        "{:?}",
        set.summary.status_reason
    );
}
