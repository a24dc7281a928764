//! What is deployed, with CloudFormation's rules about exports and nothing else of it.
//!
//! This is the oracle of the planner's order: it knows no plans, only single steps, and refuses
//! those that CloudFormation would.

use std::collections::{BTreeMap, BTreeSet};

use cloudformation::template::{entries, exports, imports};
use cloudformation::{ExportName, Identity, Output, ParameterValue, Stack, StackName};
use common::assembly::Assembly;
use common::environment::EnvironmentName;
use common::stack::ResourceRecord;
use deploy::observe::{Need, Observed};
use deploy::orphans::{DeletedStack, Orphan};
use deploy::plan::{Operation, Plan, Planned, Request, Step};
use review::difference::render;
use serde_json::Value;

use super::build::artifact;
use super::scenario::StackText;

/// A deployed stack.
#[derive(Clone, Debug)]
pub(crate) struct Deployed {
    pub(crate) name: StackName,
    pub(crate) template: Value,
    pub(crate) status: String,
    pub(crate) parameters: BTreeMap<String, String>,
    pub(crate) tags: BTreeMap<String, String>,
    pub(crate) protected: bool,
    pub(crate) policy: Option<String>,
}

impl Deployed {
    pub(crate) fn of(environment: EnvironmentName, id: &str, text: &StackText) -> Self {
        let artifact = artifact(environment, id, text);
        let mut tags = artifact.tags.clone();
        match text.tag.as_deref() {
            None => {}
            Some("") => drop(tags.remove("lemonade:environment")),
            Some(other) => drop(tags.insert("lemonade:environment".to_owned(), other.to_owned())),
        }
        // As the planner writes it; its form has a test of its own.
        let policy = match text.policy.as_deref() {
            Some("none") => None,
            Some(policy) => Some(policy.to_owned()),
            None => Some(policy_of(&artifact)),
        };
        Self {
            name: if text.outside {
                id.into()
            } else {
                artifact.name.to_string().into()
            },
            template: serde_json::from_str(artifact.template.as_deref().unwrap()).unwrap(),
            status: text.status.clone().unwrap_or("CREATE_COMPLETE".to_owned()),
            parameters: text.values.clone(),
            tags,
            protected: artifact.termination_protection,
            policy,
        }
    }

    /// What it exports: the name and the value. Two values are the same when they are written the
    /// same.
    fn exports(&self) -> BTreeMap<String, String> {
        exports(&self.template)
            .map(|(name, _, output)| (name.to_owned(), render(&output["Value"])))
            .collect()
    }

    fn imports(&self) -> BTreeSet<String> {
        imports(&self.template)
    }

    fn view(&self) -> Stack {
        Stack {
            id: format!("arn:{}", self.name).into(),
            name: self.name.clone(),
            status: self.status.clone().into(),
            created: "2026-01-01T00:00:00Z".to_owned(),
            outputs: entries(&self.template, "Outputs")
                .map(|(key, output)| Output {
                    key: key.to_owned(),
                    value: match &output["Value"] {
                        Value::String(text) => text.clone(),
                        other => format!("<{}>", render(other)),
                    },
                    export: output["Export"]["Name"]
                        .as_str()
                        .map(ToOwned::to_owned)
                        .map(Into::into),
                    ..Output::default()
                })
                .collect(),
            parameters: self.parameters.clone(),
            tags: self.tags.clone(),
            termination_protection: self.protected,
            ..Stack::default()
        }
    }
}

fn policy_of(artifact: &common::stack::StackArtifact) -> String {
    let mut ids: Vec<String> = artifact
        .guarded
        .iter()
        .chain(&artifact.retained)
        .map(|record| format!("LogicalResourceId/{}", record.logical_id))
        .collect();
    ids.sort();
    ids.dedup();
    serde_json::json!({ "Statement": [
        { "Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*" },
        {
            "Effect": "Deny",
            "Action": ["Update:Replace", "Update:Delete"],
            "Principal": "*",
            "Resource": ids,
        },
    ] })
    .to_string()
}

