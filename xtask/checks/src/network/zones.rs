//! Availability Zones.

use crate::finding::Report;
use crate::model::{Model, Node};
use crate::rule::{Evidence, Rule, Severity};

pub(super) static OF_ANOTHER_REGION: Rule = Rule {
    code: "network/zone-of-another-region",
    severity: Severity::Error,
    summary: "an Availability Zone of another region than the stack's",
    why: "It is refused: a stack makes resources in its own region only.",
    fix: "Choose a zone of the region, for instance with `Fn::GetAZs`.",
    source: "https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html",
    evidence: Evidence::AnyVariant,
};

/// Where names of zones are: `eu-west-1a`.
const NAMES: [(&str, &str); 4] = [
    ("AWS::AutoScaling::AutoScalingGroup", "AvailabilityZones[]"),
    ("AWS::EC2::Instance", "AvailabilityZone"),
    ("AWS::EC2::Subnet", "AvailabilityZone"),
    ("AWS::EC2::Volume", "AvailabilityZone"),
];

/// Where ids of zones are: `euw1-az1`.
const IDS: [(&str, &str); 2] = [
    (
        "AWS::AutoScaling::AutoScalingGroup",
        "AvailabilityZoneIds[]",
    ),
    ("AWS::EC2::Subnet", "AvailabilityZoneId"),
];

pub(super) fn check<'m>(model: &'m Model<'m>, report: &mut Report<'m>) {
    for (number, stack) in model.stacks() {
        let Some(region) = stack.region.as_deref() else {
            continue;
        };
        let mut zones = |places: &[(&str, &str)], is_of: &dyn Fn(&str) -> bool| {
            for (kind, property) in places {
                let own = model
                    .resources(kind)
                    .filter(|resource| resource.id.stack == number);
                for node in own.flat_map(|resource| resource.each_property(property)) {
                    other(report, &node, region, is_of);
                }
            }
        };
        zones(&NAMES, &|zone| zone.starts_with(region));
        if let Some(code) = code(region) {
            zones(&IDS, &|zone| zone.split('-').next() == Some(&code));
        }
    }
}

fn other<'m>(report: &mut Report<'m>, zone: &Node<'m>, region: &str, is_of: &dyn Fn(&str) -> bool) {
    // The person who deploys chooses a parameter with the region.
    if zone.is_parameter() {
        return;
    }
    if let Some(text) = zone.text()
        && !is_of(&text)
    {
        let message = format!("`{text}` is no zone of {region}");
        report.add(&OF_ANOTHER_REGION, zone.place(), message);
    }
}

/// What the ids of a region's zones begin with: `euw1` for `eu-west-1`. None for regions of other forms.
fn code(region: &str) -> Option<String> {
    let mut parts = region.split('-');
    let (area, direction, number) = (parts.next()?, parts.next()?, parts.next()?);
    let direction = match direction {
        "central" => "c",
        "east" => "e",
        "north" => "n",
        "northeast" => "ne",
        "northwest" => "nw",
        "south" => "s",
        "southeast" => "se",
        "southwest" => "sw",
        "west" => "w",
        _ => return None,
    };
    (parts.next().is_none() && area.len() == 2).then(|| format!("{area}{direction}{number}"))
}

#[cfg(test)]
mod tests {
    use super::code;

    #[test]
    fn ids_of_zones_begin_with_their_region() {
        for (region, expected) in [
            ("ap-northeast-1", "apne1"),
            ("ca-central-1", "cac1"),
            ("eu-west-1", "euw1"),
            ("us-east-1", "use1"),
        ] {
            assert_eq!(code(region).as_deref(), Some(expected));
        }
        assert_eq!(code("us-gov-west-1"), None);
        assert_eq!(code("mars-1"), None);
    }
}
