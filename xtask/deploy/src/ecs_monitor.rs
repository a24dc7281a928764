//! Monitoring of ECS services during a deployment, to explain why one does not become steady.
//!
//! A rollback removes the evidence, so it is collected meanwhile. No failure here changes the outcome of the
//! deployment.

use std::collections::BTreeMap;

use cloudformation::StackName;

use crate::backend::Backend;
use crate::diagnose::{CollectOptions, Evidence, Explanation, Target, collect_while, explain};
use crate::execute::{Outcome, StepOutcome};
use crate::plan::{Operation, Plan};
use crate::report::Line;
use crate::report::inspection;
use tokio::sync::{oneshot, watch};

use crate::session::Session;

/// The services to monitor, by stack name.
pub(crate) type Targets = BTreeMap<StackName, Target>;

/// The evidence of each monitored service, by stack name.
#[derive(Debug, Default)]
pub(crate) struct EcsEvidence(BTreeMap<StackName, (Target, Evidence)>);

/// The services whose stacks a plan deploys; none in the emulator, which has no ECS.
pub(crate) fn monitor_targets<B: Backend>(session: &Session<B>, plan: &Plan) -> Targets {
    if session.local.is_some() {
        return Targets::new();
    }
    let is_deployed = |name: &StackName| {
        let mut steps = plan.steps.iter();
        steps.any(|step| step.stack == *name && matches!(step.operation, Operation::Deploy(_)))
    };
    let assembly = &session.assembly;
    assembly
        .stacks
        .iter()
        .map(|stack| (StackName::from(&stack.name), stack))
        .filter(|(name, _)| is_deployed(name))
        .filter_map(|(name, stack)| {
            let target = Target::of_stack(assembly.environment, stack)?;
            Some((name, target))
        })
        .collect()
}

/// Runs the work, and monitors the services that `targets` delivers meanwhile.
pub(crate) async fn run_with_monitor<B: Backend, T>(
    session: &Session<B>,
    targets: oneshot::Receiver<Targets>,
    work: impl Future<Output = T>,
) -> (T, EcsEvidence) {
    let (done, mut end) = watch::channel(false);
    let monitoring = async {
        let targets = tokio::select! {
            targets = targets => targets.unwrap_or_default(),
            _ = end.wait_for(|done| *done) => Targets::new(),
        };
        if targets.is_empty() {
            return EcsEvidence::default();
        }
        let Some(services) = session.services() else {
            return EcsEvidence::default();
        };
        let until = async {
            // A closed channel is the end too.
            let _ = end.wait_for(|done| *done).await;
        };
        let ((), evidence) =
            collect_while(&services, &targets, CollectOptions::default(), until).await;
        let evidence = evidence.into_iter().filter_map(|(stack, evidence)| {
            let target = targets.get(&stack)?.clone();
            Some((stack, (target, evidence)))
        });
        EcsEvidence(evidence.collect())
    };
    let working = async {
        let result = work.await;
        done.send_replace(true);
        result
    };
    tokio::join!(working, monitoring)
}

impl EcsEvidence {
    /// Explanations of failed stacks, as far as the evidence goes.
    pub(crate) fn explanations(
        &self,
        plan: &Plan,
        ended: &Outcome,
    ) -> BTreeMap<&StackName, Vec<Explanation>> {
        let failed = plan.steps.iter().filter(|step| {
            let outcome = ended.steps.get(&step.id);
            matches!(outcome, Some(StepOutcome::Failed(_)))
        });
        failed
            .filter_map(|step| {
                let (stack, (target, evidence)) = self.0.get_key_value(&step.stack)?;
                Some((stack, explain(target, evidence)))
            })
            .collect()
    }

    pub(crate) fn lines(
        &self,
        explanations: &BTreeMap<&StackName, Vec<Explanation>>,
    ) -> BTreeMap<StackName, Vec<Line>> {
        explanations
            .iter()
            .filter_map(|(&stack, explanations)| {
                let (_, evidence) = self.0.get(stack)?;
                let lines = inspection::explanations(explanations, evidence);
                Some((stack.clone(), lines))
            })
            .collect()
    }
}
