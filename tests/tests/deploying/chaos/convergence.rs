//! Convergence to the definition once no faults happen any more.

use std::collections::BTreeSet;

use cloudformation::ExportName;
use common::assembly::Assembly;
use deploy::execute::StepOutcome;
use deploy::plan::{Acknowledgement, Finding, Request};
use deploy::reconcile::ReconcileOutcome;
use emulator::FaultRates;

use super::console_user;
use super::run_checks::summary;
use super::scenario::Scenario;
use crate::support::{Goal, Sandbox, acknowledgements, assert_nothing_to_do};

impl Scenario {
    /// Ends all faults, and deploys the last version.
    pub(super) fn converge(&mut self) {
        {
            let mut cloud = self.sandbox.cloud();
            cloud.options_mut().fault_rates = FaultRates::default();
            cloud.clear_faults();
        }
        self.sandbox.settle();
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
                .extend(acknowledgements(&self.sandbox.plan(&assembly, &request)));
            request.acknowledged.append(&mut asked);
            let run = self.sandbox.run(Goal::Deploy, &assembly, &request);
            match run.end.unwrap() {
                Ok(reconciled) if reconciled.is_success() => {
                    self.counts.add(counted, 1);
                    self.check_converged(&assembly, &request);
                    return;
                }
                Ok(reconciled) => {
                    asked = required_acknowledgements(&reconciled);
                    if asked.is_empty() {
                        self.violations
                            .push(format!("all is calm, and still: {}", summary(&reconciled)));
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

    /// A user does what the findings ask for, and nothing else.
    fn help(&mut self, assembly: &Assembly, request: &Request) {
        let plan = self.sandbox.plan(assembly, request);
        let asked = plan.findings.iter().map(|finding| &finding.stack);
        let helped = console_user::help(&self.sandbox, assembly, &asked.collect());
        self.counts.add("stacks that a user had to help", helped);
    }

    fn check_converged(&mut self, assembly: &Assembly, request: &Request) {
        let differences = self.sandbox.differences(assembly);
        if !differences.is_empty() {
            self.violations
                .push(format!("all was calm, and still: {differences:#?}"));
            return;
        }
        let exported: BTreeSet<ExportName> = exports(&self.sandbox, assembly);
        let defined: BTreeSet<ExportName> = assembly
            .stacks
            .iter()
            .flat_map(|stack| {
                stack
                    .exports
                    .iter()
                    .map(|export| export.name.as_str().into())
            })
            .collect();
        if exported != defined {
            self.violations
                .push(format!("exported {exported:?}, defined {defined:?}"));
        }
        assert_nothing_to_do(&mut self.sandbox, assembly, request);
        self.is_untouched();
    }
}

/// What has to be acknowledged, and was not known before: what a change set showed, or a plan that
/// could be made only after a recovery.
fn required_acknowledgements(reconciled: &ReconcileOutcome) -> BTreeSet<Acknowledgement> {
    let mut asked = acknowledgements(reconciled.plan());
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
fn exports(sandbox: &Sandbox, assembly: &Assembly) -> BTreeSet<ExportName> {
    sandbox
        .stacks(assembly)
        .into_values()
        .flat_map(|stack| stack.outputs)
        .filter_map(|output| output.export)
        .collect()
}
