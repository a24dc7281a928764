//! What looks at a damaged template.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use checks::{Deployment, Finding, Severity, Stack, check};
use cloudformation::status::{ChangeSetStatus, StackStatus};
use cloudformation::{Capability, ChangeSetType, Parameter, ParameterValue};
use common::assembly::dependencies;
use emulator::api::{Action, Answer, ApiError, Caller, Target, TemplateInput, Time};
use emulator::{Cloud, Options};
use serde_json::Value;
use tests::{Synthesis, root};
use xtask::tools::PythonTools;
use xtask::validators::{Case, validate};
use xtask::workspace::Workspace;

use crate::mutation::Mutant;

/// What noticed a mutation, each with what it said.
#[derive(Clone, Debug, Default)]
pub(crate) struct Verdict {
    pub(crate) emulator: Option<String>,
    pub(crate) checks: Option<String>,
    pub(crate) validators: Option<String>,
}

impl Verdict {
    pub(crate) fn ours(&self) -> bool {
        self.emulator.is_some() || self.checks.is_some()
    }

    pub(crate) fn any(&self) -> bool {
        self.ours() || self.validators.is_some()
    }
}

/// The undamaged environments, deployed but for a stack and what imports from it.
pub(crate) struct Judges<'a> {
    without: BTreeMap<&'a str, Machine>,
    /// What the checks find in the undamaged environments.
    known: Vec<Finding>,
}

#[derive(Clone)]
struct Machine {
    cloud: Cloud,
    now: Time,
    caller: Caller,
}

impl<'a> Judges<'a> {
    pub(crate) fn new(mutants: &'a [Mutant<'a>]) -> Self {
        let known = tests::synthesized()
            .iter()
            .flat_map(|synthesis| check(&deployment(synthesis, None)))
            .collect();
        let mut without = BTreeMap::new();
        for mutant in mutants {
            let machine = || Machine::without(mutant.synthesis, mutant.stack);
            without.entry(mutant.stack).or_insert_with(machine);
        }
        Self { without, known }
    }

    pub(crate) fn ours(&self, mutant: &Mutant<'_>) -> Verdict {
        let mut machine = self.without[mutant.stack].clone();
        Verdict {
            emulator: machine.creates(mutant.stack, &mutant.template),
            checks: self.finding(mutant),
            validators: None,
        }
    }

    fn finding(&self, mutant: &Mutant<'_>) -> Option<String> {
        let findings = check(&deployment(mutant.synthesis, Some(mutant)));
        let new = findings.into_iter().find(|finding| {
            finding.rule.severity >= Severity::Warning && !self.known.contains(finding)
        })?;
        Some(format!("{}: {}", new.rule.code, new.message))
    }
}

/// An environment, one of its templates damaged.
fn deployment(synthesis: &Synthesis, mutant: Option<&Mutant<'_>>) -> Deployment {
    let damaged = |stack: &str| mutant.filter(|mutant| mutant.stack == stack);
    let stacks = synthesis.templates.iter().map(|(name, template)| Stack {
        name: name.as_str().into(),
        account: Some(synthesis.assembly.account.clone()),
        region: Some(synthesis.assembly.region.clone()),
        parameters: BTreeMap::new(),
        template: damaged(name).map_or_else(|| template.clone(), |mutant| mutant.template.clone()),
    });
    Deployment {
        stacks: stacks.collect(),
        is_complete: true,
    }
}

impl Machine {
    fn without(synthesis: &Synthesis, left_out: &str) -> Self {
        let assembly = &synthesis.assembly;
        let mut machine = Self {
            cloud: Cloud::new(Options::default()),
            now: Time(1_767_225_600_000),
            caller: Caller {
                account: assembly.account.clone(),
                region: assembly.region.clone(),
            },
        };
        let producers = dependencies(&assembly.stacks).expect("the order is known");
        let mut missing = BTreeSet::from([left_out]);
        for name in assembly.order.iter().flatten() {
            let name = name.as_str();
            let needs = producers.iter().find(|(stack, _)| stack.as_str() == name);
            let is_missing = needs.is_some_and(|(_, needs)| {
                needs
                    .iter()
                    .any(|producer| missing.contains(producer.as_str()))
            });
            if name == left_out || is_missing {
                missing.insert(name);
                continue;
            }
            if let Some(refusal) = machine.creates(name, &synthesis.templates[name]) {
                panic!("{name} is undamaged: {refusal}");
            }
        }
        machine
    }

