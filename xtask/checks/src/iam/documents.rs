//! Policy documents, statement by statement.

use crate::finding::Report;
use crate::iam::{actions, principals};
use crate::model::{Model, Node, Resource};
use crate::rule::{Evidence, Rule, Severity};

pub(super) static ACTION_UNKNOWN: Rule = Rule {
    code: "iam/action-unknown",
    severity: Severity::Warning,
    summary: "an action that no service has",
    why: "IAM accepts most of them without a word, and they permit nothing: what needs the action is denied.",
    fix: "Correct the action.",
    source: "https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html",
    evidence: Evidence::AnyVariant,
};

pub(super) static PRINCIPAL_UNKNOWN: Rule = Rule {
    code: "iam/principal-unknown",
    severity: Severity::Error,
    summary: "a service as principal that there is not",
    why: "The service refuses the policy: `Invalid principal in policy`.",
    fix: "Name the service's principal, as in its guide.",
    source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
    evidence: Evidence::AnyVariant,
};

pub(super) static TRUST_ACTION: Rule = Rule {
    code: "iam/trust-action",
    severity: Severity::Error,
    summary: "a trust policy with an action that is not one of assuming a role",
    why: "IAM refuses the role: a trust policy may specify STS AssumeRole actions only.",
    fix: "Allow `sts:AssumeRole`, and what the role may do in a policy that is attached to it.",
    source: "https://repost.aws/knowledge-center/iam-assume-role-policy-error",
    evidence: Evidence::AnyVariant,
};

pub(super) static TRUST_OPEN: Rule = Rule {
    code: "iam/trust-open",
    severity: Severity::Warning,
    summary: "a role that any principal of any account may assume",
    why: "Every holder of an AWS account gets the permissions of the role.",
    fix: "Name the principals, or add a condition that only they meet.",
    source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
    evidence: Evidence::AnyVariant,
};

pub(super) static EVERYTHING: Rule = Rule {
    code: "iam/everything",
    severity: Severity::Warning,
    summary: "a statement that allows every action on every resource",
    why: "A holder of the policy administers the account.",
    fix: "Allow the actions that are needed, on the resources that are needed.",
    source: "https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html#iam-1",
    evidence: Evidence::AnyVariant,
};

pub(super) static SIZE: Rule = Rule {
    code: "iam/policy-size",
    severity: Severity::Error,
    summary: "a managed policy that is too long",
    why: "IAM refuses it: a managed policy has at most 6,144 characters, white space apart.",
    fix: "Divide it into several policies, or use patterns.",
    source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
    evidence: Evidence::AnyVariant,
};

pub(super) static OTHER_BUCKET: Rule = Rule {
    code: "iam/other-bucket",
    severity: Severity::Error,
    summary: "a bucket policy about another bucket",
    why: "S3 refuses it: `Policy has invalid resource`.",
    fix: "Name the bucket of the policy, or objects in it.",
    source: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-arn-format.html",
    evidence: Evidence::AnyVariant,
};

pub(super) static PUBLIC_WHILE_BLOCKED: Rule = Rule {
    code: "iam/public-while-blocked",
    severity: Severity::Error,
    summary: "a public bucket policy while the bucket blocks public policies",
    why: "S3 refuses the policy with `Access Denied`.",
    fix: "Name who may read, or set `BlockPublicPolicy` to `false`.",
    source: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
    evidence: Evidence::AnyVariant,
};

const MANAGED_POLICY_LIMIT: usize = 6_144;

/// Where policies are: the type, and the property.
const DOCUMENTS: [(&str, &str); 7] = [
    ("AWS::IAM::ManagedPolicy", "PolicyDocument"),
    ("AWS::IAM::Policy", "PolicyDocument"),
    ("AWS::IAM::Role", "AssumeRolePolicyDocument"),
    ("AWS::KMS::Key", "KeyPolicy"),
    ("AWS::S3::BucketPolicy", "PolicyDocument"),
    ("AWS::SNS::TopicPolicy", "PolicyDocument"),
    ("AWS::SQS::QueuePolicy", "PolicyDocument"),
];

pub(super) fn check<'m>(model: &'m Model<'m>, report: &mut Report<'m>) {
    for (kind, property) in DOCUMENTS {
        for resource in model.resources(kind) {
            let document = resource.property(property);
            for statement in document.get("Statement").present_items() {
                each(report, &statement);
                match kind {
                    "AWS::IAM::Role" => trust(report, &statement),
                    "AWS::IAM::ManagedPolicy" | "AWS::IAM::Policy" => {
                        everything(report, &statement)
                    }
                    "AWS::S3::BucketPolicy" => bucket(report, resource, &statement),
                    _ => {}
                }
            }
            if kind == "AWS::IAM::ManagedPolicy" {
                size(report, resource);
            }
        }
    }
}

