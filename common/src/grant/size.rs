//! The length of policies as IAM counts it.

use std::collections::BTreeMap;

use crate::environment::{AccountId, Environment, Region};
use crate::template::{Intrinsic, Node};

/// The most characters that a managed policy has; white space doesn't count.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
pub const POLICY_CHARACTERS: usize = 6144;

/// The name or the ARN of a single resource that is not known yet: as long as the longest of them,
/// with its quotation marks.
const UNKNOWN: usize = 130;

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

    /// The same in a template with roles, whose ARNs the policy says by [`Intrinsic::GetAtt`]: each as the text
    /// of a `Fn::Sub`, by its logical id.
    ///
    /// Counted without writing the policy: every synthesis measures every one.
    pub(crate) fn characters_beside(
        &self,
        policy: &Node,
        roles: &BTreeMap<String, String>,
    ) -> usize {
        let of = |node: &Node| self.characters_beside(node, roles);
        match policy {
            // With what stands around and between.
            Node::List(items) => between(items.len()) + items.iter().map(of).sum::<usize>(),
            Node::Object(entries) => {
                let entry = |(name, entry): (&String, &Node)| name.len() + 3 + of(entry);
                between(entries.len()) + entries.iter().map(entry).sum::<usize>()
            }
            Node::String(text) => text.len() + 2,
            Node::Intrinsic(function) => match &**function {
                Intrinsic::Sub { text, .. } => self.text(text) + 2,
                Intrinsic::Ref(name) if name == "AWS::AccountId" => self.account.as_str().len() + 2,
                Intrinsic::GetAtt { id, attribute } if attribute == "Arn" => {
                    roles.get(id).map_or(UNKNOWN, |arn| self.text(arn) + 2)
                }
                _ => UNKNOWN,
            },
            other => other.to_json().len(),
        }
    }

    /// The length of a text with places of `Fn::Sub`.
    fn text(&self, text: &str) -> usize {
        [
            ("${AWS::Partition}", "aws"),
            ("${AWS::Region}", self.region.as_str()),
            ("${AWS::AccountId}", self.account.as_str()),
        ]
        .into_iter()
        .fold(text.len(), |length, (place, value)| {
            let times = text.matches(place).count();
            length - times * place.len() + times * value.len()
        })
    }
}

/// The brackets around a list, and the commas in it.
const fn between(items: usize) -> usize {
    2 + items.saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Definition;
    use crate::template::policy::{PolicyDocument, Statement};
    use crate::template::{IntoNode as _, sub};

    #[test]
    fn a_policy_is_as_long_as_it_is_written() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let definition = Definition::load(&root).unwrap();
        let place = Place::from(&definition.environments[0]);
        let statement = |topic: &str| {
            Statement::allow(["sns:Publish", "sns:GetTopicAttributes"])
                .sid("Tell")
                .on(sub(topic.to_owned()))
                .when("Bool", "aws:SecureTransport", "true")
        };
        let document = |topic: &str| PolicyDocument::new().with(statement(topic)).into_node();
        let whole = document("arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:topic");
        let written = document("arn:aws:sns:eu-west-1:111122223333:topic").to_json();
        assert_eq!(place.characters(&whole), written.len());
    }
}
