//! From what is deployed to what is asked for.

use std::cell::RefCell;
use std::collections::BTreeMap;

use deploy::execute::{Options, Stop, discard_prepared, execute, prepare};
use deploy::plan::Plan;
use deploy::reconcile::{Decision, ReconcileOptions, ReconcileOutcome, reconcile};
use deploy::report::outcome;
use tokio::sync::oneshot;

use super::undertaking::Undertaking;
use super::wait::{Waited, left_before, until_prepared, wait};
use super::witness::{targets, witnessed};
use crate::Error;
use crate::commands::plan::{changes, not_prepared, outcome_code};
use crate::guard::{Question, Refusal};
use crate::screen::{Screen, complain};
use crate::session::Interrupts;

impl Undertaking<'_> {
    pub(super) async fn whole_way(
        &self,
        screen: &RefCell<Screen>,
        interrupts: &mut Interrupts,
    ) -> Result<u8, Error> {
        let question = self.question(false)?;
        // Recovering is agreed to once, however many rounds it takes.
        let mut recovery_agreed = false;
        loop {
            let free = matches!(question, Ok(Question::Nothing));
            let (ask, asked) = oneshot::channel();
            let mut ask = Some(ask);
            let decide = |plan: &Plan| {
                let agreed = free || (plan.is_recovery() && recovery_agreed);
                if !agreed || (plan.is_blocked() && !plan.is_recovery()) {
                    return Decision::Decline;
                }
                let mut screen = screen.borrow_mut();
                if !screen.is_walking() || !plan.is_recovery() {
                    self.show(&mut screen, plan, &BTreeMap::new());
                }
                screen.begin(plan);
                if !plan.is_recovery()
                    && let Some(ask) = ask.take()
                {
                    // Nobody listens any more only where nothing goes on any more.
                    let _ = ask.send(targets(self.session, plan));
                }
                Decision::ExecuteWithNote(self.planner.note())
            };
            let options = self.options();
            let (handle, stop) = Stop::new();
            let work = reconcile(
                &self.session.port,
                ReconcileOptions {
                    region: &self.session.expected.region,
                    prefix: &self.session.expected.prefix,
                    acknowledged: &self.planner.request.acknowledged,
                    execution: &options,
                },
                |observed| self.planner.plan(observed),
                |event| screen.borrow_mut().event(&event),
                decide,
                stop,
            );
            let work = witnessed(self.session, asked, work);
            let (reconciled, seen) = match wait(work, screen, &handle, interrupts).await {
                Waited::Done((reconciled, seen)) => (reconciled.map_err(Error::from)?, seen),
                Waited::Left => return Ok(left_before()),
            };
            match reconciled {
                ReconcileOutcome::NoSteps { plan } => {
                    return self.nothing_to_do(screen, &plan).await;
                }
                ReconcileOutcome::Declined { plan } if plan.is_blocked() && !plan.is_recovery() => {
                    return Ok(self.blocked(screen, &plan));
                }
                ReconcileOutcome::Declined { plan } if plan.is_recovery() => {
                    self.show(&mut screen.borrow_mut(), &plan, &BTreeMap::new());
                    self.agree(&question, interrupts).await?;
                    recovery_agreed = true;
                }
                ReconcileOutcome::Declined { plan } => {
                    return self.reviewed(*plan, &question, screen, interrupts).await;
                }
                ReconcileOutcome::Executed { plan, outcome } => {
                    return self
                        .ended(screen, &plan, &outcome, &seen, &options, interrupts)
                        .await;
                }
            }
        }
    }

    /// Makes the change sets, shows them with the plan, asks, and executes exactly these.
    pub(super) async fn reviewed(
        &self,
        mut plan: Plan,
        question: &Result<Question, Refusal>,
        screen: &RefCell<Screen>,
        interrupts: &mut Interrupts,
    ) -> Result<u8, Error> {
        let options = Options {
            note: self.planner.note(),
            ..self.options()
        };
        // Nobody to ask: then nothing is made for anybody to look at.
        let mut change_sets = BTreeMap::new();
        if question.is_ok() {
            let (handle, stop) = Stop::new();
            let port = &self.session.port;
            let work = prepare(port, &mut plan, &options, |_| {}, stop);
            let Some((prepared, left)) = until_prepared(work, &handle, interrupts).await else {
                // Not all of them are known; the next run takes away what this one made.
                return Ok(left_before());
            };
            if left {
                discard_prepared(port, &plan, &options, |_| {}).await;
                return Ok(left_before());
            }
            let failed = not_prepared(&prepared);
            if !failed.steps.is_empty() {
                discard_prepared(port, &plan, &options, |_| {}).await;
                complain(&outcome::outcome(
                    &plan,
                    &failed,
                    &self.again_after(&failed),
                ));
                return Ok(outcome_code(&failed));
            }
            change_sets = changes(&plan, prepared);
        }
        if plan.is_blocked() {
            discard_prepared(&self.session.port, &plan, &options, |_| {}).await;
            return Ok(self.blocked(screen, &plan));
        }
        self.show(&mut screen.borrow_mut(), &plan, &change_sets);
        if let Err(refused) = self.agree(question, interrupts).await {
            discard_prepared(&self.session.port, &plan, &options, |_| {}).await;
            return Err(refused);
        }
        self.executed(&plan, &options, screen, interrupts).await
    }

    pub(super) async fn executed(
        &self,
        plan: &Plan,
        options: &Options,
        screen: &RefCell<Screen>,
        interrupts: &mut Interrupts,
    ) -> Result<u8, Error> {
        screen.borrow_mut().begin(plan);
        let (handle, stop) = Stop::new();
        let report = |event| screen.borrow_mut().event(&event);
        let work = execute(&self.session.port, plan, options, report, stop);
        let (ask, asked) = oneshot::channel();
        // Received below.
        let _ = ask.send(targets(self.session, plan));
        let work = witnessed(self.session, asked, work);
        match wait(work, screen, &handle, interrupts).await {
            Waited::Done((ended, seen)) => {
                self.ended(screen, plan, &ended, &seen, options, interrupts)
                    .await
            }
            Waited::Left => Ok(left_before()),
        }
    }
}
