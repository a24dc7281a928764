//! Looks at services while their stacks are deployed, and says why one does not become steady.
//!
//! What ECS knows goes with the rollback, so it is looked at meanwhile. Nothing that fails here
//! changes how a deployment ends.

use std::collections::BTreeMap;

use crate::backend::Backend;
use crate::diagnose::{CollectOptions, Evidence, Explanation, Target, collect_while, explain};
use crate::execute::{Outcome, StepOutcome};
use crate::plan::{Operation, Plan};
use crate::report::Line;
use crate::report::inspection;
use tokio::sync::{oneshot, watch};

use crate::session::Session;

/// The services that are looked at, by the names of their stacks.
pub(crate) type Targets = BTreeMap<String, Target>;

/// What was seen of them.
#[derive(Debug, Default)]
pub(crate) struct EcsEvidence(BTreeMap<String, (Target, Evidence)>);

/// The services whose stacks a plan deploys. On this machine there is no ECS to be asked.
pub(crate) fn targets<B: Backend>(session: &Session<B>, plan: &Plan) -> Targets {
    if session.local.is_some() {
        return Targets::new();
    }
    let is_deployed = |name: &str| {
        let mut steps = plan.steps.iter();
        steps.any(|step| step.stack == name && matches!(step.operation, Operation::Deploy(_)))
    };
    let assembly = &session.assembly;
    assembly
        .stacks
        .iter()
        .filter(|stack| is_deployed(stack.name.as_str()))
        .filter_map(|stack| {
            let target = Target::of_stack(assembly.environment, stack)?;
            Some((stack.name.to_string(), target))
        })
        .collect()
}

/// Does the work, and looks meanwhile at the services that `asked` brings, if it brings any.
pub(crate) async fn monitored<B: Backend, T>(
    session: &Session<B>,
    asked: oneshot::Receiver<Targets>,
    work: impl Future<Output = T>,
) -> (T, EcsEvidence) {
    let (done, mut end) = watch::channel(false);
    let looking = async {
        let targets = tokio::select! {
            targets = asked => targets.unwrap_or_default(),
            _ = end.wait_for(|done| *done) => Targets::new(),
        };
        if targets.is_empty() {
            return EcsEvidence::default();
        }
        let Some(services) = session.services() else {
            return EcsEvidence::default();
        };
        let until = async {
            // An end of the channel is the end too.
            let _ = end.wait_for(|done| *done).await;
        };
        let ((), evidence) =
            collect_while(&services, &targets, CollectOptions::default(), until).await;
        let seen = evidence.into_iter().filter_map(|(stack, evidence)| {
            let target = targets.get(&stack)?.clone();
            Some((stack, (target, evidence)))
        });
        EcsEvidence(seen.collect())
    };
    let working = async {
        let result = work.await;
        done.send_replace(true);
        result
    };
    tokio::join!(working, looking)
}

impl EcsEvidence {
    /// Why the stacks that failed did, as far as it was seen.
    pub(crate) fn explanations(
        &self,
        plan: &Plan,
        ended: &Outcome,
    ) -> BTreeMap<&str, Vec<Explanation>> {
        let failed = plan.steps.iter().filter(|step| {
            let outcome = ended.steps.get(&step.id);
            matches!(outcome, Some(StepOutcome::Failed(_)))
        });
        failed
            .filter_map(|step| {
                let (stack, (target, evidence)) = self.0.get_key_value(&step.stack)?;
                Some((stack.as_str(), explain(target, evidence)))
            })
            .collect()
    }

    /// The same, for people.
    pub(crate) fn lines(
        &self,
        explanations: &BTreeMap<&str, Vec<Explanation>>,
    ) -> BTreeMap<String, Vec<Line>> {
        explanations
            .iter()
            .filter_map(|(&stack, explanations)| {
                let (_, evidence) = self.0.get(stack)?;
                let lines = inspection::explanations(explanations, evidence);
                Some((stack.to_owned(), lines))
            })
            .collect()
    }
}
