//! From the template's text to the model.

use cloudformation::template::{ref_target, resources};
use serde_json::Value;

use super::error::ScalingPolicyError;
use super::model::{Alarm, Comparison, Missing, ScalingPolicy, SimpleRule, Step, StepRule};
use super::properties::Resource;

/// What CloudWatch does when an alarm says nothing on missing values is not modelled, so it must
/// be said.
const MISSING: &str = "ignore, notBreaching and breaching";

impl ScalingPolicy {
    /// Reads the scaling of the cluster's template.
    ///
    /// # Errors
    /// When the template holds scaling that the model doesn't understand.
    pub fn from_template(text: &str) -> Result<Self, ScalingPolicyError> {
        let template: Value = serde_json::from_str(text)
            .map_err(|error| ScalingPolicyError::NotJson(error.to_string()))?;
        let resources: Vec<Resource<'_>> = resources(&template)
            .map(|(id, resource)| Resource::new(id, resource))
            .collect();
        let of = |kind: &str| -> Vec<Resource<'_>> {
            let is = |resource: &&Resource<'_>| resource.kind == kind;
            resources.iter().filter(is).copied().collect()
        };

        // Lifecycle hooks, scheduled actions and warm pools change how a group scales.
        let known =
            ["AutoScalingGroup", "ScalingPolicy"].map(|kind| format!("{AUTO_SCALING}{kind}"));
        if let Some(other) = resources.iter().find(|resource| {
            resource.kind.starts_with(AUTO_SCALING)
                && !known.iter().any(|kind| kind == resource.kind)
        }) {
            let found = Value::from(other.kind);
            return Err(other.not_modelled("Type", &found, "groups and scaling policies"));
        }
        let [group] = exactly(of(&known[0]), "Auto Scaling group")?;
        let [cluster] = exactly(of("AWS::ECS::Cluster"), "ECS cluster")?;
        let [provider] = exactly(of("AWS::ECS::CapacityProvider"), "capacity provider")?;
        provider_only_drains(&provider, &group)?;
        let (min, max) = bounds(&group)?;

        let alarms = of("AWS::CloudWatch::Alarm");
        let policies = of(&known[1]);
        let [scale_out] = exactly(
            policies_of_type(&policies, "StepScaling"),
            "step scaling policy",
        )?;
        let [scale_in] = exactly(
            policies_of_type(&policies, "SimpleScaling"),
            "simple scaling policy",
        )?;
        let [_, _] = exactly(policies, "pair of scaling policies")?;
        let scale_out_alarm = alarm(&invoking(&alarms, &scale_out)?, &cluster)?;
        let fewer_alarm = alarm(&invoking(&alarms, &scale_in)?, &cluster)?;
        if !scale_out_alarm.comparison.is_upper() || fewer_alarm.comparison.is_upper() {
            let found = Value::from("the wrong way round");
            return Err(scale_out.not_modelled("PolicyType", &found, "step out and simple in"));
        }
        Ok(Self {
            min,
            max,
            scale_out: step(&scale_out, &group, scale_out_alarm)?,
            scale_in: simple(&scale_in, &group, fewer_alarm)?,
        })
    }
}

const AUTO_SCALING: &str = "AWS::AutoScaling::";

fn exactly<T, const N: usize>(
    found: Vec<T>,
    what: &'static str,
) -> Result<[T; N], ScalingPolicyError> {
    found
        .try_into()
        .map_err(|found: Vec<T>| ScalingPolicyError::Count {
            what,
            found: found.len(),
        })
}

fn policies_of_type<'a>(policies: &[Resource<'a>], kind: &str) -> Vec<Resource<'a>> {
    let is =
        |policy: &&Resource<'a>| policy.get("PolicyType").and_then(Value::as_str) == Some(kind);
    policies.iter().filter(is).copied().collect()
}

