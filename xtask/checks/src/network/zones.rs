//! Availability Zones.

use crate::finding::Report;
use crate::model::Model;
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

/// Whether a zone is of a region.
type IsOf = fn(&str, &str) -> bool;

/// The type, the property as `Resource::each_property` reads it, and how a zone is written there.
const ZONES: [(&str, &str, IsOf); 6] = [
    (
        "AWS::AutoScaling::AutoScalingGroup",
        "AvailabilityZoneIds[]",
        id_is_of,
    ),
    (
        "AWS::AutoScaling::AutoScalingGroup",
        "AvailabilityZones[]",
        name_is_of,
    ),
    ("AWS::EC2::Instance", "AvailabilityZone", name_is_of),
    ("AWS::EC2::Subnet", "AvailabilityZone", name_is_of),
    ("AWS::EC2::Subnet", "AvailabilityZoneId", id_is_of),
    ("AWS::EC2::Volume", "AvailabilityZone", name_is_of),
];

pub(super) fn check<'m>(model: &'m Model<'m>, report: &mut Report<'m>) {
    for (kind, property, is_of) in ZONES {
        for resource in model.resources(kind) {
            let Some(region) = resource.region() else {
                continue;
            };
            for zone in resource.each_property(property) {
                // The person who deploys chooses a parameter with the region.
                if !zone.is_parameter()
                    && let Some(text) = zone.text()
                    && !is_of(&text, region)
                {
                    let message = format!("`{text}` is no zone of {region}");
                    report.add(&OF_ANOTHER_REGION, zone.place(), message);
                }
            }
        }
    }
}

/// `eu-west-1a`.
fn name_is_of(name: &str, region: &str) -> bool {
    name.starts_with(region)
}

/// `euw1-az1`. Where the form of the region is another, its ids are not known.
fn id_is_of(id: &str, region: &str) -> bool {
    code(region).is_none_or(|code| id.split('-').next() == Some(&code))
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
