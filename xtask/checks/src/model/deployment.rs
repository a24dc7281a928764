//! The input: stacks that are deployed together.

use std::collections::BTreeMap;

use cloudformation::StackName;
use serde_json::Value;

/// Stacks of one account and region.
#[derive(Clone, Debug, Default)]
pub struct Deployment {
    /// The stacks, in any order.
    pub stacks: Vec<Stack>,
    /// Whether these are all stacks of the account and region that export or import. Otherwise an import may be of
    /// what a stack exports that is not here.
    pub is_complete: bool,
}

/// A stack, as it is going to be deployed.
#[derive(Clone, Debug, Default)]
pub struct Stack {
    /// The value of `AWS::StackName`.
    pub name: StackName,
    /// The value of `AWS::AccountId`, where it is known.
    pub account: Option<String>,
    /// The value of `AWS::Region`, where it is known.
    pub region: Option<String>,
    /// The parameters that the deployment gives: texts, as the API takes them. Others have their defaults.
    pub parameters: BTreeMap<String, String>,
    /// The template's JSON.
    pub template: Value,
}