/// ECS's own scaling would be a second hand on the group; without managed draining a machine
/// would go with its tasks on it.
fn provider_only_drains(
    provider: &Resource<'_>,
    group: &Resource<'_>,
) -> Result<(), ScalingPolicyError> {
    let nested = provider.nested(provider.required("AutoScalingGroupProvider")?);
    nested.is("ManagedDraining", "ENABLED")?;
    nested.is("ManagedTerminationProtection", "DISABLED")?;
    let scaling = provider.nested(nested.required("ManagedScaling")?);
    scaling.is("Status", "DISABLED")?;
    check_group(&nested, "AutoScalingGroupArn", group)
}

fn check_group(
    resource: &Resource<'_>,
    property: &'static str,
    group: &Resource<'_>,
) -> Result<(), ScalingPolicyError> {
    let found = resource.required(property)?;
    if ref_target(found) == Some(group.id) {
        return Ok(());
    }
    Err(resource.not_modelled(property, found, "the group of this template"))
}

fn bounds(group: &Resource<'_>) -> Result<(u32, u32), ScalingPolicyError> {
    // Of these, the model uses the first; the others don't change how the group scales.
    group.only(&[
        "MinSize",
        "MaxSize",
        "Cooldown",
        "DefaultInstanceWarmup",
        "VPCZoneIdentifier",
        "HealthCheckType",
        "NewInstancesProtectedFromScaleIn",
        "AutoScalingGroupName",
        "HealthCheckGracePeriod",
        "LaunchTemplate",
        "MetricsCollection",
        "NotificationConfigurations",
        "Tags",
    ])?;
    group.is("HealthCheckType", "EC2")?;
    group.is("NewInstancesProtectedFromScaleIn", "false")?;
    let zones = group.required("VPCZoneIdentifier")?;
    if zones.as_array().map(Vec::len) != Some(2) {
        return Err(group.not_modelled("VPCZoneIdentifier", zones, "two zones"));
    }
    Ok((group.count("MinSize")?, group.count("MaxSize")?))
}

fn invoking<'a>(
    alarms: &[Resource<'a>],
    policy: &Resource<'_>,
) -> Result<Resource<'a>, ScalingPolicyError> {
    let names = |alarm: &&Resource<'a>| {
        ["AlarmActions", "OKActions", "InsufficientDataActions"]
            .iter()
            .any(|actions| alarm.references(actions).any(|id| id == policy.id))
    };
    let found: Vec<Resource<'a>> = alarms.iter().filter(names).copied().collect();
    match found.as_slice() {
        [alarm] => Ok(*alarm),
        others => Err(ScalingPolicyError::Invoked {
            policy: policy.id.to_owned(),
            alarms: others.len(),
        }),
    }
}

fn alarm(alarm: &Resource<'_>, cluster: &Resource<'_>) -> Result<Alarm, ScalingPolicyError> {
    alarm.only(&[
        "Namespace",
        "MetricName",
        "Dimensions",
        "Statistic",
        "Period",
        "EvaluationPeriods",
        "Threshold",
        "ComparisonOperator",
        "TreatMissingData",
        "AlarmActions",
        "AlarmName",
        "AlarmDescription",
    ])?;
    alarm.is("Namespace", "AWS/ECS")?;
    alarm.is("MetricName", "MemoryReservation")?;
    alarm.is("Statistic", "Average")?;
    alarm.is("Period", "60")?;
    let dimensions = alarm.required("Dimensions")?;
    let expected = serde_json::json!([{"Name": "ClusterName", "Value": {"Ref": cluster.id}}]);
    if *dimensions != expected {
        return Err(alarm.not_modelled("Dimensions", dimensions, "the cluster of this template"));
    }
    let actions = alarm.required("AlarmActions")?;
    if actions.as_array().map(Vec::len) != Some(1) {
        return Err(alarm.not_modelled("AlarmActions", actions, "one action"));
    }
    let comparison = alarm.required("ComparisonOperator")?;
    let missing = alarm.required("TreatMissingData")?;
    Ok(Alarm {
        threshold: alarm.number("Threshold")?,
        comparison: match comparison.as_str() {
            Some("GreaterThanThreshold") => Comparison::Above,
            Some("GreaterThanOrEqualToThreshold") => Comparison::AtLeast,
            Some("LessThanThreshold") => Comparison::Below,
            Some("LessThanOrEqualToThreshold") => Comparison::AtMost,
            _ => {
                let known = "comparisons with one threshold";
                return Err(alarm.not_modelled("ComparisonOperator", comparison, known));
            }
        },
        periods: match alarm.count("EvaluationPeriods")? {
            0 => {
                let none = Value::from(0);
                return Err(alarm.not_modelled("EvaluationPeriods", &none, "one and more"));
            }
            periods => periods,
        },
        missing: match missing.as_str() {
            Some("ignore") => Missing::Ignore,
            Some("notBreaching") => Missing::NotBreaching,
            Some("breaching") => Missing::Breaching,
            _ => return Err(alarm.not_modelled("TreatMissingData", missing, MISSING)),
        },
    })
}

