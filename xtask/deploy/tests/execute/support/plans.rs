//! Plans for the tests.

use std::collections::{BTreeMap, BTreeSet};

use cloudformation::{ChangeAction, Replacement, ResourceChange};
use common::environment::EnvironmentName;
use deploy::plan::{
    Action, DeployStep, Observation, Operation, Phase, Plan, StackPlan, Step, StepId, VERSION,
};

use super::cloud::Cloud;

pub(crate) fn id(step: &str) -> StepId {
    StepId(step.to_owned())
}

/// A plan of these steps, observed from the cloud as it is.
pub(crate) fn plan(cloud: &Cloud, steps: Vec<Step>) -> Plan {
    let mut observed = BTreeMap::new();
    let mut stacks: BTreeMap<String, StackPlan> = BTreeMap::new();
    let mut templates = BTreeMap::new();
    for step in &steps {
        let now = cloud.current(step.stack.as_str());
        observed.insert(step.stack.clone(), Observation::of(now.as_ref()));
        stacks.insert(
            step.stack.to_string(),
            StackPlan {
                name: step.stack.clone(),
                action: match &step.operation {
                    Operation::Deploy(step) if step.exists => Action::Update,
                    Operation::Deploy(_) => Action::Create,
                    Operation::Protect { .. } => Action::Protect,
                    Operation::Recover(_) => Action::Recover,
                    Operation::Delete { .. } => Action::Delete,
                },
                reason: String::new(),
                status: now.map(|stack| stack.status),
                deferred: Vec::new(),
                retained_exports: BTreeSet::new(),
            },
        );
        if let Operation::Deploy(step) = &step.operation {
            templates.insert(step.template.clone(), step.template.clone());
        }
    }
    Plan {
        version: VERSION,
        environment: EnvironmentName::Staging,
        account: "444455556666".to_owned(),
        region: "eu-west-1".to_owned(),
        commit: None,
        stacks: stacks.into_values().collect(),
        steps,
        findings: Vec::new(),
        templates,
        observed,
    }
}

/// A step named as its stack.
pub(crate) fn step(stack: &str, needs: &[&str], operation: Operation) -> Step {
    Step {
        id: id(stack),
        stack: stack.into(),
        needs: needs.iter().map(|need| id(need)).collect(),
        operation,
    }
}

pub(crate) fn deploying(exists: bool, template: &str) -> DeployStep {
    DeployStep {
        phase: Phase::Whole,
        exists,
        template: template.to_owned(),
        previous_template: false,
        digest: template.to_owned(),
        parameters: Vec::new(),
        capabilities: Vec::new(),
        tags: Vec::new(),
        role: None,
        termination_protection: false,
        policy: None,
        imports: Vec::new(),
        import_existing: false,
        policy_override: None,
        guarded: BTreeSet::new(),
        acknowledged: BTreeSet::new(),
        rolling: BTreeSet::new(),
        change_set: None,
    }
}

pub(crate) fn create(stack: &str, needs: &[&str]) -> Step {
    step(
        stack,
        needs,
        Operation::Deploy(Box::new(deploying(false, "new"))),
    )
}

/// Updates a stack, with what is particular about it.
pub(crate) fn update(
    stack: &str,
    needs: &[&str],
    particular: impl FnOnce(&mut DeployStep),
) -> Step {
    let mut deploy = deploying(true, "new");
    particular(&mut deploy);
    step(stack, needs, Operation::Deploy(Box::new(deploy)))
}

pub(crate) fn change(id: &str, action: ChangeAction, replacement: Replacement) -> ResourceChange {
    ResourceChange {
        action,
        logical_id: id.into(),
        physical_id: Some(format!("{id}-1").into()),
        resource_type: "Test::Thing".to_owned(),
        replacement,
        properties: vec!["Size".to_owned()],
    }
}