/// All that is deployed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cloud {
    pub(crate) stacks: BTreeMap<StackName, Deployed>,
    /// What stacks have left that are there.
    pub(crate) orphans: BTreeMap<StackName, Vec<Orphan>>,
    /// Stacks that were whole, and are gone.
    pub(crate) gone: BTreeSet<StackName>,
}

impl Cloud {
    pub(crate) fn put(&mut self, stack: Deployed) {
        self.stacks.insert(stack.name.clone(), stack);
    }

    pub(crate) fn listing(&self) -> Observed {
        Observed {
            identity: Identity {
                account: "444455556666".to_owned(),
                arn: "arn:aws:iam::444455556666:user/ann".to_owned(),
                ..Identity::default()
            },
            region: "eu-west-1".to_owned(),
            stacks: self
                .stacks
                .iter()
                .filter(|(name, _)| name.as_str().starts_with("lemonade-"))
                .map(|(name, stack)| (name.clone(), stack.view()))
                .collect(),
            taken_exports: self.taken_exports(),
            templates: BTreeMap::new(),
            importers: BTreeMap::new(),
            policies: BTreeMap::new(),
            external_stacks: BTreeMap::new(),
            failed_creations: BTreeMap::new(),
            orphans: BTreeMap::new(),
            deleted_stacks: BTreeMap::new(),
        }
    }

    fn taken_exports(&self) -> BTreeMap<ExportName, StackName> {
        let others = self.stacks.values();
        others
            .filter(|stack| !stack.name.as_str().starts_with("lemonade-"))
            .flat_map(|stack| {
                let exports = stack.exports().into_keys();
                exports.map(|export| (export.into(), stack.name.clone()))
            })
            .collect()
    }

    fn importers(&self, export: &ExportName) -> Vec<StackName> {
        self.stacks
            .values()
            .filter(|stack| stack.imports().contains(export.as_str()))
            .map(|stack| stack.name.clone())
            .collect()
    }

    pub(crate) fn answer(&self, observed: &mut Observed, need: &Need) {
        match need {
            Need::Template(name) => {
                let template = self.stacks[name].template.to_string();
                observed.templates.insert(name.clone(), template);
            }
            Need::Importers(export) => {
                let importers = self.importers(export);
                observed.importers.insert(export.clone(), importers);
            }
            Need::ExternalStack(name) => {
                let id = self.stacks.get(name).map(|stack| stack.view().id);
                observed.external_stacks.insert(name.clone(), id);
            }
            Need::StackPolicy(name) => {
                let policy = self.stacks[name].policy.clone();
                observed.policies.insert(name.clone(), policy);
            }
            Need::DeletedStacks(stacks) => {
                for name in stacks {
                    let gone = self.gone.contains(name).then(|| DeletedStack {
                        deleted: "2026-01-02T00:00:00Z".to_owned(),
                        parameters: BTreeMap::from([(
                            "ImageDigest".to_owned(),
                            "sha256:1".to_owned(),
                        )]),
                    });
                    observed.deleted_stacks.insert(name.clone(), gone);
                }
            }
            Need::Orphans(stacks) => {
                for (name, (_, wanted)) in stacks {
                    let orphans = self.orphans.get(name).cloned().unwrap_or_default();
                    let key = |one: &Orphan| {
                        let one = &one.resource;
                        ResourceRecord {
                            logical_id: one.logical_id.to_string(),
                            resource_type: one.resource_type.clone(),
                        }
                    };
                    let wanted = orphans.into_iter().filter(|one| wanted.contains(&key(one)));
                    observed.orphans.insert(name.clone(), wanted.collect());
                }
            }
            Need::FailedCreations(stacks) => {
                let none = stacks.keys().map(|name| (name.clone(), Vec::new()));
                observed.failed_creations.extend(none);
            }
        }
    }