fn step(
    policy: &Resource<'_>,
    group: &Resource<'_>,
    alarm: Alarm,
) -> Result<StepRule, ScalingPolicyError> {
    policy.only(&[
        "AutoScalingGroupName",
        "PolicyType",
        "AdjustmentType",
        "MetricAggregationType",
        "EstimatedInstanceWarmup",
        "StepAdjustments",
    ])?;
    check_group(policy, "AutoScalingGroupName", group)?;
    policy.is("AdjustmentType", "ChangeInCapacity")?;
    policy.is("MetricAggregationType", "Average")?;
    // "The default is to use the value specified for the default instance warmup defined for the
    // group": https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutScalingPolicy.html
    let warm_up = match policy.get("EstimatedInstanceWarmup") {
        Some(_) => policy.minutes("EstimatedInstanceWarmup")?,
        None => group.minutes("DefaultInstanceWarmup")?,
    };
    let adjustments = policy.required("StepAdjustments")?;
    let steps: Vec<Step> = adjustments
        .as_array()
        .into_iter()
        .flatten()
        .map(|adjustment| one_step(&policy.nested(adjustment)))
        .collect::<Result<_, _>>()?;
    if steps.is_empty() {
        return Err(policy.not_modelled("StepAdjustments", adjustments, "a list of steps"));
    }
    Ok(StepRule {
        alarm,
        steps,
        warm_up,
    })
}

fn one_step(step: &Resource<'_>) -> Result<Step, ScalingPolicyError> {
    step.only(&[
        "MetricIntervalLowerBound",
        "MetricIntervalUpperBound",
        "ScalingAdjustment",
    ])?;
    Ok(Step {
        lower: step.number("MetricIntervalLowerBound")?,
        upper: match step.get("MetricIntervalUpperBound") {
            Some(_) => step.number("MetricIntervalUpperBound")?,
            None => f64::INFINITY,
        },
        adjustment: step.count("ScalingAdjustment")?,
    })
}

fn simple(
    policy: &Resource<'_>,
    group: &Resource<'_>,
    alarm: Alarm,
) -> Result<SimpleRule, ScalingPolicyError> {
    policy.only(&[
        "AutoScalingGroupName",
        "PolicyType",
        "AdjustmentType",
        "ScalingAdjustment",
        "Cooldown",
    ])?;
    check_group(policy, "AutoScalingGroupName", group)?;
    policy.is("AdjustmentType", "ChangeInCapacity")?;
    let adjustment = policy.number("ScalingAdjustment")?;
    if adjustment.fract() != 0.0 || !(-100.0..0.0).contains(&adjustment) {
        let found = Value::from(adjustment);
        return Err(policy.not_modelled("ScalingAdjustment", &found, "whole negative numbers"));
    }
    // A policy without a cooldown takes the group's, and a group without one has 300 seconds:
    // https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-scaling-cooldowns.html
    let cooldown = match (policy.get("Cooldown"), group.get("Cooldown")) {
        (Some(_), _) => policy.minutes("Cooldown")?,
        (None, Some(_)) => group.minutes("Cooldown")?,
        (None, None) => 5,
    };
    Ok(SimpleRule {
        alarm,
        machines: (-adjustment) as u32,
        cooldown,
    })
}
