//! Nothing goes wrong any more, and the definition is reached.

use std::collections::BTreeSet;

use common::assembly::Assembly;
use deploy::execute::StepOutcome;
use deploy::plan::{Acknowledgement, Finding, Request};
use deploy::reconcile::ReconcileOutcome;
use emulator::Trouble;

use super::mix::Mix;
use super::person;
use super::verdict::said;
use crate::support::{Aim, World, nothing_is_left_to_do, words};

impl Mix {
    /// Nothing goes wrong any more, and the last version is deployed.
    pub(super) fn calm(&mut self) {
        {
            let mut cloud = self.world.cloud();
            cloud.options_mut().trouble = Trouble::default();
            cloud.clear_faults();
        }
        self.world.settle();
        let assembly = self.versions[1 + self.chance.below(2)].clone();
        let mut request = Request {
            prune: true,
            ..Request::default()
        };
        self.help(&assembly, &request);
        let mut asked = BTreeSet::new();
        for counted in ["converged in one run", "converged once acknowledged"] {
            request
                .acknowledged
                .extend(words(&self.world.plan(&assembly, &request)));
            request.acknowledged.append(&mut asked);
            let run = self.world.run(Aim::Deploy, &assembly, &request);
            match run.end.unwrap() {
                Ok(reconciled) if reconciled.is_success() => {
                    self.counts.add(counted, 1);
                    self.has_arrived(&assembly, &request);
                    return;
                }
                Ok(reconciled) => {
                    asked = asked_for(&reconciled);
                    if asked.is_empty() {
                        self.violations
                            .push(format!("all is calm, and still: {}", said(&reconciled)));
                        return;
                    }
                }
                Err(error) => {
                    self.violations
                        .push(format!("all is calm, and still: {error:?}"));
                    return;
                }
            }
        }
        self.violations
            .push(format!("more and more is asked: {asked:?}"));
    }

    /// A person does what the findings ask for, and nothing else.
    fn help(&mut self, assembly: &Assembly, request: &Request) {
        let plan = self.world.plan(assembly, request);
        let asked = plan.findings.iter().map(|finding| &finding.stack);
        let helped = person::help(&self.world, assembly, &asked.collect());
        self.counts.add("stacks that a person had to help", helped);
    }

    fn has_arrived(&mut self, assembly: &Assembly, request: &Request) {
        let differences = self.world.differences(assembly);
        if !differences.is_empty() {
            self.violations
                .push(format!("all was calm, and still: {differences:#?}"));
            return;
        }
        let exported: BTreeSet<String> = exports(&self.world, assembly);
        let defined: BTreeSet<String> = assembly
            .stacks
            .iter()
            .flat_map(|stack| stack.exports.iter().map(|export| export.name.clone()))
            .collect();
        if exported != defined {
            self.violations
                .push(format!("exported {exported:?}, defined {defined:?}"));
        }
        nothing_is_left_to_do(&mut self.world, assembly, request);
        self.is_untouched();
    }
}

/// What has to be acknowledged, and was not known before: what a change set showed, or a plan that
/// could be made only after a recovery.
fn asked_for(reconciled: &ReconcileOutcome) -> BTreeSet<Acknowledgement> {
    let mut asked = words(reconciled.plan());
    if let ReconcileOutcome::Executed { outcome, .. } = reconciled {
        let blocked = outcome.steps.values().filter_map(|outcome| match outcome {
            StepOutcome::Blocked { findings } => Some(findings),
            _ => None,
        });
        asked.extend(blocked.flatten().map(Finding::acknowledgement));
    }
    asked
}

/// The exports of an environment.
fn exports(world: &World, assembly: &Assembly) -> BTreeSet<String> {
    world
        .stacks(assembly)
        .into_values()
        .flat_map(|stack| stack.outputs)
        .filter_map(|output| output.export)
        .collect()
}