    fn call(&mut self, action: &Action) -> Result<Answer, ApiError> {
        self.cloud.call(self.now, &self.caller, action)
    }

    fn settle(&mut self) {
        self.now = self.cloud.settle().max(self.now);
    }

    /// What keeps the stack from being created, if something does.
    fn creates(&mut self, stack: &str, template: &Value) -> Option<String> {
        let parameters = template["Parameters"].as_object();
        let target = Target {
            stack: stack.to_owned(),
            template: TemplateInput::Body(template.to_string()),
            parameters: parameters
                .into_iter()
                .flatten()
                .map(|(name, _)| Parameter {
                    name: name.clone(),
                    value: ParameterValue::Given(format!("sha256:{}", "0".repeat(64))),
                })
                .collect(),
            capabilities: vec![Capability::Iam, Capability::NamedIam],
            tags: None,
            role: None,
            token: None,
            notification_arns: None,
        };
        let created = self.call(&Action::CreateChangeSet {
            target,
            name: "mutation".to_owned(),
            kind: ChangeSetType::Create,
            description: None,
            import_existing: false,
            imports: Vec::new(),
        });
        let id = match created {
            Ok(Answer::ChangeSetId { id, .. }) => id,
            Ok(other) => panic!("{other:?}"),
            Err(error) => return Some(error.to_string()),
        };
        self.settle();
        let described = self.call(&Action::DescribeChangeSet {
            change_set: id.clone(),
            stack: None,
            next: None,
            values: false,
        });
        match described {
            Ok(Answer::ChangeSet(set)) if set.summary.status == ChangeSetStatus::Failed => {
                return Some(set.summary.status_reason.unwrap_or_default());
            }
            Ok(_) => {}
            Err(error) => return Some(error.to_string()),
        }
        let executed = self.call(&Action::ExecuteChangeSet {
            change_set: id,
            stack: None,
            disable_rollback: true,
            token: None,
        });
        if let Err(error) = executed {
            return Some(error.to_string());
        }
        self.settle();
        match self.call(&Action::DescribeStacks {
            stack: Some(stack.to_owned()),
            next: None,
        }) {
            Ok(Answer::Stacks(page)) => {
                let stack = page.items.into_iter().next()?;
                (stack.status != StackStatus::CreateComplete).then(|| {
                    stack
                        .status_reason
                        .clone()
                        .unwrap_or_else(|| stack.status.to_string())
                })
            }
            other => panic!("{other:?}"),
        }
    }
}

/// Has the validators look at all of them.
pub(crate) fn validators(mutants: &[Mutant<'_>], verdicts: &mut [Verdict]) {
    let workspace = Workspace::around(root()).unwrap();
    PythonTools::validators(&workspace).require().unwrap();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("mutations");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    let mut cases: BTreeMap<(&str, &str), Case> = BTreeMap::new();
    for (number, mutant) in mutants.iter().enumerate() {
        let assembly = &mutant.synthesis.assembly;
        let file = folder.join(format!("{number}.template.json"));
        fs::write(&file, mutant.template.to_string()).unwrap();
        cases
            .entry((&assembly.account, &assembly.region))
            .or_insert_with(|| Case {
                account: assembly.account.clone(),
                region: assembly.region.clone(),
                templates: Vec::new(),
            })
            .templates
            .push(file);
    }
    let cases: Vec<Case> = cases.into_values().collect();
    for finding in validate(&workspace, &cases).unwrap_or_else(|error| panic!("{error}")) {
        let name = finding.template.file_name().unwrap().to_str().unwrap();
        let number: usize = name.split('.').next().unwrap().parse().unwrap();
        let said = format!(
            "{} {}: {}",
            finding.validator, finding.rule, finding.message
        );
        verdicts[number].validators.get_or_insert(said);
    }
}
