//! How long policies are, as IAM counts.

use common::environment::Environment;
use common::template::policy::PolicyDocument;
use common::template::{IntoNode as _, Intrinsic, Node};

/// The most characters that a managed policy has; white space doesn't count.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
pub const POLICY_CHARACTERS: usize = 6144;

/// The characters of a policy once CloudFormation has put in account and region.
#[must_use]
pub fn characters(document: &PolicyDocument, environment: &Environment) -> usize {
    let json = put_in(document.clone().into_node(), environment).to_json();
    json.chars()
        .filter(|letter| !letter.is_whitespace())
        .count()
}

fn put_in(node: Node, environment: &Environment) -> Node {
    match node {
        Node::List(items) => Node::List(
            items
                .into_iter()
                .map(|item| put_in(item, environment))
                .collect(),
        ),
        Node::Object(entries) => Node::Object(
            entries
                .into_iter()
                .map(|(name, entry)| (name, put_in(entry, environment)))
                .collect(),
        ),
        Node::Intrinsic(function) => match *function {
            Intrinsic::Sub { text, .. } => Node::String(
                text.replace("${AWS::Partition}", "aws")
                    .replace("${AWS::Region}", environment.region.as_str())
                    .replace("${AWS::AccountId}", environment.account.as_str()),
            ),
            // Names and ARNs of single resources: as long as the longest of them.
            Intrinsic::Ref(name) if name == "AWS::AccountId" => {
                Node::String(environment.account.to_string())
            }
            _ => Node::String("x".repeat(128)),
        },
        other => other,
    }
}
