//! How long policies are, as IAM counts.

use std::collections::BTreeMap;

use crate::environment::{AccountId, Environment, Region};
use crate::template::{Intrinsic, Node};

/// The most characters that a managed policy has; white space doesn't count.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
pub const POLICY_CHARACTERS: usize = 6144;

/// Where a policy will be: what CloudFormation puts in for account and region.
#[derive(Clone, Debug)]
pub struct Place {
    account: AccountId,
    region: Region,
}

impl From<&Environment> for Place {
    fn from(environment: &Environment) -> Self {
        Self {
            account: environment.account.clone(),
            region: environment.region,
        }
    }
}

impl Place {
    /// The characters of a policy once CloudFormation has put in what is known: account and region.
    #[must_use]
    pub fn characters(&self, policy: &Node) -> usize {
        self.characters_beside(policy, &BTreeMap::new())
    }

    /// The same beside roles, whose ARNs the policy says by [`Intrinsic::GetAtt`]: each as the text
    /// of a `Fn::Sub`, by its logical id.
    pub(crate) fn characters_beside(
        &self,
        policy: &Node,
        roles: &BTreeMap<String, String>,
    ) -> usize {
        let json = self.put_in(policy, roles).to_json();
        json.chars()
            .filter(|letter| !letter.is_whitespace())
            .count()
    }

    fn put_in(&self, node: &Node, roles: &BTreeMap<String, String>) -> Node {
        let put_in = |node: &Node| self.put_in(node, roles);
        match node {
            Node::List(items) => Node::List(items.iter().map(put_in).collect()),
            Node::Object(entries) => Node::Object(
                entries
                    .iter()
                    .map(|(name, entry)| (name.clone(), put_in(entry)))
                    .collect(),
            ),
            Node::Intrinsic(function) => match &**function {
                Intrinsic::Sub { text, .. } => Node::String(self.text(text)),
                Intrinsic::Ref(name) if name == "AWS::AccountId" => {
                    Node::String(self.account.to_string())
                }
                Intrinsic::GetAtt { id, attribute } => match roles.get(id) {
                    Some(arn) if attribute == "Arn" => Node::String(self.text(arn)),
                    _ => unknown(),
                },
                _ => unknown(),
            },
            other => other.clone(),
        }
    }

    fn text(&self, text: &str) -> String {
        text.replace("${AWS::Partition}", "aws")
            .replace("${AWS::Region}", self.region.as_str())
            .replace("${AWS::AccountId}", self.account.as_str())
    }
}

/// The name or the ARN of a single resource: as long as the longest of them.
fn unknown() -> Node {
    Node::String("x".repeat(128))
}
