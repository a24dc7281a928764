//! This project's own rules for every template, checked when a stack is finished.

use std::collections::BTreeMap;

use crate::grant::{POLICY_CHARACTERS, Place};
use crate::template::{IntoNode, Node, Template};

/// Types that hold a database. The database is managed by MongoDB Atlas and by people, never from
/// here, so that nothing here can lose it.
const DATABASES: [&str; 13] = [
    "AWS::DAX::",
    "AWS::DMS::",
    "AWS::DocDB::",
    "AWS::DocDBElastic::",
    "AWS::DSQL::",
    "AWS::DynamoDB::",
    "AWS::ElastiCache::",
    "AWS::MemoryDB::",
    "AWS::Neptune::",
    "AWS::NeptuneGraph::",
    "AWS::RDS::",
    "AWS::Timestream::",
    "MongoDB::Atlas::",
];

/// Properties by which a deployment would undo what scaling has decided since (aws-cdk#3919,
/// aws-cdk#5215, cloudformation-coverage-roadmap#187).
const COUNTS: [(&str, &str); 2] = [
    ("AWS::AutoScaling::AutoScalingGroup", "DesiredCapacity"),
    ("AWS::ECS::Service", "DesiredCount"),
];

/// What the template has against the rules.
pub(super) fn faults(template: &Template, place: &Place) -> Vec<String> {
    let mut faults = Vec::new();
    let roles = roles(template);
    for (id, resource) in template.resources() {
        let name = resource.facts.name;
        if DATABASES.iter().any(|prefix| name.starts_with(prefix)) {
            faults.push(format!(
                "`{id}` is an {name}: databases are managed outside of this definition, so that \
                 nothing here can lose one"
            ));
        }
        for (resource_type, property) in COUNTS {
            if name == resource_type && resource.properties.get(property).is_some() {
                faults.push(format!(
                    "`{id}` sets {property}: every deployment would undo what scaling has decided"
                ));
            }
        }
        if let Some(policy) = resource.properties.get("PolicyDocument")
            && name == "AWS::IAM::ManagedPolicy"
        {
            let characters = place.characters_beside(policy, &roles);
            if characters > POLICY_CHARACTERS {
                faults.push(format!(
                    "the policy `{id}` has {characters} characters, IAM takes {POLICY_CHARACTERS}: \
                     say less, or make two policies of it"
                ));
            }
        }
        for (_, node) in resource.properties.iter() {
            node.walk(&mut |node| {
                if let Some(action) = unlimited_action(node) {
                    faults.push(format!(
                        "`{id}` allows the action `{action}`: name the actions of one service"
                    ));
                }
            });
        }
    }
    faults
}

/// The ARNs of the template's roles as texts of `Fn::Sub`, by logical id.
fn roles(template: &Template) -> BTreeMap<String, String> {
    let roles = template
        .resources()
        .filter(|(_, resource)| resource.facts.name == "AWS::IAM::Role");
    roles
        .filter_map(|(id, role)| {
            let text = |property| match role.properties.get(property) {
                Some(Node::String(text)) => Some(text),
                _ => None,
            };
            let (path, name) = (text("Path")?, text("RoleName")?);
            let arn = format!("arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:role{path}{name}");
            Some((id.to_string(), arn))
        })
        .collect()
}

/// An allowance of every action, or of every action of a service.
fn unlimited_action(node: &Node) -> Option<&str> {
    let Node::Object(entries) = node else {
        return None;
    };
    if entries.get("Effect") != Some(&"Allow".into_node()) {
        return None;
    }
    let actions = match entries.get("Action") {
        Some(Node::List(actions)) => actions.as_slice(),
        Some(action) => std::slice::from_ref(action),
        None => return None,
    };
    // A key policy speaks of the one key it is attached to, and must let the account's own
    // policies decide about it: `kms:*` there is AWS's default key policy.
    // https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
    actions.iter().find_map(|action| match action {
        Node::String(action) if action == "kms:*" => None,
        Node::String(action) if action == "*" || action.ends_with(":*") => Some(action.as_str()),
        _ => None,
    })
}

/// What CloudFormation must be told that the template may do. Every role here has a name, since
/// permissions are limited by names.
pub(super) fn capabilities(template: &Template) -> Vec<String> {
    let iam = template
        .resources()
        .any(|(_, resource)| resource.facts.name.starts_with("AWS::IAM"));
    if iam {
        vec!["CAPABILITY_NAMED_IAM".to_owned()]
    } else {
        Vec::new()
    }
}
