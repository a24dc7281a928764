//! The checks of each section, except references and sizes.

use super::references::{named_by, resource_named};
use crate::template::Place;
use crate::{
    Condition, DeletionPolicy, Intrinsic, Node, Output, Template, TemplateError, TemplateErrorKind,
    UpdatePolicy, UpdateReplacePolicy,
};

/// The types that CloudFormation takes a snapshot of.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html>
const SNAPSHOT_TYPES: [&str; 9] = [
    "AWS::DocDB::DBCluster",
    "AWS::EC2::Volume",
    "AWS::ElastiCache::CacheCluster",
    "AWS::ElastiCache::ReplicationGroup",
    "AWS::Neptune::DBCluster",
    "AWS::RDS::DBCluster",
    "AWS::RDS::DBInstance",
    "AWS::Redshift::Cluster",
    "AWS::ElastiCache::ServerlessCache",
];

/// The types of parameters that name something of AWS; each has a list of it as a type too.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-supplied-parameter-types.html>
pub const PARAMETER_TYPES: [&str; 10] = [
    "AWS::EC2::AvailabilityZone::Name",
    "AWS::EC2::Image::Id",
    "AWS::EC2::Instance::Id",
    "AWS::EC2::KeyPair::KeyName",
    "AWS::EC2::SecurityGroup::GroupName",
    "AWS::EC2::SecurityGroup::Id",
    "AWS::EC2::Subnet::Id",
    "AWS::EC2::VPC::Id",
    "AWS::EC2::Volume::Id",
    "AWS::Route53::HostedZone::Id",
];

pub(super) fn check(template: &Template, errors: &mut Vec<TemplateError>) {
    if template.resources.is_empty() {
        let kind = TemplateErrorKind::Empty {
            whole: "the template".to_owned(),
            part: "resources",
        };
        errors.push(TemplateError::at(template.created, kind));
    }
    for (id, parameter) in &template.parameters {
        let kind = parameter_fault(parameter);
        let place = template.place("parameter", id);
        errors.extend(kind.map(|kind| TemplateError::at(place, kind)));
    }
    check_mappings(template, errors);
    for (id, condition) in &template.conditions {
        let place = template.place("condition", id);
        check_condition(template, "a condition", condition, place, errors);
    }
    for (id, rule) in &template.rules {
        let place = template.place("rule", id);
        if rule.assertions.is_empty() {
            let kind = TemplateErrorKind::Empty {
                whole: format!("rule `{id}`"),
                part: "assertions",
            };
            errors.push(TemplateError::at(place, kind));
        }
        let asserted = rule.assertions.iter().map(|(condition, _)| condition);
        for condition in rule.condition.iter().chain(asserted) {
            check_condition(template, "a rule", condition, place, errors);
        }
    }
    check_attributes(template, errors);
    for (id, output) in &template.outputs {
        let kinds = export_name_fault(output).into_iter();
        let reserved = (id.as_str() == super::DIGEST_OUTPUT)
            .then(|| TemplateErrorKind::Reserved { id: id.clone() });
        let place = template.place("output", id);
        errors.extend(
            kinds
                .chain(reserved)
                .map(|kind| TemplateError::at(place, kind)),
        );
    }
}

fn parameter_fault(parameter: &Node) -> Option<TemplateErrorKind> {
    let Node::Object(properties) = parameter else {
        return None;
    };
    let text = |name: &str| match properties.get(name) {
        Some(Node::String(text)) => Some(text.as_str()),
        _ => None,
    };
    let parameter_type = text("Type").unwrap_or_default();
    if !is_parameter_type(parameter_type) {
        return Some(TemplateErrorKind::UnknownParameterType {
            parameter_type: parameter_type.to_owned(),
        });
    }
    let default = text("Default")?;
    let expected = match properties.get("AllowedValues") {
        Some(Node::List(allowed)) if !allowed.contains(&Node::String(default.to_owned())) => {
            "among the allowed values"
        }
        _ if parameter_type == "Number" && !default.parse::<f64>().is_ok_and(f64::is_finite) => {
            "a number"
        }
        _ => return None,
    };
    Some(TemplateErrorKind::Default {
        default: default.to_owned(),
        expected,
    })
}

fn is_parameter_type(name: &str) -> bool {
    let inside = |prefix: &str| name.strip_prefix(prefix)?.strip_suffix('>');
    if let Some(stored) = inside("AWS::SSM::Parameter::Value<") {
        return stored == "List<String>" || (stored != "Number" && is_stored_type(stored));
    }
    matches!(
        name,
        "AWS::SSM::Parameter::Name" | "List<Number>" | "Number"
    ) || is_stored_type(name)
}

/// The types that stand alone and as the value of a parameter of Systems Manager.
fn is_stored_type(name: &str) -> bool {
    let one = name
        .strip_prefix("List<")
        .and_then(|rest| rest.strip_suffix('>'))
        .unwrap_or(name);
    matches!(name, "String" | "CommaDelimitedList") || PARAMETER_TYPES.contains(&one)
}

