//! A scenario: what is deployed, what is defined, what is asked for.

use std::collections::{BTreeMap, BTreeSet};

use cloudformation::ResourceToImport;
use common::assembly::Assembly;
use common::environment::EnvironmentName;
use deploy::orphans::Orphan;
use deploy::plan::{Acknowledgement, Request};
use serde::Deserialize;
use serde_json::Value;

use super::build::{assembly, stack_name};
use super::cloud::{Cloud, Deployed};

/// A scenario, as a file holds it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Scenario {
    /// What it shows.
    pub(crate) about: String,
    #[serde(default = "staging")]
    pub(crate) environment: EnvironmentName,
    /// Whether everything is deleted.
    #[serde(default)]
    pub(crate) destroy: bool,
    #[serde(default)]
    pub(crate) request: RequestText,
    /// Stacks that are deployed as they are defined.
    #[serde(default)]
    pub(crate) both: BTreeMap<String, StackText>,
    /// What stacks that are there have left, by stack: the logical id and the type of each.
    /// Stacks that were whole, and are gone.
    #[serde(default)]
    pub(crate) gone: BTreeSet<String>,
    #[serde(default)]
    pub(crate) left: BTreeMap<String, Vec<(String, String)>>,
    #[serde(default)]
    pub(crate) deployed: BTreeMap<String, StackText>,
    #[serde(default)]
    pub(crate) defined: BTreeMap<String, StackText>,
}

fn staging() -> EnvironmentName {
    EnvironmentName::Staging
}

/// What is asked for; stacks by their short names.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RequestText {
    only: Option<BTreeSet<String>>,
    #[serde(default)]
    parameters: BTreeMap<String, BTreeMap<String, String>>,
    #[serde(default)]
    acknowledged: BTreeSet<String>,
    #[serde(default)]
    prune: bool,
    #[serde(default)]
    manual_stacks: bool,
    #[serde(default)]
    assume_recovered: bool,
    #[serde(default)]
    recover: bool,
    #[serde(default)]
    require_permissions: bool,
    #[serde(default)]
    previous_template: bool,
    role: Option<String>,
}

/// A stack in few words.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StackText {
    /// By logical id; texts such as `!Ref Vpc` stand for the function.
    #[serde(default)]
    pub(crate) resources: BTreeMap<String, Value>,
    /// Values of outputs, exported under the name of stack and output.
    #[serde(default)]
    pub(crate) exports: BTreeMap<String, Value>,
    /// Exports under another name than usual, by output.
    #[serde(default)]
    pub(crate) names: BTreeMap<String, String>,
    /// `network-Vpc`; each is used by a resource.
    #[serde(default)]
    pub(crate) imports: Vec<String>,
    #[serde(default)]
    pub(crate) parameters: Vec<String>,
    #[serde(default)]
    pub(crate) application: Option<String>,
    #[serde(default)]
    pub(crate) manual_stacks: bool,
    /// Whether it is (or is to be) protected against deletion.
    pub(crate) protected: Option<bool>,
    // Of a deployed stack.
    pub(crate) status: Option<String>,
    #[serde(default)]
    pub(crate) values: BTreeMap<String, String>,
    /// Whether it is a stack of another owner, under a name of its own.
    #[serde(default)]
    pub(crate) outside: bool,
    /// The environment's tag; empty: none.
    pub(crate) tag: Option<String>,
    /// The deployed policy; `none`, or a policy. As defined unless said.
    pub(crate) policy: Option<String>,
}

impl Scenario {
    pub(crate) fn read(text: &str) -> Self {
        toml::from_str(text).unwrap()
    }

    pub(crate) fn assembly(&self) -> Assembly {
        let defined = self.both.iter().chain(&self.defined);
        assembly(self.environment, defined)
    }

    pub(crate) fn cloud(&self) -> Cloud {
        let mut cloud = Cloud::default();
        for (id, text) in self.both.iter().chain(&self.deployed) {
            cloud.put(Deployed::of(self.environment, id, text));
        }
        let gone = self.gone.iter();
        cloud.gone = gone.map(|id| stack_name(self.environment, id)).collect();
        for (id, left) in &self.left {
            let name = stack_name(self.environment, id);
            let orphans = left.iter().map(|(logical_id, kind)| Orphan {
                resource: ResourceToImport {
                    logical_id: logical_id.clone().into(),
                    resource_type: kind.clone(),
                    identifier: BTreeMap::from([("Id".to_owned(), format!("{logical_id}-1"))]),
                },
                left_by: name.to_string(),
            });
            let orphans = orphans.collect();
            cloud.orphans.insert(name, orphans);
        }
        cloud
    }

    pub(crate) fn request(&self) -> Request {
        let full = |id: &String| stack_name(self.environment, id);
        let request = &self.request;
        Request {
            commit: None,
            only: request
                .only
                .as_ref()
                .map(|only| only.iter().map(full).collect()),
            parameters: request
                .parameters
                .iter()
                .map(|(id, values)| (full(id), values.clone()))
                .collect(),
            acknowledged: request
                .acknowledged
                .iter()
                .cloned()
                .map(Acknowledgement)
                .collect(),
            prune: request.prune,
            imports: BTreeMap::new(),
            recover: request.recover,
            command: None,
            manual_stacks: request.manual_stacks,
            assume_recovered: request.assume_recovered,
            require_permissions: request.require_permissions,
            previous_template: request.previous_template,
            role: request.role.clone(),
        }
    }
}
