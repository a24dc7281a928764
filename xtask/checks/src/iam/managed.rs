//! Policies of AWS that are attached by their ARNs.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use crate::finding::Report;
use crate::model::Model;
use crate::rule::{Evidence, Rule, Severity};

pub(super) static UNKNOWN: Rule = Rule {
    code: "iam/managed-policy-unknown",
    severity: Severity::Warning,
    summary: "a managed policy of AWS that there is not",
    why: "IAM refuses to attach it: the policy `does not exist or is not attachable`. The list may be older than a new policy.",
    fix: "Correct the ARN: some policies are in `service-role/` or `job-function/`.",
    source: "https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html",
    evidence: Evidence::AnyVariant,
};

pub(super) static OF_A_SERVICE: Rule = Rule {
    code: "iam/service-role-policy",
    severity: Severity::Error,
    summary: "a policy of a service-linked role that another role, a user or a group has",
    why: "IAM refuses it: such a policy is attached to the role that the service makes for itself, and to no other.",
    fix: "Attach another policy, or let the service make its role.",
    source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html",
    evidence: Evidence::AnyVariant,
};

/// What a policy of a service-linked role begins with.
const LINKED: &str = "aws-service-role/";

/// A policy in a line, with its path: `service-role/AWSLambdaBasicExecutionRole`.
///
/// Source: `data/managed-policies.txt`, written by `cargo xtask bindings` from the list in iam-floyd, which is read
/// from AWS's: <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html>
static LIST: &str = include_str!("../../data/managed-policies.txt");

fn policies() -> &'static BTreeSet<&'static str> {
    static POLICIES: OnceLock<BTreeSet<&str>> = OnceLock::new();
    POLICIES.get_or_init(|| LIST.lines().collect())
}

/// The types that policies are attached to.
const ATTACHED_TO: [&str; 3] = ["AWS::IAM::Group", "AWS::IAM::Role", "AWS::IAM::User"];

pub(super) fn check<'m>(model: &'m Model<'m>, report: &mut Report<'m>) {
    for resource in ATTACHED_TO
        .into_iter()
        .flat_map(|kind| model.resources(kind))
    {
        let mut attached = resource.property("ManagedPolicyArns").present_items();
        attached.push(resource.property("PermissionsBoundary"));
        for node in attached {
            let Some(arn) = node.text() else { continue };
            let Some(name) = of_aws(&arn) else { continue };
            if name.starts_with(LINKED) {
                let message = format!("`{name}` is a service-linked role's");
                report.add(&OF_A_SERVICE, node.place(), message);
            } else if !policies().contains(name) {
                let message = match elsewhere(name) {
                    Some(known) => format!("there is no `{name}`; did you mean `{known}`?"),
                    None => format!("there is no `{name}`"),
                };
                report.add(&UNKNOWN, node.place(), message);
            }
        }
    }
}

/// The path and name of a policy of AWS in the partition of the commercial regions: others have policies of their own.
fn of_aws(arn: &str) -> Option<&str> {
    arn.strip_prefix("arn:aws:iam::aws:policy/")
}

/// The policy of the same name in another folder.
fn elsewhere(name: &str) -> Option<&'static str> {
    let last = |path: &str| path.rsplit('/').next().map(str::to_lowercase);
    let mut policies = policies().iter();
    policies.find(|known| last(known) == last(name)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_is_looked_for_in_other_folders() {
        assert_eq!(
            elsewhere("AmazonEC2ContainerServiceforEC2Role"),
            Some("service-role/AmazonEC2ContainerServiceforEC2Role")
        );
        assert_eq!(elsewhere("readonlyaccess"), Some("ReadOnlyAccess"));
        assert_eq!(elsewhere("AmazonECSEverything"), None);
    }

    #[test]
    fn the_list_has_the_policies_that_everyone_attaches() {
        for name in [
            "AdministratorAccess",
            "AmazonSSMManagedInstanceCore",
            "job-function/ViewOnlyAccess",
            "service-role/AWSLambdaBasicExecutionRole",
            "service-role/AmazonECSTaskExecutionRolePolicy",
        ] {
            assert!(policies().contains(name), "{name}");
        }
        assert!(policies().len() > 1_000);
    }
}