fn check_mappings(template: &Template, errors: &mut Vec<TemplateError>) {
    for (id, mapping) in &template.mappings {
        let place = template.place("mapping", id);
        let whole = format!("mapping `{id}`");
        let mut refuse = |found: String| {
            let holder = whole.clone();
            let kind = TemplateErrorKind::NotAllowed { holder, found };
            errors.push(TemplateError::at(place, kind));
        };
        for (first, row) in mapping.rows() {
            let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
            if first.is_empty() || !first.chars().all(plain) {
                refuse(format!(
                    "the top-level key `{first}`: letters, digits, `-` and `.`"
                ));
            }
            for (second, value) in row {
                if second.is_empty() || !second.chars().all(|c| c.is_ascii_alphanumeric()) {
                    refuse(format!(
                        "the second-level key `{second}`: letters and digits"
                    ));
                }
                if !is_mapped(value) {
                    refuse(format!(
                        "something other than literals at `{first}.{second}`"
                    ));
                }
            }
        }
        if mapping.rows().next().is_none() {
            let kind = TemplateErrorKind::Empty {
                whole,
                part: "keys",
            };
            errors.push(TemplateError::at(place, kind));
        }
    }
}

/// What a mapping holds: a literal, or a list of them.
fn is_mapped(value: &Node) -> bool {
    match value {
        Node::Bool(_) | Node::Integer(_) | Node::String(_) => true,
        Node::Number(number) => number.is_finite(),
        Node::List(items) => items
            .iter()
            .all(|item| !matches!(item, Node::List(_)) && is_mapped(item)),
        Node::Object(_) | Node::Intrinsic(_) => false,
    }
}

/// Conditions and rules are decided before there are resources.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/conditions-section-structure.html>
fn check_condition(
    template: &Template,
    holder: &'static str,
    condition: &Condition,
    place: Place,
    errors: &mut Vec<TemplateError>,
) {
    let mut refuse = |found: String| {
        let holder = holder.to_owned();
        let kind = TemplateErrorKind::NotAllowed { holder, found };
        errors.push(TemplateError::at(place, kind));
    };
    for operand in condition.operands() {
        operand.walk(&mut |node| {
            let Node::Intrinsic(function) = node else {
                return;
            };
            let name = function.name();
            let fits = matches!(
                function.as_ref(),
                Intrinsic::Ref(_)
                    | Intrinsic::Sub { .. }
                    | Intrinsic::Join { .. }
                    | Intrinsic::Select { .. }
                    | Intrinsic::Split { .. }
                    | Intrinsic::FindInMap { .. }
            );
            if !fits {
                refuse(format!("`{name}`"));
                return;
            }
            for id in named_by(function) {
                if resource_named(template, id).is_some() {
                    refuse(format!("`{name}` of the resource `{id}`"));
                }
            }
        });
    }
    condition.walk(&mut |part| match part {
        Condition::Contains(..) if holder == "a condition" => refuse("`Fn::Contains`".to_owned()),
        Condition::Named(handle) if holder == "a rule" => {
            refuse(format!("the condition `{}`", handle.as_str()));
        }
        _ => {}
    });
    condition.walk(&mut |part| {
        let (function, parts) = match part {
            Condition::And(parts) => ("Fn::And", parts),
            Condition::Or(parts) => ("Fn::Or", parts),
            _ => return,
        };
        let count = parts.len();
        if !(2..=10).contains(&count) {
            let kind = TemplateErrorKind::Operands { function, count };
            errors.push(TemplateError::at(place, kind));
        }
    });
}

/// Attributes that only some types take.
fn check_attributes(template: &Template, errors: &mut Vec<TemplateError>) {
    for (id, resource) in &template.resources {
        let resource_type = resource.facts.name;
        let attributes = &resource.attributes;
        let rolling = matches!(attributes.update_policy, Some(UpdatePolicy::Rolling(_)));
        let snapshots = SNAPSHOT_TYPES.contains(&resource_type);
        let refused = [
            (
                "rolling UpdatePolicy",
                rolling && resource_type != "AWS::AutoScaling::AutoScalingGroup",
            ),
            (
                "DeletionPolicy `Snapshot`",
                !snapshots && attributes.deletion_policy == Some(DeletionPolicy::Snapshot),
            ),
            (
                "UpdateReplacePolicy `Snapshot`",
                !snapshots
                    && attributes.update_replace_policy == Some(UpdateReplacePolicy::Snapshot),
            ),
        ];
        for (attribute, refused) in refused {
            if refused {
                let kind = TemplateErrorKind::UnsupportedAttribute {
                    id: id.clone(),
                    resource_type,
                    attribute,
                };
                errors.push(TemplateError::at(template.place("resource", id), kind));
            }
        }
    }
}

/// CloudFormation calls any other name a malformed output.
fn export_name_fault(output: &Output) -> Option<TemplateErrorKind> {
    let name = output.export_name()?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | ':');
    let well_formed = !name.is_empty() && name.chars().all(plain);
    (!well_formed).then(|| TemplateErrorKind::MalformedExport {
        name: name.to_owned(),
    })
}