    /// Does one step of a plan.
    ///
    /// # Errors
    /// What CloudFormation would refuse it for.
    pub(crate) fn apply(&mut self, plan: &Plan, step: &Step) -> Result<(), String> {
        match &step.operation {
            Operation::Deploy(deploy) => {
                let before = self.stacks.get(&step.stack);
                assert_eq!(before.is_some(), deploy.exists, "{}", step.id);
                let parameters = deploy.parameters.iter().map(|parameter| {
                    let value = match &parameter.value {
                        ParameterValue::Given(value) => value.clone(),
                        ParameterValue::Previous => {
                            before.unwrap().parameters[&parameter.name].clone()
                        }
                    };
                    (parameter.name.clone(), value)
                });
                let stack = Deployed {
                    name: step.stack.to_string().into(),
                    template: serde_json::from_str(&plan.templates[&deploy.template]).unwrap(),
                    status: "UPDATE_COMPLETE".to_owned(),
                    parameters: parameters.collect(),
                    tags: deploy
                        .tags
                        .iter()
                        .map(|tag| (tag.key.clone(), tag.value.clone()))
                        .collect(),
                    protected: deploy.termination_protection,
                    policy: deploy.policy.clone(),
                };
                assert_eq!(
                    stack.template["Outputs"]["DefinitionDigest"]["Value"],
                    deploy.digest.as_str()
                );
                self.replace(step.stack.as_str(), Some(stack))
            }
            Operation::Delete { unprotect, .. } => {
                let protected = self.stacks[&step.stack].protected;
                assert_eq!(protected, *unprotect, "{}", step.id);
                self.replace(step.stack.as_str(), None)
            }
            Operation::Protect {
                termination_protection,
                policy,
            } => {
                let stack = self.stacks.get_mut(&step.stack).unwrap();
                stack.protected = termination_protection.unwrap_or(stack.protected);
                stack.policy = policy.clone().or(stack.policy.take());
                Ok(())
            }
            Operation::Recover(recovery) => panic!("{}: {recovery}", step.id),
        }
    }

    fn replace(&mut self, name: &str, after: Option<Deployed>) -> Result<(), String> {
        let exports = |stack: Option<&Deployed>| stack.map(Deployed::exports).unwrap_or_default();
        let before = exports(self.stacks.get(name));
        let now = exports(after.as_ref());
        let others = || self.stacks.values().filter(|stack| stack.name != name);
        for (export, value) in &before {
            let used = others().find(|stack| stack.imports().contains(export.as_str()));
            if let Some(importer) = used
                && now.get(export) != Some(value)
            {
                return Err(format!("{name}: {export} is in use by {}", importer.name));
            }
        }
        for export in now.keys() {
            if others().any(|stack| stack.exports().contains_key(export)) {
                return Err(format!("{name}: {export} is exported by another stack"));
            }
        }
        if let Some(stack) = &after {
            for import in stack.imports() {
                if !others().any(|stack| stack.exports().contains_key(&import)) {
                    return Err(format!("{name}: no export {import}"));
                }
            }
        }
        match after {
            Some(stack) => drop(self.stacks.insert(name.into(), stack)),
            None => drop(self.stacks.remove(name)),
        }
        Ok(())
    }

    /// Whether every import has its export.
    pub(crate) fn dangling(&self) -> Option<String> {
        let exports: BTreeSet<String> = self
            .stacks
            .values()
            .flat_map(|stack| stack.exports().into_keys())
            .collect();
        let imports = self.stacks.values().flat_map(Deployed::imports);
        imports.into_iter().find(|import| !exports.contains(import))
    }
}

/// Plans, observing what is needed; gives back the plan and what was needed, round by round.
pub(crate) fn planned(
    cloud: &Cloud,
    assembly: &Assembly,
    request: &Request,
    destroy: bool,
) -> (Plan, Vec<BTreeSet<Need>>) {
    let plan = if destroy {
        deploy::plan::plan_destruction
    } else {
        deploy::plan::plan
    };
    let mut observed = cloud.listing();
    let mut rounds = Vec::new();
    loop {
        match plan(assembly, &observed, request).unwrap() {
            Planned::Plan(plan) => return (*plan, rounds),
            Planned::Needs(needs) => {
                for need in &needs {
                    cloud.answer(&mut observed, need);
                }
                rounds.push(needs);
                assert!(rounds.len() <= 3, "{rounds:?}");
            }
        }
    }
}
