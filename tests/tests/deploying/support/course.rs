//! One run of the engine, from its first look to its last word.

use common::assembly::Assembly;
use deploy::execute::{Event, Options, Stop};
use deploy::plan::{Plan, PlanError, Request};
use deploy::reconcile::{Decision, ReconcileError, ReconcileOptions, ReconcileOutcome, reconcile};
use emulator::port::Local;
use tokio::sync::Notify;

use super::plans::Aim;
use super::world::prefix;

/// How a run ended.
pub(crate) type End = Result<ReconcileOutcome, ReconcileError<PlanError>>;

/// What a run is to do.
#[derive(Clone, Copy)]
pub(crate) struct Course<'a> {
    pub(crate) aim: Aim,
    pub(crate) assembly: &'a Assembly,
    pub(crate) request: &'a Request,
    pub(crate) options: &'a Options,
}

impl Course<'_> {
    /// Runs the engine. Gives nothing where it was killed first.
    pub(crate) async fn run(
        self,
        port: &Local,
        killed: Option<&Notify>,
        report: impl FnMut(Event),
        decide: impl FnMut(&Plan) -> Decision,
    ) -> Option<End> {
        let prefix = prefix(self.assembly.environment);
        let course = ReconcileOptions {
            region: &self.assembly.region,
            prefix: &prefix,
            acknowledged: &self.request.acknowledged,
            execution: self.options,
        };
        let planner = |observed: &_| self.aim.plan(self.assembly, observed, self.request);
        let reconciled = reconcile(port, course, planner, report, decide, Stop::never());
        let killed = async {
            match killed {
                Some(killed) => killed.notified().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            () = killed => None,
            end = reconciled => Some(end),
        }
    }
}