fn allows(statement: &Node<'_>) -> bool {
    statement.get("Effect").text().as_deref() == Some("Allow")
}

fn each<'m>(report: &mut Report<'m>, statement: &Node<'m>) {
    for list in ["Action", "NotAction"] {
        for action in statement.get(list).present_items() {
            let Some(text) = action.text() else { continue };
            if let Some(why) = actions::refusal(&text) {
                report.add(&ACTION_UNKNOWN, action.place(), format!("`{text}`: {why}"));
            }
        }
    }
    for service in statement.get("Principal").get("Service").present_items() {
        let Some(text) = service.text() else { continue };
        if let Some(why) = principals::refusal(&text) {
            report.add(
                &PRINCIPAL_UNKNOWN,
                service.place(),
                format!("`{text}`: {why}"),
            );
        }
    }
}

/// Whether any principal at all is meant.
fn is_open(statement: &Node<'_>) -> bool {
    let principal = statement.get("Principal");
    let is_star = |node: &Node<'_>| node.text().as_deref() == Some("*");
    is_star(&principal) || principal.get("AWS").present_items().iter().any(is_star)
}

fn trust<'m>(report: &mut Report<'m>, statement: &Node<'m>) {
    for action in statement.get("Action").present_items() {
        let Some(text) = action.text() else { continue };
        if !text.to_ascii_lowercase().starts_with("sts:") && text != "*" {
            report.add(&TRUST_ACTION, action.place(), format!("`{text}`"));
        }
    }
    if allows(statement) && is_open(statement) && statement.get("Condition").is_absent() {
        let place = statement.get("Principal").place();
        report.add(
            &TRUST_OPEN,
            place,
            "the principal is `*`, without a condition",
        );
    }
}

fn everything<'m>(report: &mut Report<'m>, statement: &Node<'m>) {
    let has_star = |list: &str| {
        let items = statement.get(list).present_items();
        items.iter().any(|item| item.text().as_deref() == Some("*"))
    };
    if allows(statement)
        && has_star("Action")
        && has_star("Resource")
        && statement.get("Condition").is_absent()
    {
        report.add(&EVERYTHING, statement.place(), "`*` on `*`");
    }
}

fn bucket<'m>(report: &mut Report<'m>, policy: Resource<'m>, statement: &Node<'m>) {
    let bucket = policy.property("Bucket");
    let own = bucket.resource_of("AWS::S3::Bucket");
    let name = match own {
        Some(own) => own.property("BucketName").text(),
        None => bucket.text(),
    };
    for resource in statement.get("Resource").present_items() {
        let (Some(text), Some(name)) = (resource.text(), &name) else {
            continue;
        };
        let Some((_, path)) = text.split_once(":s3:::") else {
            continue;
        };
        let other = path.split('/').next().unwrap_or_default();
        if !other.contains(['*', '?', '$']) && other != *name {
            report.add(
                &OTHER_BUCKET,
                resource.place(),
                format!("`{other}` is not the bucket `{name}`"),
            );
        }
    }
    let blocks = own.is_some_and(|own| {
        let block = own.property("PublicAccessBlockConfiguration.BlockPublicPolicy");
        block.text().as_deref() == Some("true")
    });
    if blocks && allows(statement) && is_open(statement) && statement.get("Condition").is_absent() {
        report.add(
            &PUBLIC_WHILE_BLOCKED,
            statement.get("Principal").place(),
            "the statement allows any principal",
        );
    }
}

/// Counts what is written: a function is at least as long as nothing.
fn size<'m>(report: &mut Report<'m>, policy: Resource<'m>) {
    let document = policy.property("PolicyDocument");
    let Some(written) = policy
        .written_properties()
        .and_then(|properties| properties.get("PolicyDocument"))
    else {
        return;
    };
    let length = least_length(written);
    if length > MANAGED_POLICY_LIMIT {
        report.add(
            &SIZE,
            document.place(),
            format!("{length} characters at least, of {MANAGED_POLICY_LIMIT}"),
        );
    }
}

fn least_length(value: &serde_json::Value) -> usize {
    use serde_json::Value;
    if cloudformation::template::Function::of(value).is_some() {
        return 2;
    }
    match value {
        Value::String(text) => {
            2 + text
                .chars()
                .filter(|letter| !letter.is_whitespace())
                .count()
        }
        Value::Array(items) => {
            let commas = items.len().saturating_sub(1);
            2 + commas + items.iter().map(least_length).sum::<usize>()
        }
        Value::Object(members) => {
            let commas = members.len().saturating_sub(1);
            let each = members
                .iter()
                .map(|(key, value)| key.len() + 3 + least_length(value));
            2 + commas + each.sum::<usize>()
        }
        other => other.to_string().len(),
    }
}
