//! Policy documents, statement by statement.

use cloudformation::iam::glob;
use cloudformation::template::Function;
use serde_json::Value;

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

pub(super) static RESOURCE_OPEN: Rule = Rule {
    code: "iam/resource-open",
    severity: Severity::Warning,
    summary: "a key, topic, queue, repository or secret that any principal of any account may use",
    why: "Every holder of an AWS account may do what the statement allows.",
    fix: "Name the principals, or add a condition that only they meet.",
    source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-resources.html",
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

pub(super) static STRUCTURE: Rule = Rule {
    code: "iam/policy-structure",
    severity: Severity::Error,
    summary: "a policy with a statement that has an element too few or too many",
    why: "It is refused: `MalformedPolicyDocument`.",
    fix: "Give each statement what a policy in this place has.",
    source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html",
    evidence: Evidence::AnyVariant,
};

/// What a trust policy allows.
///
/// Sources: <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html>,
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html>,
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_ProvidedContext.html>
const ASSUMING: [&str; 6] = [
    "sts:assumerole",
    "sts:assumerolewithsaml",
    "sts:assumerolewithwebidentity",
    "sts:setcontext",
    "sts:setsourceidentity",
    "sts:tagsession",
];

const MANAGED_POLICY_LIMIT: usize = 6_144;

/// What a policy is attached to, which decides what its statements have.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// The permissions of a role, user or group.
    Identity,
    /// Who may assume a role.
    Trust,
    /// Who may use a bucket, a key, a queue …
    Resource,
}

/// The type, and the property, as `Resource::each_property` reads it.
const DOCUMENTS: [(&str, &str, Purpose); 19] = [
    ("AWS::EC2::VPCEndpoint", "PolicyDocument", Purpose::Resource),
    (
        "AWS::ECR::Repository",
        "RepositoryPolicyText",
        Purpose::Resource,
    ),
    (
        "AWS::IAM::Group",
        "Policies[].PolicyDocument",
        Purpose::Identity,
    ),
    ("AWS::IAM::GroupPolicy", "PolicyDocument", Purpose::Identity),
    (
        "AWS::IAM::ManagedPolicy",
        "PolicyDocument",
        Purpose::Identity,
    ),
    ("AWS::IAM::Policy", "PolicyDocument", Purpose::Identity),
    ("AWS::IAM::Role", "AssumeRolePolicyDocument", Purpose::Trust),
    (
        "AWS::IAM::Role",
        "Policies[].PolicyDocument",
        Purpose::Identity,
    ),
    ("AWS::IAM::RolePolicy", "PolicyDocument", Purpose::Identity),
    (
        "AWS::IAM::User",
        "Policies[].PolicyDocument",
        Purpose::Identity,
    ),
    ("AWS::IAM::UserPolicy", "PolicyDocument", Purpose::Identity),
    ("AWS::KMS::Key", "KeyPolicy", Purpose::Resource),
    ("AWS::S3::BucketPolicy", "PolicyDocument", Purpose::Resource),
    (
        "AWS::SNS::TopicInlinePolicy",
        "PolicyDocument",
        Purpose::Resource,
    ),
    ("AWS::SNS::TopicPolicy", "PolicyDocument", Purpose::Resource),
    (
        "AWS::SQS::QueueInlinePolicy",
        "PolicyDocument",
        Purpose::Resource,
    ),
    ("AWS::SQS::QueuePolicy", "PolicyDocument", Purpose::Resource),
    (
        "AWS::SecretsManager::ResourcePolicy",
        "ResourcePolicy",
        Purpose::Resource,
    ),
    ("AWS::ECR::RegistryPolicy", "PolicyText", Purpose::Resource),
];

pub(super) fn check<'m>(model: &'m Model<'m>, report: &mut Report<'m>) {
    for (kind, property, purpose) in DOCUMENTS {
        for resource in model.resources(kind) {
            for document in resource.each_property(property) {
                version(report, &document);
                for statement in document.get("Statement").present_items() {
                    structure(report, &statement, purpose);
                    each(report, &statement);
                    match purpose {
                        Purpose::Trust => trust(report, &statement),
                        Purpose::Identity => everything(report, &statement),
                        Purpose::Resource if kind == "AWS::S3::BucketPolicy" => {
                            bucket(report, resource, &statement);
                        }
                        // What an endpoint lets through is decided by other policies as well.
                        Purpose::Resource if kind == "AWS::EC2::VPCEndpoint" => {}
                        Purpose::Resource => open(report, &RESOURCE_OPEN, &statement),
                    }
                }
            }
            if kind == "AWS::IAM::ManagedPolicy" {
                size(report, resource);
            }
        }
    }
}

