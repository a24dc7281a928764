//! The attributes that every resource has in addition to its properties.

use common_template::{
    Condition, CreationPolicy, Declared, DeletionPolicy, ResourceExt, RollingUpdate, Template,
    UpdatePolicy, UpdateReplacePolicy,
};
use insta::assert_snapshot;

use crate::support::{Group, Store, Thing, Volume, checked, template, written};

#[test]
fn a_plain_resource_has_its_type_alone() {
    assert_snapshot!(written(template(), "Resources", "Only"), @r#"{"Type":"Test::Plain::Thing"}"#);
}

#[test]
fn depends_on_is_sorted_and_each_once() {
    let mut template = Template::new("");
    let b = template.add("B", Thing::default());
    let a = template.add("A", Thing::default());
    template.add(
        "C",
        Thing::default()
            .depends_on(&b)
            .depends_on(&a)
            .depends_on(&b),
    );
    assert_snapshot!(
        written(template, "Resources", "C"),
        @r#"{"DependsOn":["A","B"],"Type":"Test::Plain::Thing"}"#
    );
}

#[test]
fn what_is_stateful_is_kept() {
    let mut template = Template::new("");
    template.add("Store", Store::default());
    assert_snapshot!(
        written(template, "Resources", "Store"),
        @r#"{"DeletionPolicy":"RetainExceptOnCreate","Type":"Test::Stateful::Store","UpdateReplacePolicy":"Retain"}"#
    );
}

#[test]
fn retention_can_be_said_otherwise() {
    let mut template = Template::new("");
    let gone = Store::default().retention(DeletionPolicy::Delete, UpdateReplacePolicy::Delete);
    template.add("Gone", gone);
    let copied =
        Volume::default().retention(DeletionPolicy::Snapshot, UpdateReplacePolicy::Snapshot);
    template.add("Copied", copied);
    let kept = Thing::default().retention(DeletionPolicy::Retain, UpdateReplacePolicy::Retain);
    template.add("Kept", kept);
    assert_snapshot!(
        written(template.clone(), "Resources", "Gone"),
        @r#"{"DeletionPolicy":"Delete","Type":"Test::Stateful::Store","UpdateReplacePolicy":"Delete"}"#
    );
    assert_snapshot!(
        written(template.clone(), "Resources", "Copied"),
        @r#"{"DeletionPolicy":"Snapshot","Type":"AWS::EC2::Volume","UpdateReplacePolicy":"Snapshot"}"#
    );
    assert_snapshot!(
        written(template.clone(), "Resources", "Kept"),
        @r#"{"DeletionPolicy":"Retain","Type":"Test::Plain::Thing","UpdateReplacePolicy":"Retain"}"#
    );
    let policies: Vec<(bool, UpdateReplacePolicy)> = template
        .resources()
        .map(|(_, resource)| {
            (
                resource.deletion_policy().keeps(),
                resource.update_replace_policy(),
            )
        })
        .collect();
    assert_eq!(
        policies,
        [
            (true, UpdateReplacePolicy::Snapshot),
            (false, UpdateReplacePolicy::Delete),
            (true, UpdateReplacePolicy::Retain),
        ]
    );
}

#[test]
fn rolling_update_and_creation_policy() {
    let rolling = RollingUpdate {
        min_instances_in_service: 2,
        max_batch_size: 1,
        signal_timeout_minutes: 15,
        suspend_processes: &["HealthCheck", "AZRebalance"],
    };
    let creation = CreationPolicy {
        signals: 2,
        timeout_minutes: 20,
    };
    let mut template = Template::new("");
    template.add(
        "Group",
        Group::default()
            .update_policy(UpdatePolicy::Rolling(rolling))
            .creation_policy(creation),
    );
    let pretty = checked(template).pretty();
    let resources = pretty.split("\"Resources\": ").nth(1).unwrap();
    assert_snapshot!(resources.split(",\n  \"Outputs\"").next().unwrap(), @r#"
    {
        "Group": {
          "CreationPolicy": {
            "ResourceSignal": {
              "Count": 2,
              "Timeout": "PT20M"
            }
          },
          "Type": "AWS::AutoScaling::AutoScalingGroup",
          "UpdatePolicy": {
            "AutoScalingRollingUpdate": {
              "MaxBatchSize": 1,
              "MinInstancesInService": 2,
              "PauseTime": "PT15M",
              "SuspendProcesses": [
                "HealthCheck",
                "AZRebalance"
              ],
              "WaitOnResourceSignals": true
            },
            "AutoScalingScheduledAction": {
              "IgnoreUnmodifiedGroupSizeProperties": true
            }
          }
        }
      }
    "#);
}

#[test]
fn condition_and_metadata() {
    let mut template = Template::new("");
    let condition = template.condition("Same", Condition::equals("a", "a"));
    let declared = Thing::default().with("Name", "x").when(&condition);
    let declared: Declared<Thing> = declared.metadata("Why", "a test").metadata("How", true);
    template.add("Thing", declared);
    assert_snapshot!(
        written(template, "Resources", "Thing"),
        @r#"{"Condition":"Same","Metadata":{"How":true,"Why":"a test"},"Properties":{"Name":"x"},"Type":"Test::Plain::Thing"}"#
    );
}
