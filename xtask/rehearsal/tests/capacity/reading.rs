//! What the model reads from the template, and what it refuses.

use rehearsal::capacity::scaling_policy::ScalingPolicy;
use serde_json::{Value, json};

use crate::support::{environment, environments, json_of, read, set};

#[test]
fn what_is_read_is_the_band_of_the_environment() {
    for environment in environments() {
        let policy = read(&json_of(&environment));
        let band = environment.cluster.band;
        assert_eq!(policy.min, band.min());
        assert_eq!(policy.max, band.max());
        let thresholds = (
            policy.scale_in.alarm.threshold,
            policy.scale_out.alarm.threshold,
        );
        let expected = (
            f64::from(band.low_percent()),
            f64::from(band.high_percent()),
        );
        assert_eq!(thresholds, expected);
        assert_eq!(policy.scale_in.machines, 1);
        assert_eq!(policy.scale_out.adjustment(99.0), 1);
    }
}

fn refused(change: impl FnOnce(&mut Value)) -> String {
    let mut template = json_of(&environment("production"));
    change(&mut template);
    let refused = ScalingPolicy::from_template(&template.to_string()).unwrap_err();
    refused.to_string()
}

fn refused_with(resource: &str, property: &str, value: Value) -> String {
    refused(|template| set(template, resource, property, value))
}

#[test]
fn another_metric_is_refused() {
    assert_eq!(
        refused_with("AboveBand", "MetricName", json!("CPUReservation")),
        "`AboveBand.MetricName` is `CPUReservation`, the model knows MemoryReservation only"
    );
}

#[test]
fn a_step_of_percent_is_refused() {
    assert_eq!(
        refused_with(
            "OneMachineMore",
            "AdjustmentType",
            json!("PercentChangeInCapacity")
        ),
        "`OneMachineMore.AdjustmentType` is `PercentChangeInCapacity`, the model knows \
         ChangeInCapacity only"
    );
}

#[test]
fn a_second_scaling_metric_is_refused() {
    let text = refused(|template| {
        let mut cpu = template["Resources"]["AboveBand"].clone();
        cpu["Properties"]["MetricName"] = json!("CPUReservation");
        template["Resources"]["AboveCpu"] = cpu;
    });
    assert_eq!(
        text,
        "`OneMachineMore` is invoked by 2 alarms, the model knows one for each policy"
    );
    let text = refused(|template| {
        let further = template["Resources"]["OneMachineMore"].clone();
        template["Resources"]["MoreByCpu"] = further;
    });
    assert_eq!(
        text,
        "the model knows exactly one step scaling policy, the template has 2"
    );
}

#[test]
fn what_the_model_has_no_idea_of_is_refused() {
    assert_eq!(
        refused_with("Machines", "TerminationPolicies", json!(["NewestInstance"])),
        "`Machines.TerminationPolicies` is not part of the model"
    );
    assert_eq!(
        refused_with("AboveBand", "DatapointsToAlarm", json!(1)),
        "`AboveBand.DatapointsToAlarm` is not part of the model"
    );
    assert_eq!(
        refused_with("AboveBand", "TreatMissingData", json!("missing")),
        "`AboveBand.TreatMissingData` is `missing`, the model knows ignore, notBreaching and \
         breaching only"
    );
    let text = refused(|template| {
        template["Resources"]["Nightly"] = json!({"Type": "AWS::AutoScaling::ScheduledAction"});
    });
    assert_eq!(
        text,
        "`Nightly.Type` is `AWS::AutoScaling::ScheduledAction`, the model knows groups and scaling \
         policies only"
    );
    let text = refused(|template| {
        template["Resources"]["CapacityProvider"]["Properties"]["AutoScalingGroupProvider"]["ManagedScaling"]
            ["Status"] = json!("ENABLED");
    });
    assert_eq!(
        text,
        "`CapacityProvider.Status` is `ENABLED`, the model knows DISABLED only"
    );
}