fn version<'m>(report: &mut Report<'m>, document: &Node<'m>) {
    let version = document.get("Version");
    if let Some(text) = version.text()
        && !["2008-10-17", "2012-10-17"].contains(&text.as_ref())
    {
        let message = format!("the version is `{text}`, and not 2012-10-17");
        report.add(&STRUCTURE, version.place(), message);
    }
}

fn structure<'m>(report: &mut Report<'m>, statement: &Node<'m>, purpose: Purpose) {
    let lacks = |names: [&str; 2]| names.iter().all(|name| statement.get(name).is_absent());
    let effect = statement.get("Effect");
    let effect = match effect.text() {
        None if effect.is_absent() => Some("has no `Effect`".to_owned()),
        Some(text) if text != "Allow" && text != "Deny" => Some(format!(
            "has the effect `{text}`, and neither `Allow` nor `Deny`"
        )),
        _ => None,
    };
    let action = lacks(["Action", "NotAction"]).then(|| "has no `Action`".to_owned());
    let resource = match purpose {
        Purpose::Identity if lacks(["Resource", "NotResource"]) => Some("has no `Resource`"),
        Purpose::Trust if statement.get("Resource").is_present() => {
            Some("has a `Resource`, which a trust policy has not")
        }
        _ => None,
    };
    let no_principal = lacks(["Principal", "NotPrincipal"]);
    let principal = match purpose {
        Purpose::Identity if statement.get("Principal").is_present() => {
            Some("has a `Principal`, which the permissions of a role, user or group have not")
        }
        Purpose::Trust | Purpose::Resource if no_principal => Some("has no `Principal`"),
        _ => None,
    };
    let named = [resource, principal]
        .into_iter()
        .flatten()
        .map(str::to_owned);
    for wrong in [effect, action].into_iter().flatten().chain(named) {
        report.add(
            &STRUCTURE,
            statement.place(),
            format!("the statement {wrong}"),
        );
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

/// Whether every principal of every account is allowed something.
fn lets_everyone(statement: &Node<'_>) -> bool {
    allows(statement) && is_open(statement) && statement.get("Condition").is_absent()
}

fn open<'m>(report: &mut Report<'m>, rule: &'static Rule, statement: &Node<'m>) {
    if lets_everyone(statement) {
        let place = statement.get("Principal").place();
        report.add(rule, place, "the principal is `*`, without a condition");
    }
}

fn trust<'m>(report: &mut Report<'m>, statement: &Node<'m>) {
    for action in statement.get("Action").present_items() {
        let Some(text) = action.text() else { continue };
        let lower = text.to_ascii_lowercase();
        if !ASSUMING.iter().any(|known| glob(&lower, known)) {
            report.add(&TRUST_ACTION, action.place(), format!("`{text}`"));
        }
    }
    open(report, &TRUST_OPEN, statement);
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
    if blocks && lets_everyone(statement) {
        report.add(
            &PUBLIC_WHILE_BLOCKED,
            statement.get("Principal").place(),
            "the statement allows any principal",
        );
    }
}

fn size<'m>(report: &mut Report<'m>, policy: Resource<'m>) {
    let document = policy.property("PolicyDocument");
    let Some(written) = policy
        .written_properties()
        .and_then(|properties| properties.get("PolicyDocument"))
    else {
        return;
    };
    let length = least_length(written).unwrap_or_default();
    if length > MANAGED_POLICY_LIMIT {
        report.add(
            &SIZE,
            document.place(),
            format!("{length} characters at least, of {MANAGED_POLICY_LIMIT}"),
        );
    }
}

/// The length in JSON that a value has whatever a deployment decides, white space apart; none where it may be left out.
fn least_length(value: &Value) -> Option<usize> {
    let visible = |text: &str| {
        text.chars()
            .filter(|letter| !letter.is_whitespace())
            .count()
    };
    Some(match value {
        Value::Object(members) if Function::of(value).is_some() => {
            let (name, argument) = members.iter().next()?;
            match (name.as_str(), argument) {
                ("Fn::If" | "Fn::Transform", _) => return None,
                ("Ref", Value::String(name)) if name == "AWS::NoValue" => return None,
                // It may give a list or an object.
                _ => 2,
            }
        }
        Value::String(text) => 2 + visible(text),
        Value::Array(items) => joined(items.iter().filter_map(least_length)),
        Value::Object(members) => joined(
            members
                .iter()
                .filter_map(|(key, value)| Some(key.len() + 3 + least_length(value)?)),
        ),
        other => other.to_string().len(),
    })
}

/// Of parts with brackets around them and commas between them.
fn joined(parts: impl Iterator<Item = usize>) -> usize {
    let (count, sum) = parts.fold((0_usize, 0), |(count, sum), part| (count + 1, sum + part));
    2 + count.saturating_sub(1) + sum
}
