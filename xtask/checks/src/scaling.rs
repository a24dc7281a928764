//! Numbers of machines and tasks that have to be in order.

use crate::finding::Report;
use crate::model::{Model, Node};
use crate::registry::Group;
use crate::rule::{Evidence, Rule, Severity};

pub(crate) static GROUP: Group = Group {
    rules: &[&MINIMUM, &DESIRED, &ROLLING],
    check,
};

static MINIMUM: Rule = Rule {
    code: "scaling/minimum-above-maximum",
    severity: Severity::Error,
    summary: "a minimum that is above its maximum",
    why: "The service refuses it.",
    fix: "Lower the minimum, or raise the maximum.",
    source: "https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-capacity-limits.html",
    evidence: Evidence::AnyVariant,
};

static DESIRED: Rule = Rule {
    code: "scaling/desired-outside",
    severity: Severity::Error,
    summary: "a desired capacity that is not between minimum and maximum",
    why: "EC2 Auto Scaling refuses the group.",
    fix: "Give a number from `MinSize` to `MaxSize`, or leave `DesiredCapacity` out.",
    source: "https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-capacity-limits.html",
    evidence: Evidence::AnyVariant,
};

static ROLLING: Rule = Rule {
    code: "scaling/rolling-update-minimum",
    severity: Severity::Error,
    summary: "a rolling update that keeps as many machines in service as the group may have",
    why: "CloudFormation refuses the update: `MinInstancesInService` has to be less than `MaxSize`, or no machine could be replaced.",
    fix: "Lower `MinInstancesInService`, or raise the group's `MaxSize`.",
    source: "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatepolicy.html",
    evidence: Evidence::AnyVariant,
};

/// Types with a minimum and a maximum.
const BOUNDS: [(&str, &str, &str); 4] = [
    ("AWS::AutoScaling::AutoScalingGroup", "MinSize", "MaxSize"),
    (
        "AWS::ApplicationAutoScaling::ScalableTarget",
        "MinCapacity",
        "MaxCapacity",
    ),
    (
        "AWS::ECS::CapacityProvider",
        "AutoScalingGroupProvider.ManagedScaling.MinimumScalingStepSize",
        "AutoScalingGroupProvider.ManagedScaling.MaximumScalingStepSize",
    ),
    (
        "AWS::ECS::Service",
        "DeploymentConfiguration.MinimumHealthyPercent",
        "DeploymentConfiguration.MaximumPercent",
    ),
];

fn check<'m>(model: &'m Model<'m>, report: &mut Report<'m>) {
    for (kind, least, greatest) in BOUNDS {
        for resource in model.resources(kind) {
            let (least, greatest) = (resource.property(least), resource.property(greatest));
            if let (Some(low), Some(high)) = (least.integer(), greatest.integer())
                && low > high
            {
                report.add(
                    &MINIMUM,
                    least.place(),
                    format!("the minimum is {low}, the maximum {high}"),
                );
            }
        }
    }
    for group in model.resources("AWS::AutoScaling::AutoScalingGroup") {
        let (least, greatest) = (group.property("MinSize"), group.property("MaxSize"));
        desired(
            report,
            &least,
            &greatest,
            &group.property("DesiredCapacity"),
        );
        let policy = group.update_policy();
        let in_service = policy
            .get("AutoScalingRollingUpdate")
            .get("MinInstancesInService");
        if let (Some(kept), Some(most)) = (in_service.integer(), greatest.integer())
            && kept >= most
        {
            report.add(
                &ROLLING,
                in_service.place(),
                format!("{kept} machines stay in service, of {most} that there may be"),
            );
        }
    }
}

fn desired<'m>(report: &mut Report<'m>, least: &Node<'m>, greatest: &Node<'m>, desired: &Node<'m>) {
    let Some(wanted) = desired.integer() else {
        return;
    };
    let too_few = least.integer().filter(|low| wanted < *low);
    let too_many = greatest.integer().filter(|high| wanted > *high);
    let message = match (too_few, too_many) {
        (Some(low), _) => format!("{wanted} are desired, and the minimum is {low}"),
        (_, Some(high)) => format!("{wanted} are desired, and the maximum is {high}"),
        _ => return,
    };
    report.add(&DESIRED, desired.place(), message);
}
